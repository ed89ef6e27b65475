#!/usr/bin/env bash
# datalogic-py 5.9.0 (PyPI, core of the crate datalogic-rs): "true" == true holds and "1" == true does not, and `"" == 0` is an error.
#
# Input: valid JsonLogic rules with `==` between text, numbers and booleans, and `<` on the same texts.
# Expected: the answers of json-logic-js 2.0.5. jsonlogic.com/operations.html: `==` "Tests equality, with type coercion", which is
#   JavaScript's: text is compared with a number or a boolean as a number, and a text that is no number equals neither.
# Seen: text equals the boolean whose name it is, so "1" and "0" from a form or an environment variable match neither true nor false,
#   and "true" matches. `""` is 0 for `<`, yet `==` with 0 fails with NaN, as does each number against a word: a rule whose
#   attribute has another type ends in an error where JsonLogic takes the `else`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-logic-js@2.0.5 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check datalogic-py==5.9.0
cat > "$work/cases.json" <<'JSON'
[
  { "==": [1, true] },
  { "==": ["1", true] },
  { "==": ["0", false] },
  { "==": ["true", true] },
  { "==": ["1", 1] },
  { "<": ["", 1] },
  { "==": ["", 0] },
  { "==": ["pro", 1] },
  { "if": [{ "==": [{ "var": "plan" }, "pro"] }, "high", "low"] }
]
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import jsonLogic from "json-logic-js";

for (const rule of JSON.parse(readFileSync("cases.json", "utf8"))) {
  console.log(`js ${JSON.stringify(rule)}: ${JSON.stringify(jsonLogic.apply(rule, { plan: 1 }))}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
import datalogic_py

for rule in json.load(open("cases.json")):
    try:
        outcome = json.dumps(datalogic_py.apply(rule, {"plan": 1}))
    except datalogic_py.EvaluateError as error:
        outcome = f"error, {str(error).split(' (')[0]}"
    print(f"datalogic {json.dumps(rule, separators=(',', ':'))}: {outcome}")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='js {"==":[1,true]}: true
js {"==":["1",true]}: true
js {"==":["0",false]}: true
js {"==":["true",true]}: false
js {"==":["1",1]}: true
js {"<":["",1]}: true
js {"==":["",0]}: true
js {"==":["pro",1]}: false
js {"if":[{"==":[{"var":"plan"},"pro"]},"high","low"]}: "low"
datalogic {"==":[1,true]}: true
datalogic {"==":["1",true]}: false
datalogic {"==":["0",false]}: false
datalogic {"==":["true",true]}: true
datalogic {"==":["1",1]}: true
datalogic {"<":["",1]}: true
datalogic {"==":["",0]}: error, Invalid arguments: NaN
datalogic {"==":["pro",1]}: error, Invalid arguments: NaN
datalogic {"if":[{"==":[{"var":"plan"},"pro"]},"high","low"]}: error, Invalid arguments: NaN'
printf 'expected: the lines of js\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
