"""A receiver of webhooks: python3 receiver.py PORT LOG ANSWER ...

Writes each request as a line of JSON to LOG before it answers. Each ANSWER is for one request, what
comes after the last is 200: a status, `hang` (no answer), `long` (200 and 20 MB), `redirect` (302 to
itself), `later` (503 with Retry-After: 3).
"""

import http.server
import json
import sys
import threading
import time

PORT, LOG, *ANSWERS = sys.argv[1:]
LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with LOCK:
            answer = ANSWERS.pop(0) if ANSWERS else "200"
            with open(LOG, "a", encoding="utf-8") as log:
                log.write(json.dumps({
                    "method": self.command, "path": self.path, "headers": dict(self.headers.items()),
                    "body": body.decode(), "at": time.time(), "answer": answer}) + "\n")
        if answer == "hang":
            time.sleep(3600)
        self.answer(answer)

    def answer(self, answer):
        status = {"long": 200, "redirect": 302, "later": 503}.get(answer) or int(answer)
        size = 20_000_000 if answer == "long" else 6
        self.send_response(status)
        if answer == "redirect":
            self.send_header("Location", f"http://127.0.0.1:{PORT}/elsewhere")
        if answer == "later":
            self.send_header("Retry-After", "3")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        try:
            self.wfile.write(b"inside"[:size] * (size // 6))
        except OSError:  # It was not wanted to the end.
            self.close_connection = True

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer.allow_reuse_address = True
with http.server.ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
