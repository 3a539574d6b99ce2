"""Prints what a webhook is told: python3 hook.py [PORT]"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(message["type"], message["data"]["message"]["title"], flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if len(sys.argv) > 1 else 9000
server = HTTPServer(("127.0.0.1", port), Hook)
print(f"listening at http://127.0.0.1:{port}/", flush=True)
server.serve_forever()
