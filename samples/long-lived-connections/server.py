"""server.py PORT: answers every request, and keeps connections as long as their clients do."""
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Basket(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"basket\n")

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", int(sys.argv[1])), Basket).serve_forever()
