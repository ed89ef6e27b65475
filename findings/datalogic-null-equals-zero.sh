#!/usr/bin/env bash
# datalogic-py 5.9.0 (PyPI, core of the crate datalogic-rs): null equals 0, "" and false, so that an absent attribute equals each of them.
#
# Input: valid JsonLogic rules that compare an attribute with 0, "" and false, over data without the attribute and with null.
# Expected: false for all, as of json-logic-js 2.0.5. jsonlogic.com/operations.html: `==` "Tests equality, with type coercion", which is
#   JavaScript's, and there null and undefined are equal to each other alone. The documentation of datalogic-rs: "64 built-in operators:
#   Complete JSONLogic compatibility plus extensions".
# Seen: true for all, while `<=` with 0 agrees with the reference. A rule "no orders yet" selects everyone whose orders are not known.
# Effect on Confgate: crates/flags/src/set/dialect.rs compiles a comparison with null before each such `==`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-logic-js@2.0.5 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check datalogic-py==5.9.0
cat > "$work/cases.json" <<'JSON'
[
  [{ "==": [{ "var": "orders" }, 0] }, {}],
  [{ "==": [0, { "var": "orders" }] }, {}],
  [{ "!=": [{ "var": "orders" }, 0] }, {}],
  [{ "==": [{ "var": "orders" }, ""] }, {}],
  [{ "==": [{ "var": "orders" }, false] }, {}],
  [{ "==": [{ "var": "orders" }, 0] }, { "orders": null }],
  [{ "<=": [{ "var": "orders" }, 0] }, { "orders": null }],
  [{ "==": [{ "var": "orders" }, null] }, { "orders": null }]
]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import jsonLogic from "json-logic-js";

for (const [rule, data] of JSON.parse(readFileSync("cases.json", "utf8"))) {
  console.log(`js ${JSON.stringify(rule)} on ${JSON.stringify(data)}: ${JSON.stringify(jsonLogic.apply(rule, data))}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
import datalogic_py

for rule, data in json.load(open("cases.json")):
    texts = [json.dumps(value, separators=(",", ":")) for value in (rule, data)]
    print(f"datalogic {texts[0]} on {texts[1]}: {json.dumps(datalogic_py.apply(rule, data))}")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='js {"==":[{"var":"orders"},0]} on {}: false
js {"==":[0,{"var":"orders"}]} on {}: false
js {"!=":[{"var":"orders"},0]} on {}: true
js {"==":[{"var":"orders"},""]} on {}: false
js {"==":[{"var":"orders"},false]} on {}: false
js {"==":[{"var":"orders"},0]} on {"orders":null}: false
js {"<=":[{"var":"orders"},0]} on {"orders":null}: true
js {"==":[{"var":"orders"},null]} on {"orders":null}: true
datalogic {"==":[{"var":"orders"},0]} on {}: true
datalogic {"==":[0,{"var":"orders"}]} on {}: true
datalogic {"!=":[{"var":"orders"},0]} on {}: false
datalogic {"==":[{"var":"orders"},""]} on {}: true
datalogic {"==":[{"var":"orders"},false]} on {}: true
datalogic {"==":[{"var":"orders"},0]} on {"orders":null}: true
datalogic {"<=":[{"var":"orders"},0]} on {"orders":null}: true
datalogic {"==":[{"var":"orders"},null]} on {"orders":null}: true'
printf 'expected: the same answers\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
