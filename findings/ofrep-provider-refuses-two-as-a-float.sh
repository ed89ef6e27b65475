#!/usr/bin/env bash
# openfeature-provider-ofrep 0.3.0 (PyPI) refuses the value 2 for a float flag and takes true for an integer flag.
#
# Input: answers of an OFREP server with the values 2.5, 2, 2.0 and true, and a time in the evaluation context.
# Expected: 2 as a float and 2.0 as an integer. OFREP (service/openapi.yaml): the value of a float flag is `type: number`, of an integer
#   flag `type: integer`, by which JSON Schema takes 2 and 2.0 for both; true is neither. OpenFeature's specification (types,
#   Evaluation Context): a value is a boolean, text, a number, a structure or a datetime.
# Seen: Python's classes decide: 2 is TYPE_MISMATCH for a float, so a flag of 2.5 works and its variant 2 does not: servers in
#   JavaScript and Go write 2.0 as 2. true is served as an integer. A datetime in the context raises TypeError before the
#   request; @openfeature/ofrep-provider 0.1.3 (npm) sends it as text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openfeature-provider-ofrep==0.3.0 openfeature-sdk==0.10.0
cat > "$work/probe.py" <<'PYTHON'
import datetime
import http.server
import threading
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = f'{{"key": "flag", "reason": "STATIC", "variant": "a", "value": {self.server.value}}}'.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
provider = OFREPProvider(f"http://127.0.0.1:{server.server_port}")


def resolve(kind, default, context=None):
    try:
        return getattr(provider, f"resolve_{kind}_details")("flag", default, context).value
    except OpenFeatureError as error:
        return error.error_code.value
    except TypeError as error:
        return f"TypeError: {error}"


for server.value in ["2.5", "2", "2.0", "true"]:
    print(f"{server.value}: float {resolve('float', 0.5)}, integer {resolve('integer', 7)}")
server.value = "true"
print(f"datetime: {resolve('boolean', False, EvaluationContext('user', {'since': datetime.datetime(2026, 1, 1)}))}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='2.5: float 2.5, integer TYPE_MISMATCH
2: float TYPE_MISMATCH, integer 2
2.0: float 2.0, integer TYPE_MISMATCH
true: float TYPE_MISMATCH, integer True
datetime: TypeError: Object of type datetime is not JSON serializable'
printf 'expected: 2 and 2.0 for both, TYPE_MISMATCH for true, and True\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
