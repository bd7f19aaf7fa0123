import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selectedBy, selectorsOf } from "../../src/evidence/by-labels.ts";
import type { Service } from "../../src/kube/index.ts";
import { parseKubeObjects, selects, serviceOf } from "../../src/kube/index.ts";

const labels = fc.dictionary(
  fc.constantFrom("app", "tier", "a", "a=b"),
  fc.constantFrom("web", "db", "", "b=web"),
);
const mapOf = (of: Readonly<Record<string, string>>): Map<string, string> => new Map(Object.entries(of));

function service(name: string, selector: Readonly<Record<string, string>>): Service {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "shop", name },
    spec: { selector },
  };
  const [parsed] = parseKubeObjects(new TextEncoder().encode(JSON.stringify(object))).objects;
  const made = parsed && serviceOf(parsed);
  if (!made) throw new TypeError("no Service");
  return made;
}

describe("what selectors select", () => {
  test("is found by an index as it is by asking each pod, in the same order", () => {
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 12 }), labels, (all, wanted) => {
        const pods = all.map((each) => ({ labels: mapOf(each) }));
        const selector = mapOf(wanted);
        expect(selectedBy(pods, selector)).toEqual(pods.filter((pod) => selects(selector, pod.labels)));
      }),
    );
  });

  test("is found by an index as it is by asking each Service, in the same order", () => {
    fc.assert(
      fc.property(fc.array(labels, { maxLength: 8 }), labels, (all, own) => {
        const services = all.map((each, i) => service(`s${i}`, each));
        const pod = mapOf(own);
        expect(selectorsOf(services, pod)).toEqual(services.filter((each) => selects(each.selector, pod)));
      }),
    );
  });
});
