"""Clock: a service, in any language, that reads its config from a file."""

import json
import sys
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

with open(sys.argv[1], encoding="utf-8") as file:
    CONFIG = json.load(file)


class Clock(BaseHTTPRequestHandler):
    def do_GET(self):
        place = self.path.strip("/")
        if place not in CONFIG["zones"]:
            self.send_error(404, "no such place")
            return
        zone = timezone(timedelta(hours=CONFIG["zones"][place]))
        body = datetime.now(zone).strftime(CONFIG["format"]).encode() + b"\n"
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", CONFIG["port"]), Clock).serve_forever()
