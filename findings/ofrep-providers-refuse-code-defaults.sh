#!/usr/bin/env bash
# openfeature-provider-ofrep 0.3.0 (PyPI) and @openfeature/ofrep-provider 0.1.3 (npm) fail on valid answers without a value.
#
# Input: answers of an OFREP server: a flag that defers to the application's default, with and without a variant, and a failure
#   without details.
# Expected: the default "code" and the reason that the server gave, or its error code. OFREP (service/openapi.yaml): `codeDefaultFlag`
#   "has no `value` property. The provider must use the code default value when processing this response"; `variant` and
#   `errorDetails` are not among the required members.
# Seen: npm's provider throws OFREPApiUnexpectedResponseError for each answer without a value; PyPI's takes one that has a
#   variant, and raises a bare KeyError without one and for a failure without details.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @openfeature/ofrep-provider@0.1.3 @openfeature/ofrep-core@0.1.4 @openfeature/server-sdk@1.23.0 @openfeature/core@1.12.0 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openfeature-provider-ofrep==0.3.0 openfeature-sdk==0.10.0
cat > "$work/answers.json" <<'JSON'
[
  [200, { "key": "flag", "reason": "STATIC", "variant": "a", "value": "served" }],
  [200, { "key": "flag", "reason": "DISABLED", "variant": "a" }],
  [200, { "key": "flag", "reason": "DISABLED" }],
  [400, { "key": "flag", "errorCode": "INVALID_CONTEXT", "errorDetails": "no key" }],
  [400, { "key": "flag", "errorCode": "INVALID_CONTEXT" }]
]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { OFREPProvider } from "@openfeature/ofrep-provider";

for (const [status, answer] of JSON.parse(readFileSync("answers.json", "utf8"))) {
  const server = createServer((request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider = new OFREPProvider({ baseUrl: `http://127.0.0.1:${server.address().port}` });
  let outcome;
  try {
    const { value, reason } = await provider.resolveStringEvaluation("flag", "code", {});
    outcome = `${value}, ${reason}`;
  } catch (error) {
    outcome = `throws ${error.code ?? error.name}`;
  }
  console.log(`npm, ${status} ${JSON.stringify(answer)}: ${outcome}`);
}
process.exit(0);
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import http.server
import json
import threading
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.exception import OpenFeatureError


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps(self.server.answer[1]).encode()
        self.send_response(self.server.answer[0])
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for server.answer in json.load(open("answers.json")):
    provider = OFREPProvider(f"http://127.0.0.1:{server.server_port}")
    try:
        details = provider.resolve_string_details("flag", "code")
        outcome = f"{details.value}, {details.reason}"
    except OpenFeatureError as error:
        outcome = f"raises {error.error_code.value}"
    except KeyError as error:
        outcome = f"raises KeyError {error}"
    print(f"PyPI, {server.answer[0]} {json.dumps(server.answer[1], separators=(',', ':'))}: {outcome}")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='npm, 200 {"key":"flag","reason":"STATIC","variant":"a","value":"served"}: served, STATIC
npm, 200 {"key":"flag","reason":"DISABLED","variant":"a"}: throws OFREPApiUnexpectedResponseError
npm, 200 {"key":"flag","reason":"DISABLED"}: throws OFREPApiUnexpectedResponseError
npm, 400 {"key":"flag","errorCode":"INVALID_CONTEXT","errorDetails":"no key"}: throws INVALID_CONTEXT
npm, 400 {"key":"flag","errorCode":"INVALID_CONTEXT"}: throws INVALID_CONTEXT
PyPI, 200 {"key":"flag","reason":"STATIC","variant":"a","value":"served"}: served, STATIC
PyPI, 200 {"key":"flag","reason":"DISABLED","variant":"a"}: code, DISABLED
PyPI, 200 {"key":"flag","reason":"DISABLED"}: raises KeyError '"'"'variant'"'"'
PyPI, 400 {"key":"flag","errorCode":"INVALID_CONTEXT","errorDetails":"no key"}: raises INVALID_CONTEXT
PyPI, 400 {"key":"flag","errorCode":"INVALID_CONTEXT"}: raises KeyError '"'"'errorDetails'"'"''
printf 'expected: served, code twice with DISABLED, and INVALID_CONTEXT twice\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
