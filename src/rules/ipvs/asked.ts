import type { HostEvidence } from "../../evidence/index.ts";
import type { ListenerTraffic } from "../tcp/listener-loss.ts";
import { before } from "../tcp/reused-ports.ts";

/** The address and port that clients ask for, before translation where the capture shows it. */
export function askedFor(
  traffic: ListenerTraffic,
  rows: readonly number[],
): { address: string; port: number } {
  const { handshakes } = traffic.capture.model;
  const [first] = rows;
  if (first === undefined) return traffic.listener;
  const row = before(traffic, first);
  return { address: handshakes.address(handshakes.server[row] ?? 0), port: handshakes.serverPort[row] ?? 0 };
}

/** Whether a host uses IPVS at all, as far as anything says. */
export const usesIpvs = (host: HostEvidence): boolean =>
  host.models("ipvsadm").length > 0 ||
  host.localAddresses.some(({ model }) => model.devices.has("kube-ipvs0")) ||
  host.sysctlKeys(/^net\.ipv4\.vs\./).length > 0;
