#!/usr/bin/env bash
# json-logic-engine 5.0.7 (npm) throws when `==` compares a number with a word, so that the other branches of a rule never apply.
#
# Input: the valid rule `{"==": [{"var": "plan"}, "pro"]}` with the plan 1, true, "pro" and "basic".
# Expected: false for the first two. jsonlogic.com/operations.html: `==` "Tests equality, with type coercion"; json-logic-js
#   2.0.5, the reference implementation, says false. JavaScript: 1 == "pro" is false.
# Seen: 1 and true throw a bare NaN, while `===` says false and null says false. In @openfeature/flagd-core 4.0.1, which
#   runs on this package, one attribute of another type makes the whole flag the error GENERAL in place of the `else` variant;
#   openfeature-flagd-core 2.0.0 (PyPI) serves the `else` variant.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-logic-engine@5.0.7 json-logic-js@2.0.5 \
  @openfeature/flagd-core@4.0.1 @openfeature/core@1 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  openfeature-flagd-core==2.0.0 openfeature-flagd-api==1.0.0 openfeature-sdk==0.10.0
cat > "$work/flags.json" <<'JSON'
{
  "flags": {
    "limit": {
      "state": "ENABLED",
      "variants": { "high": "high", "low": "low", "none": "none" },
      "defaultVariant": "none",
      "targeting": { "if": [{ "==": [{ "var": "plan" }, "pro"] }, "high", "low"] }
    }
  }
}
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { FlagdCore } from "@openfeature/flagd-core";
import { LogicEngine } from "json-logic-engine";
import { readFileSync } from "node:fs";
import reference from "json-logic-js";

const engine = new LogicEngine();
const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const core = new FlagdCore();
core.setConfigurations(readFileSync("flags.json", "utf8"));
for (const plan of ["pro", "basic", null, 1, true]) {
  const answers = ["==", "==="].map((operator) => {
    try {
      return engine.run({ [operator]: [{ var: "plan" }, "pro"] }, { plan });
    } catch (error) {
      return `throws ${error}`;
    }
  });
  const flag = core.resolveStringEvaluation("limit", "default", { plan }, quiet);
  const outcome = flag.variant ?? `error ${flag.errorCode}`;
  const expected = reference.apply({ "==": [{ var: "plan" }, "pro"] }, { plan });
  console.log(`${JSON.stringify(plan)}: reference ${expected}, == ${answers[0]}, === ${answers[1]}, flag ${outcome}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
import pathlib
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

core = FlagdCore()
core.set_flags(pathlib.Path("flags.json").read_text())
for plan in ["pro", "basic", None, 1, True]:
    flag = core.resolve_string_value("limit", "default", EvaluationContext(None, {"plan": plan}))
    print(f"{json.dumps(plan)}: flag {flag.variant} in Python")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='"pro": reference true, == true, === true, flag high
"basic": reference false, == false, === false, flag low
null: reference false, == false, === false, flag low
1: reference false, == throws NaN, === false, flag error GENERAL
true: reference false, == throws NaN, === false, flag error GENERAL
"pro": flag high in Python
"basic": flag low in Python
null: flag low in Python
1: flag low in Python
true: flag low in Python'
printf 'expected: false and the variant low for all but "pro"\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
