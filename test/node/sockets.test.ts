import { describe, expect, it } from "vitest";
import { parseSockets, socketFormat } from "../../src/node/index.ts";
import { mishaps, recognises } from "./recognised.ts";

/** iproute2 6.1. */
const SS = `State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process                           
LISTEN 3      2          127.0.0.1:8080       0.0.0.0:*     users:(("python3",pid=2761,fd=3))
ESTAB  0      0          127.0.0.1:8080     127.0.0.1:60858                                  
LISTEN 0      128                *:8081             *:*     users:(("python3",pid=2761,fd=4))
SYN-RECV 0    0      [::ffff:10.0.0.2]:8443 [::ffff:10.0.0.9]:40001
LISTEN 0      4096    127.0.0.53%lo:53         0.0.0.0:*
`;
/** iproute2 of CentOS 7, and of releases before that. */
const OLD_SS = `State       Recv-Q Send-Q Local Address:Port               Peer Address:Port              
LISTEN      129    128          *:80                       *:*                  
LISTEN      0      128         :::22                      :::*                  
`;
const OLDEST_SS = `State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port   
LISTEN     0      100                     ::1:25                       :::*     
`;
const EXTENDED = `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
udp   UNCONN 0      0          127.0.0.1:323        0.0.0.0:*
tcp   LISTEN 3      2          127.0.0.1:8080      0.0.0.0:*     ino:981771 sk:1001 cgroup:/x <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0) bbr cwnd:10 unacked:3
`;
const NETSTAT = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    
tcp        3      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      2761/python3        
tcp        0     12 127.0.0.1:60832         127.0.0.1:8080          ESTABLISHED 2761/python3        
tcp        0      1 10.0.0.5:60844          10.0.0.9:443            SYN_SENT    2761/python3        
tcp6       0      0 :::8081                 :::*                    LISTEN      2761/python3        
udp        0      0 0.0.0.0:68              0.0.0.0:*                           611/dhclient
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
`;

const short = (text: string) =>
  parseSockets(text).sockets.map(
    ({ state, recvQ, sendQ, address, port, peer, peerPort, line }) =>
      `${line}: ${state} ${recvQ}/${sendQ} ${address} ${port} ${peer} ${peerPort}`,
  );

describe("ss and netstat -t", () => {
  it("tell the queues of sockets", () => {
    expect(short(SS)).toEqual([
      "2: LISTEN 3/2 127.0.0.1 8080 0.0.0.0 0",
      "3: ESTAB 0/0 127.0.0.1 8080 127.0.0.1 60858",
      "4: LISTEN 0/128 * 8081 * 0",
      "5: SYN-RECV 0/0 10.0.0.2 8443 10.0.0.9 40001",
      "6: LISTEN 0/4096 127.0.0.53 53 0.0.0.0 0",
    ]);
    expect(parseSockets(SS).source).toBe("ss");
    expect(short(OLD_SS)).toEqual(["2: LISTEN 129/128 * 80 * 0", "3: LISTEN 0/128 :: 22 :: 0"]);
    expect(short(OLDEST_SS)).toEqual(["2: LISTEN 0/100 ::1 25 :: 0"]);
    expect(short(EXTENDED)).toEqual(["3: LISTEN 3/2 127.0.0.1 8080 0.0.0.0 0"]);
    expect(parseSockets(NETSTAT).source).toBe("netstat");
    expect(short(NETSTAT)).toEqual([
      "3: LISTEN 3/0 127.0.0.1 8080 0.0.0.0 0",
      "4: ESTAB 0/12 127.0.0.1 60832 127.0.0.1 8080",
      "5: SYN-SENT 0/1 10.0.0.5 60844 10.0.0.9 443",
      "6: LISTEN 0/0 :: 8081 :: 0",
    ]);
  });

  it("know an empty list from a text that is none", () => {
    expect(parseSockets(SS.slice(0, SS.indexOf("\n") + 1)).diagnostics).toEqual([]);
    expect(parseSockets("nothing\n").diagnostics[0]?.effect).toBe("unread");
  });

  it("are recognised by header or lines", () => {
    for (const text of [SS, OLD_SS, OLDEST_SS, EXTENDED, NETSTAT])
      expect(recognises(socketFormat, text), text).toBe(true);
    expect(recognises(socketFormat, OLD_SS.slice(OLD_SS.indexOf("\n") + 1))).toBe(true);
    expect(recognises(socketFormat, "Ip:\n    5 total packets received\nTcpExt:\n")).toBe(false);
    expect(recognises(socketFormat, "sh: ss: command not found\n", "node-a/ss-lnt.txt")).toBe(true);
    expect(recognises(socketFormat, "sh: netstat: command not found\n", "node-a/netstat-s.txt")).toBe(false);
  });

  it.each([SS, OLD_SS, EXTENDED, NETSTAT])("survive damage", async (text) => {
    expect(await mishaps(socketFormat, text)).toBe(0);
  });
});
