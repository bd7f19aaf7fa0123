#!/usr/bin/env python3
"""A server that sends a little every tenth of a second, and clients that read it.

On every other connection the server sends, between two pieces, a segment from far beyond the window, as a wrong
retransmission or a middlebox may: addresses, ports and sequence numbers are the connection's own.
"""
import socket
import struct
import sys
import threading
import time

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
SEND_QUEUE, RECEIVE_QUEUE = 2, 1
AHEAD = 1 << 26


def sequences(connection):
    """What the connection sends next, and what it expects next."""
    found = []
    connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    for queue in (SEND_QUEUE, RECEIVE_QUEUE):
        connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, queue)
        found.append(connection.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ) & 0xFFFFFFFF)
    connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, -1)
    return found


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def send_beyond(connection):
    (address, port), (peer, peer_port) = connection.getsockname(), connection.getpeername()
    sequence, acknowledged = sequences(connection)
    data = b"lost" * 16
    header = struct.pack(">HHIIBBHHH", port, peer_port, (sequence + AHEAD) & 0xFFFFFFFF, acknowledged, 5 << 4, 0x18, 500, 0, 0)
    ends = socket.inet_aton(address) + socket.inet_aton(peer)
    total = checksum(ends + struct.pack(">HH", 6, len(header) + len(data)) + header + data)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    raw.sendto(header[:16] + struct.pack(">H", total) + header[18:] + data, (peer, 0))
    raw.close()


def serve_one(connection, is_wrong):
    try:
        for piece in range(20):
            connection.sendall(b"." * 1000)
            time.sleep(0.1)
            if is_wrong and piece == 10:
                send_beyond(connection)
        connection.close()
    except OSError:
        pass  # connection reset by peer


def serve(port):
    listener = socket.create_server(("", port))
    for number in range(1 << 20):
        connection, _ = listener.accept()
        threading.Thread(target=serve_one, args=(connection, number % 2 == 1), daemon=True).start()


def download(host, port, count):
    for _ in range(count):
        with socket.create_connection((host, port)) as connection:
            connection.settimeout(3)
            try:
                while connection.recv(65536):
                    pass
            except OSError:
                pass  # timed out: the server has given the connection up


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]))
else:
    download(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
