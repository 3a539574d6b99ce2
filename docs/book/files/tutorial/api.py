"""A small API with mistakes on purpose: python3 api.py [PORT]

While a file named `broken` lies in this folder, /orders answers 503. Each request is a line in access.log.
"""

import json
import os
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "orders", ""

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/orders" or path.startswith("/orders/"):
            self.orders(path.removeprefix("/orders").removeprefix("/"))
        elif path == "/account":  # a 401 that does not say how to sign in
            self.answer(401, {"code": "no_token", "message": "a token is needed"})
        elif path == "/stock":  # a failure that says 200
            self.answer(200, {"error": {"code": "stock_offline", "message": "the stock is offline"}})
        else:
            self.answer(404, {"code": "not_found", "message": f"there is nothing at {path}"})

    do_HEAD = do_GET

    def orders(self, number):
        if os.path.exists("broken"):
            self.answer(503, {"code": "overloaded", "message": "try again later"})
        elif not number:
            self.answer(200, {"orders": [16, 17]})
        elif number in ("16", "17"):
            self.answer(200, {"id": int(number), "state": "paid"})
        else:
            self.answer(404, {"code": "no_order", "message": f"there is no order {number}"})

    def answer(self, status, content):
        request_id, content = uuid.uuid4().hex, json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Request-Id", request_id)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        moment = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
        agent = self.headers.get("User-Agent", "-")
        line = f'127.0.0.1 - - [{moment}] "{self.requestline}" {status} {len(content)} "-" "{agent}" 0.001 {request_id}\n'
        with open("access.log", "a", encoding="utf-8") as log:
            log.write(line)

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
server = ThreadingHTTPServer(("127.0.0.1", port), Api)
print(f"orders at http://127.0.0.1:{port}/orders", flush=True)
server.serve_forever()
