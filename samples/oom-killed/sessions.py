"""A shop that keeps the session of every visitor, for ever."""
import time

sessions = {}
visitor = 0
while True:
    visitor += 1
    sessions[visitor] = bytearray(b"x" * 65536)
    if visitor % 50 == 0:
        time.sleep(0.01)
