// The ReplicaSets and Deployments of the story: forty Deployments of four namespaces, each deployed 200 to 320 times. Prints
//   objects.mjs names         namespace, name and replicas of each ReplicaSet
//   objects.mjs table         what `kubectl get replicasets -A` prints
//   objects.mjs deployments   the Deployments as `kubectl get deployments -A -o json` has them
import { argv, stdout } from "node:process";

const NAMESPACES = ["bank", "blog", "mail", "shop"];
let seed = 7;
const random = (below) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
const hash = () => Array.from({ length: 10 }, () => "bcdfghjklmnpqrstvwxz2456789"[random(27)]).join("");

const deployments = Array.from({ length: 40 }, (_, i) => ({
  namespace: NAMESPACES[i % 4],
  name: `service-${String(i).padStart(2, "0")}`,
  revisions: 200 + random(121),
}));
const sets = deployments.flatMap(({ namespace, name, revisions }) =>
  Array.from({ length: revisions }, (_, i) => ({
    namespace,
    name: `${name}-${hash()}`,
    replicas: i === 0 ? 3 : 0,
    age: i * 2,
  })),
);
sets.sort((a, b) => (a.namespace + a.name < b.namespace + b.name ? -1 : 1));

const line = (...cells) =>
  `${cells
    .map((cell, i) => String(cell).padEnd([12, 26, 10, 10, 8, 0][i]))
    .join("")
    .trimEnd()}\n`;
switch (argv[2]) {
  case "names":
    for (const { namespace, name, replicas } of sets) stdout.write(`${namespace} ${name} ${replicas}\n`);
    break;
  case "table":
    stdout.write(line("NAMESPACE", "NAME", "DESIRED", "CURRENT", "READY", "AGE"));
    for (const { namespace, name, replicas, age } of sets)
      stdout.write(line(namespace, name, replicas, replicas, replicas, age === 0 ? "5h12m" : `${age}d`));
    break;
  case "deployments": {
    const items = deployments.map(({ namespace, name }) => ({
      apiVersion: "extensions/v1beta1",
      kind: "Deployment",
      metadata: { name, namespace, labels: { app: name } },
      spec: {
        replicas: 3,
        revisionHistoryLimit: 2147483647,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: "container-0", image: `registry.example/shop/${name}:v1` }] },
        },
      },
    }));
    stdout.write(`${JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 1)}\n`);
    break;
  }
}
