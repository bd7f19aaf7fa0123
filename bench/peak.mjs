// Says at the end how much memory a command took: node --import ./bench/peak.mjs bin/inquest.js …
process.on("exit", () =>
  process.stderr.write(`\npeak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`),
);
