import { describeLogRule } from "../log-case.ts";

describeLogRule("cni/ipam-exhausted", {
  subject: { kind: "address-range", name: "10.42.0.1-10.42.0.254" },
  summary: "given away every address of 10.42.0.1-10.42.0.254",
  line: 1,
});
