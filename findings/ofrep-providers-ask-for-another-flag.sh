#!/usr/bin/env bash
# openfeature-provider-ofrep 0.3.0 (PyPI) and @openfeature/ofrep-provider 0.1.3 (npm) put the key of a flag into the path as it is.
#
# Input: the keys `checkout`, `a b`, `a#b`, `a?b` and `team/limit`; the protocol and OpenFeature have any text as a key.
# Expected: one segment of the path with the key in percent-encoding. OFREP (service/openapi.yaml): `key` is a parameter "in: path"
#   of `/ofrep/v1/evaluate/flags/{key}`; RFC 3986 sections 2.2 and 3.4: `#`, `?` and `/` as data are written %23, %3F and %2F.
# Seen: the flag `a#b` is asked for as `a`, whose value the application then gets without an error; `a?b` likewise, with a query.
#   The request for `team/limit` has one segment too many. Only the blank is encoded, by the HTTP clients.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @openfeature/ofrep-provider@0.1.3 @openfeature/ofrep-core@0.1.4 @openfeature/server-sdk@1.23.0 @openfeature/core@1.12.0 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openfeature-provider-ofrep==0.3.0 openfeature-sdk==0.10.0
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { createServer } from "node:http";
import { OFREPProvider } from "@openfeature/ofrep-provider";

const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ key: "k", reason: "STATIC", variant: "v", value: request.url.slice("/ofrep/v1/evaluate/flags/".length) }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const provider = new OFREPProvider({ baseUrl: `http://127.0.0.1:${server.address().port}` });
for (const key of ["checkout", "a b", "a#b", "a?b", "team/limit"]) {
  const { value } = await provider.resolveStringEvaluation(key, "", {});
  console.log(`npm, ${key}: ${value}, expected ${encodeURIComponent(key)}`);
}
process.exit(0);
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import http.server
import json
import threading
import urllib.parse
from openfeature.contrib.provider.ofrep import OFREPProvider


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        value = self.path.removeprefix("/ofrep/v1/evaluate/flags/")
        body = json.dumps({"key": "k", "reason": "STATIC", "variant": "v", "value": value}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
provider = OFREPProvider(f"http://127.0.0.1:{server.server_port}")
for key in ["checkout", "a b", "a#b", "a?b", "team/limit"]:
    print(f"PyPI, {key}: {provider.resolve_string_details(key, '').value}, expected {urllib.parse.quote(key, safe='')}")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='npm, checkout: checkout, expected checkout
npm, a b: a%20b, expected a%20b
npm, a#b: a, expected a%23b
npm, a?b: a?b, expected a%3Fb
npm, team/limit: team/limit, expected team%2Flimit
PyPI, checkout: checkout, expected checkout
PyPI, a b: a%20b, expected a%20b
PyPI, a#b: a, expected a%23b
PyPI, a?b: a?b, expected a%3Fb
PyPI, team/limit: team/limit, expected team%2Flimit'
printf 'expected: in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
