#!/usr/bin/env bash
# panzi-json-logic 1.0.1 (PyPI) has Python's remainder and Python's words, where JsonLogic has JavaScript's.
#
# Input: valid JsonLogic rules with a negative dividend, a boolean in a text, and a boolean among numbers.
# Expected: the answers of json-logic-js 2.0.5. The README: "There is currently one known way where this implementation differs
#   from the JavaScript implementation", and names `substr` alone.
# Seen: -7 % 3 is 2, `cat` writes "True" and, for null, "null", and `in` finds true in [1]. A rule that front end and back end
#   share decides apart. openfeature-flagd-core 2.0.0 (PyPI) runs on this package: a bucket key that contains a boolean is another
#   key there than in npm's flagd-core. json-logic-qubit 0.9.1 (PyPI) has the remainder and "True" too, and "None" for null.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-logic-js@2.0.5 > /dev/null
python3 -m venv "$work/panzi"
"$work/panzi/bin/pip" install --quiet --disable-pip-version-check panzi-json-logic==1.0.1
python3 -m venv "$work/qubit"
"$work/qubit/bin/pip" install --quiet --disable-pip-version-check json-logic-qubit==0.9.1
cat > "$work/cases.json" <<'JSON'
[
  { "%": [-7, 3] },
  { "%": [7, -3] },
  { "cat": ["beta=", true] },
  { "cat": ["beta=", null] },
  { "in": [true, [1, 2]] }
]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import jsonLogic from "json-logic-js";

console.log("js", JSON.stringify(JSON.parse(readFileSync("cases.json", "utf8")).map((rule) => jsonLogic.apply(rule))));
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
import sys
from json_logic import jsonLogic

print(sys.argv[1], json.dumps([jsonLogic(rule) for rule in json.load(open("cases.json"))], separators=(",", ":")))
PYTHON
seen=$(cd "$work" && node probe.mjs && panzi/bin/python probe.py panzi && qubit/bin/python probe.py qubit)
recorded='js [-1,1,"beta=true","beta=",false]
panzi [2,-2,"beta=True","beta=null",true]
qubit [2,-2,"beta=True","beta=None",true]'
printf 'expected: the line of js, three times\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
