"""python -m service: answers POST requests on port 8000. python -m service TEXT…: one line for each text, then ends."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from service.model import Model

model = Model(Path(__file__).parents[1] / "model")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
        body = json.dumps({"score": round(model.score(text), 6)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


if len(sys.argv) > 1:
    for text in sys.argv[1:]:
        print(f"{model.score(text):.6f}  {text}")
else:
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
