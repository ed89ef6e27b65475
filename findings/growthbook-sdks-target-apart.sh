#!/usr/bin/env bash
# @growthbook/growthbook 1.8.0 (npm) and growthbook 4.0.0 (PyPI) give one user different answers to one condition.
#
# Input: a feature with one rule, whose condition compares an attribute, and users without the attribute or with one of another
#   type.
# Expected: the same answer. GrowthBook's specification for SDKs (https://docs.growthbook.io/lib/build-your-own): "All libraries
#   should follow this specification as closely as the language permits to maintain consistency"; a condition that is no
#   operator is a deep comparison, and the operators of order compare the attribute with the condition.
# Seen: JavaScript's coercions in the first and none in the second: a user without `age` is below 18, true is 1, "1" is 1, and a
#   list of one text is the text, for the front end alone. Both agree where the types are equal.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check growthbook==4.0.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" @growthbook/growthbook@1.8.0 > /dev/null
cat > "$work/cases.json" <<'JSON'
[
  [{ "age": { "$lt": 18 } }, { "age": 17 }],
  [{ "age": { "$lt": 18 } }, {}],
  [{ "age": { "$gte": 0 } }, { "age": null }],
  [{ "seats": { "$gt": 1 } }, { "seats": "2" }],
  [{ "plan": 1 }, { "plan": "1" }],
  [{ "plan": 1 }, { "plan": true }],
  [{ "team": "core" }, { "team": ["core"] }],
  [{ "code": { "$regex": "^1" } }, { "code": 12 }]
]
JSON
cat > "$work/probe.cjs" <<'JAVASCRIPT'
const { readFileSync } = require("fs");
const { GrowthBook } = require("@growthbook/growthbook");

const answers = JSON.parse(readFileSync("cases.json", "utf8")).map(([condition, attributes]) => {
  const features = { flag: { defaultValue: false, rules: [{ condition, force: true }] } };
  return new GrowthBook({ attributes, features }).evalFeature("flag").value;
});
console.log(JSON.stringify(answers));
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
import subprocess

from growthbook import GrowthBook

answers = json.loads(subprocess.run(["node", "probe.cjs"], check=True, capture_output=True, text=True).stdout)
for (condition, attributes), javascript in zip(json.load(open("cases.json")), answers):
    features = {"flag": {"defaultValue": False, "rules": [{"condition": condition, "force": True}]}}
    python = GrowthBook(attributes=attributes, features=features).eval_feature("flag").value
    print(f"{json.dumps(condition)} {json.dumps(attributes)}: JavaScript {json.dumps(javascript)}, Python {json.dumps(python)}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='{"age": {"$lt": 18}} {"age": 17}: JavaScript true, Python true
{"age": {"$lt": 18}} {}: JavaScript true, Python false
{"age": {"$gte": 0}} {"age": null}: JavaScript true, Python false
{"seats": {"$gt": 1}} {"seats": "2"}: JavaScript true, Python false
{"plan": 1} {"plan": "1"}: JavaScript true, Python false
{"plan": 1} {"plan": true}: JavaScript true, Python false
{"team": "core"} {"team": ["core"]}: JavaScript true, Python false
{"code": {"$regex": "^1"}} {"code": 12}: JavaScript true, Python false'
printf 'expected: the same from both in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
