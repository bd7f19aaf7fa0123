declare const INQUEST_VERSION: string;

const args = process.argv.slice(2);

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 2);
});

// Answered before anything else is loaded: scripts ask for it often.
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
  process.stdout.write(`${INQUEST_VERSION}\n`);
} else {
  const { run } = await import("./run.ts");
  process.exitCode = await run(args, INQUEST_VERSION);
}
