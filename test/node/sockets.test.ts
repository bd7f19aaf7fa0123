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

/** One server in a network namespace of its own, by iproute2 6.1, net-tools 2.10, lsof 4.95 and Linux 6.18, in one moment. */
const SS_TUNAPE = `Netid State      Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
udp   UNCONN     0      0          127.0.0.1:5353       0.0.0.0:*     users:(("python3",pid=23902,fd=4)) ino:3091675 sk:1a cgroup:/system.slice/srv.service <->
tcp   LISTEN     2      2          127.0.0.1:8080       0.0.0.0:*     users:(("python3",pid=23902,fd=3)) ino:3091674 sk:12 cgroup:unreachable:1 <->
tcp   FIN-WAIT-2 0      0          127.0.0.1:33240    127.0.0.1:8080  timer:(timewait,58sec,0) ino:0 sk:14
tcp   ESTAB      0      0          127.0.0.1:33250    127.0.0.1:8080  users:(("python3",pid=23902,fd=7)) ino:3091678 sk:15 cgroup:unreachable:1 <->
\t skmem:(r0,rb131072) bbr wscale:10,10 rto:204 lastrcv:1444
tcp   CLOSE-WAIT 1      0          127.0.0.1:8080     127.0.0.1:33240 users:(("python3",pid=23902,fd=9)) ino:3091680 sk:17 cgroup:unreachable:1 -->
tcp   LISTEN     0      5              [::1]:8081          [::]:*     users:(("python3",pid=23902,fd=5)) ino:3091676 sk:19 cgroup:unreachable:1 v6only:1 <->
`;
const NETSTAT_NEOPA = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       User       Inode      PID/Program name     Timer
tcp        2      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      0          3091674    23902/python3        off (0.00/0/0)
tcp        0      0 127.0.0.1:33240         127.0.0.1:8080          FIN_WAIT2   0          0          -                    timewait (58.52/0/0)
tcp        0      0 127.0.0.1:33250         127.0.0.1:8080          ESTABLISHED 0          3091678    23902/python3        off (0.00/0/0)
tcp        1      0 127.0.0.1:8080          127.0.0.1:33240         CLOSE_WAIT  0          3091680    23902/python3        off (0.00/0/0)
tcp6       0      0 ::1:8081                :::*                    LISTEN      0          3091676    23902/python3        off (0.00/0/0)
udp        0      0 127.0.0.1:5353          0.0.0.0:*                           0          3091675    23902/python3        off (0.00/0/0)
`;
const LSOF = `COMMAND   PID USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME
python3 23902 root    3u  IPv4 3091674      0t0  TCP 127.0.0.1:8080 (LISTEN)
python3 23902 root    4u  IPv4 3091675      0t0  UDP 127.0.0.1:5353 
python3 23902 root    5u  IPv6 3091676      0t0  TCP [::1]:8081 (LISTEN)
python3 23903 root    5u  IPv6 3091676      0t0  TCP [::1]:8081 (LISTEN)
python3 23902 root    7u  IPv4 3091678      0t0  TCP 127.0.0.1:33250->127.0.0.1:8080 (ESTABLISHED)
python3 23902 root    9u  IPv4 3091680      0t0  TCP 127.0.0.1:8080->127.0.0.1:33240 (CLOSE_WAIT)
`;
const PROC_TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000002 00:00000000 00000000     0        0 3091674 3 000000007855f5a0 100 0 0 10 0                   
   2: 0100007F:81D8 0100007F:1F90 05 00000000:00000000 03:000016D6 00000000     0        0 0 3 000000000106ff77                                      
   3: 0100007F:81E2 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3091678 1 00000000cc6f16b3 20 0 0 10 -1                   
   5: 0100007F:1F90 0100007F:81D8 08 00000000:00000001 00:00000000 00000000     0        0 3091680 1 00000000c098a7d8 20 4 0 10 -1                   
`;
const PROC_TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3091676 1 0000000005bdecef 100 0 0 10 0
   1: 0000000000000000FFFF00000100007F:1F92 0000000000000000FFFF00000100007F:A000 01 00000000:00000000 00:00000000 00000000     0        0 3091677 1 0000000005bdecef 20 4 0 10 -1
`;
const PROC_UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
11795: 0100007F:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3091675 2 0000000059fdf105 0       
`;
const ALL = { SS_TUNAPE, NETSTAT_NEOPA, LSOF, PROC_TCP, PROC_TCP6, PROC_UDP };

/** Whose a socket is. */
const held = (text: string, path = "") =>
  parseSockets(text, path).sockets.map(({ protocol, state, address, port, inode, holders }) =>
    `${protocol} ${state} ${address}:${port} ${inode ?? "-"} ${holders.map(({ pid, comm, fd }) => `${comm}/${pid}/${fd ?? ""}`).join()}`.trim(),
  );

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
    expect(short(EXTENDED)).toEqual([
      "2: UNCONN 0/0 127.0.0.1 323 0.0.0.0 0",
      "3: LISTEN 3/2 127.0.0.1 8080 0.0.0.0 0",
    ]);
    expect(parseSockets(NETSTAT).source).toBe("netstat");
    expect(short(NETSTAT)).toEqual([
      "3: LISTEN 3/0 127.0.0.1 8080 0.0.0.0 0",
      "4: ESTAB 0/12 127.0.0.1 60832 127.0.0.1 8080",
      "5: SYN-SENT 0/1 10.0.0.5 60844 10.0.0.9 443",
      "6: LISTEN 0/0 :: 8081 :: 0",
      "7: UNCONN 0/0 0.0.0.0 68 0.0.0.0 0",
    ]);
  });

  it("tell the inode and who holds it, in every form alike", () => {
    const listener = "tcp LISTEN 127.0.0.1:8080 3091674 python3/23902/";
    expect(held(SS_TUNAPE)).toEqual([
      "udp UNCONN 127.0.0.1:5353 3091675 python3/23902/4",
      `${listener}3`,
      "tcp FIN-WAIT-2 127.0.0.1:33240 -",
      "tcp ESTAB 127.0.0.1:33250 3091678 python3/23902/7",
      "tcp CLOSE-WAIT 127.0.0.1:8080 3091680 python3/23902/9",
      "tcp LISTEN ::1:8081 3091676 python3/23902/5",
    ]);
    expect(held(NETSTAT_NEOPA)).toEqual([
      listener,
      "tcp FIN-WAIT-2 127.0.0.1:33240 -",
      "tcp ESTAB 127.0.0.1:33250 3091678 python3/23902/",
      "tcp CLOSE-WAIT 127.0.0.1:8080 3091680 python3/23902/",
      "tcp LISTEN ::1:8081 3091676 python3/23902/",
      "udp UNCONN 127.0.0.1:5353 3091675 python3/23902/",
    ]);
    expect(held(LSOF)).toEqual([
      `${listener}3`,
      "udp UNCONN 127.0.0.1:5353 3091675 python3/23902/4",
      "tcp LISTEN ::1:8081 3091676 python3/23902/5,python3/23903/5",
      "tcp ESTAB 127.0.0.1:33250 3091678 python3/23902/7",
      "tcp CLOSE-WAIT 127.0.0.1:8080 3091680 python3/23902/9",
    ]);
    expect(held(PROC_TCP)).toEqual([
      "tcp LISTEN 127.0.0.1:8080 3091674",
      "tcp FIN-WAIT-2 127.0.0.1:33240 -",
      "tcp ESTAB 127.0.0.1:33250 3091678",
      "tcp CLOSE-WAIT 127.0.0.1:8080 3091680",
    ]);
    expect(held(PROC_TCP6)).toEqual(["tcp LISTEN ::1:8081 3091676", "tcp ESTAB 127.0.0.1:8082 3091677"]);
    expect(held(PROC_UDP)).toEqual(["udp UNCONN 127.0.0.1:5353 3091675"]);
    const rows = PROC_UDP.slice(PROC_UDP.indexOf("\n") + 1);
    expect(held(rows, "proc/net/udp")).toEqual(["udp UNCONN 127.0.0.1:5353 3091675"]);
    expect(parseSockets(PROC_TCP, "node-a/proc/23902/net/tcp").ofPid).toBe(23902);
    expect(parseSockets(PROC_TCP, "node-a/proc/net/tcp").ofPid).toBeUndefined();
    expect(parseSockets(PROC_TCP).sockets[0]?.recvQ).toBe(2);
    expect(parseSockets(SS_TUNAPE).sockets[0]?.cgroup).toBe("/system.slice/srv.service");
    expect(parseSockets(SS_TUNAPE).sockets[3]?.detail).toContain("lastrcv:1444");
    expect(held('ESTAB 0 0 10.0.0.2:22 10.0.0.9:4000 users:(("sshd",1234,3),("sshd",1240,3))\n')).toEqual([
      "tcp ESTAB 10.0.0.2:22 - sshd/1234/3,sshd/1240/3",
    ]);
    // What `ss -u` lists leaves the protocol out.
    expect(
      held("State Recv-Q Send-Q Local Address:Port Peer Address:Port\nUNCONN 0 0 0.0.0.0:53 0.0.0.0:*\n"),
    ).toEqual(["udp UNCONN 0.0.0.0:53 -"]);
  });

  it("know an empty list from a text that is none", () => {
    expect(parseSockets(SS.slice(0, SS.indexOf("\n") + 1)).diagnostics).toEqual([]);
    expect(parseSockets("nothing\n").diagnostics[0]?.effect).toBe("unread");
  });

  it("are recognised by header or lines", () => {
    for (const text of [SS, OLD_SS, OLDEST_SS, EXTENDED, NETSTAT, ...Object.values(ALL)])
      expect(recognises(socketFormat, text), text).toBe(true);
    expect(recognises(socketFormat, OLD_SS.slice(OLD_SS.indexOf("\n") + 1))).toBe(true);
    expect(recognises(socketFormat, "Ip:\n    5 total packets received\nTcpExt:\n")).toBe(false);
    expect(recognises(socketFormat, "sh: ss: command not found\n", "node-a/ss-lnt.txt")).toBe(true);
    expect(recognises(socketFormat, "sh: netstat: command not found\n", "node-a/netstat-s.txt")).toBe(false);
  });

  it.each([SS, OLD_SS, EXTENDED, NETSTAT, ...Object.values(ALL)])("survive damage", async (text) => {
    expect(await mishaps(socketFormat, text)).toBe(0);
  });
});
