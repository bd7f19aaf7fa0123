"""The shop's program in one file: it loads its catalogue, then listens, and stops at once when it is told to."""

import http.server
import signal
import sys
import time

time.sleep(float(sys.argv[2]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer.allow_reuse_address = True
server = http.server.ThreadingHTTPServer(("", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
server.serve_forever()
