#!/bin/bash
# Writes the node's texts. Needs nothing. The capture beside them was recorded once and is not made here: see README.md.
set -euo pipefail
cd "$(dirname "$0")"
node=bundle/node-b
mkdir -p "$node"

cat >"$node/uname.txt" <<'TEXT'
Linux node-b 3.10.0-957.el7.x86_64 #1 SMP Thu Nov 8 23:39:32 UTC 2018 x86_64 x86_64 x86_64 GNU/Linux
TEXT

cat >"$node/sysctl.txt" <<'TEXT'
kernel.core_pattern = core
kernel.core_uses_pid = 1
kernel.hostname = node-b
kernel.hung_task_panic = 0
kernel.hung_task_timeout_secs = 120
kernel.hung_task_warnings = 10
kernel.kptr_restrict = 0
kernel.msgmax = 8192
kernel.msgmnb = 16384
kernel.osrelease = 3.10.0-957.el7.x86_64
kernel.ostype = Linux
kernel.panic = 0
kernel.panic_on_oops = 1
kernel.pid_max = 131072
kernel.threads-max = 256739
kernel.version = #1 SMP Thu Nov 8 23:39:32 UTC 2018
net.bridge.bridge-nf-call-iptables = 1
net.core.default_qdisc = pfifo_fast
net.core.netdev_max_backlog = 1000
net.core.rmem_default = 212992
net.core.rmem_max = 212992
net.core.somaxconn = 128
net.core.wmem_default = 212992
net.core.wmem_max = 212992
net.ipv4.conf.all.accept_local = 0
net.ipv4.conf.all.forwarding = 1
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.default.rp_filter = 1
net.ipv4.conf.eth0.forwarding = 1
net.ipv4.conf.eth0.rp_filter = 1
net.ipv4.icmp_ratelimit = 1000
net.ipv4.ip_forward = 1
net.ipv4.ip_local_port_range = 32768	60999
net.ipv4.tcp_abort_on_overflow = 0
net.ipv4.tcp_congestion_control = cubic
net.ipv4.tcp_ecn = 2
net.ipv4.tcp_fin_timeout = 60
net.ipv4.tcp_keepalive_intvl = 75
net.ipv4.tcp_keepalive_probes = 9
net.ipv4.tcp_keepalive_time = 7200
net.ipv4.tcp_max_orphans = 65536
net.ipv4.tcp_max_syn_backlog = 512
net.ipv4.tcp_max_tw_buckets = 65536
net.ipv4.tcp_mem = 380910	507880	761820
net.ipv4.tcp_retries1 = 3
net.ipv4.tcp_retries2 = 15
net.ipv4.tcp_rmem = 4096	87380	6291456
net.ipv4.tcp_sack = 1
net.ipv4.tcp_syn_retries = 6
net.ipv4.tcp_synack_retries = 5
net.ipv4.tcp_syncookies = 1
net.ipv4.tcp_timestamps = 1
net.ipv4.tcp_tw_recycle = 1
net.ipv4.tcp_tw_reuse = 1
net.ipv4.tcp_window_scaling = 1
net.ipv4.tcp_wmem = 4096	16384	4194304
net.netfilter.nf_conntrack_max = 262144
vm.max_map_count = 65530
vm.min_free_kbytes = 67584
vm.overcommit_memory = 0
vm.panic_on_oom = 0
vm.swappiness = 60
TEXT

cat >"$node/netstat-s.txt" <<'TEXT'
Ip:
    48211937 total packets received
    1203311 forwarded
    0 incoming packets discarded
    47008614 incoming packets delivered
    51630418 requests sent out
    24 dropped because of missing route
Icmp:
    1894 ICMP messages received
    0 input ICMP message failed.
    ICMP input histogram:
        destination unreachable: 341
        timeout in transit: 6
        echo requests: 1547
    1903 ICMP messages sent
    0 ICMP messages failed
    ICMP output histogram:
        destination unreachable: 356
        echo replies: 1547
IcmpMsg:
        InType3: 341
        InType8: 1547
        InType11: 6
        OutType0: 1547
        OutType3: 356
Tcp:
    1202417 active connections openings
    3417702 passive connection openings
    1932 failed connection attempts
    20718 connection resets received
    214 connections established
    46902234 segments received
    52117311 segments send out
    40218 segments retransmited
    3 bad segments received.
    31760 resets sent
Udp:
    90722 packets received
    356 packets to unknown port received.
    0 packet receive errors
    91078 packets sent
    0 receive buffer errors
    0 send buffer errors
UdpLite:
TcpExt:
    41 packets pruned from receive queue because of socket buffer overrun
    12 ICMP packets dropped because they were out-of-window
    301742 TCP sockets finished time wait in fast timer
    3094118 TCP sockets finished time wait in slow timer
    18342 passive connections rejected because of time stamp
    2207 packets rejects in established connections because of timestamp
    1044871 delayed acks sent
    213 delayed acks further delayed because of locked socket
    Quick ack mode was activated 9713 times
    18342 SYNs to LISTEN sockets dropped
    2817 packets directly queued to recvmsg prequeue.
    10220 bytes directly received in process context from prequeue
    12941177 packet headers predicted
    9804236 acknowledgments not containing data payload received
    14418922 predicted acknowledgments
    611 times recovered from packet loss by selective acknowledgements
    18 congestion windows recovered without slow start after partial ack
    TCPLostRetransmit: 57
    1893 fast retransmits
    604 forward retransmits
    212 retransmits in slow start
    8817 other TCP timeouts
    TCPLossProbes: 11304
    TCPLossProbeRecovery: 2918
    9786 DSACKs sent for old packets
    2731 DSACKs received
    17511 connections reset due to unexpected data
    1206 connections reset due to early user close
    93 connections aborted due to timeout
    TCPDSACKIgnoredNoUndo: 1107
    TCPSackShiftFallback: 1402
    TCPRcvCoalesce: 5510846
    TCPOFOQueue: 33127
    TCPChallengeACK: 61
    TCPSYNChallenge: 3
    TCPAutoCorking: 804417
    TCPSynRetrans: 2210
    TCPOrigDataSent: 28814033
IpExt:
    InBcastPkts: 7204
    InOctets: 18337490221
    OutOctets: 21940118743
    InBcastOctets: 1440800
    InNoECTPkts: 48590337
TEXT
