import { describe, expect, it } from "vitest";
import { FORMATS } from "../../src/bundle/formats.ts";
import { parseServerVersion } from "../../src/kube/index.ts";

const encoder = new TextEncoder();
const kindsOf = (text: string) =>
  FORMATS.filter((format) => format.recognise(encoder.encode(text), "version")).map(({ kind }) => kind);
const LONG = `Client Version: version.Info{Major:"1", Minor:"28", GitVersion:"v1.28.2", GitCommit:"89a4ea3"}
Server Version: version.Info{Major:"1", Minor:"17", GitVersion:"v1.17.3", GitCommit:"06ad960"}
`;
const SHORT = "Client Version: v1.28.2\nKustomize Version: v5.0.4\nServer Version: v1.27.6-eks-f8587cb\n";
const JSON_BOTH = JSON.stringify(
  {
    clientVersion: { gitVersion: "v1.28.2", gitCommit: "89a4ea3" },
    serverVersion: { gitVersion: "v1.17.3", gitCommit: "06ad960" },
  },
  undefined,
  2,
);
const YAML_BOTH =
  "clientVersion:\n  gitCommit: 89a4ea3\n  gitVersion: v1.28.2\nserverVersion:\n  gitCommit: 06ad960\n  gitVersion: v1.17.3\n";
const RAW = '{\n  "major": "1",\n  "minor": "17",\n  "gitVersion": "v1.17.3",\n  "gitCommit": "06ad960"\n}';

describe("what kubectl version prints", () => {
  it.each([
    [LONG, "v1.17.3", 2],
    [LONG.replaceAll("\n", "\r\n"), "v1.17.3", 2],
    [SHORT, "v1.27.6-eks-f8587cb", 3],
    [JSON_BOTH, "v1.17.3", 7],
    [JSON.stringify(JSON.parse(JSON_BOTH)), "v1.17.3", 1],
    [YAML_BOTH, "v1.17.3", 6],
    [RAW, "v1.17.3", 4],
  ])("names the server's version in every form: %#", (text, version, line) => {
    expect(kindsOf(text)).toEqual(["kube-version"]);
    expect(parseServerVersion(text)).toMatchObject({ version, line });
  });

  it("tells no version where only the client's is known", () => {
    expect(
      parseServerVersion("Client Version: v1.28.2\nThe connection to the server was refused\n").version,
    ).toBeUndefined();
    expect(
      parseServerVersion(JSON.stringify({ clientVersion: { gitVersion: "v1.28.2" } })).version,
    ).toBeUndefined();
  });

  it("is not looked for in objects", () => {
    expect(
      kindsOf('{"apiVersion":"v1","kind":"ConfigMap","data":{"gitVersion":"v1.2.3","gitCommit":"x"}}'),
    ).toEqual(["kube-objects"]);
  });
});
