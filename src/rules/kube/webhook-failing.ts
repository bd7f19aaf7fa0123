import { defineLogSymptom } from "../log-symptom.ts";

/** At least three requests to one admission or conversion webhook failed. */
export const webhookFailing = defineLogSymptom({
  id: "kube/webhook-failing",
  title: "a webhook can't be asked",
  description:
    "At least three requests to one admission or conversion webhook failed: it timed out, refused, had no endpoints, or showed a wrong certificate. With failurePolicy Fail whatever it is asked about is refused too.",
  remedy: [
    "Look at the pods and endpoints of its Service, and whether the API server reaches them: from outside of the pod network it needs a route or konnectivity.",
    "Where it blocks the cluster: set its failurePolicy to Ignore, exclude kube-system by its namespaceSelector, or delete the configuration until it works again.",
  ],
  references: ["https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"],
  missing: [
    {
      text: "the webhook's configuration, and the endpoints of its Service",
      command:
        "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml; kubectl get endpointslices -A",
    },
  ],
  signatures: ["webhook-failed"],
  inEvents: {},
  each: { field: "webhook", kind: "webhook" },
  least: { lines: 3 },
  says: ({ fields }) => `Asking the webhook ${fields["webhook"]} failed: ${fields["why"]}.`,
});
