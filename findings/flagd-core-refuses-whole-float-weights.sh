#!/usr/bin/env bash
# openfeature-flagd-core 2.0.0 (PyPI) gives every user the default variant when a weight of `fractional` is computed as 50.0.
#
# Input: valid flag definitions in which two variants share the users in halves; the weight is written as 50, as 50.0 and as a
#   rule that divides 100 by 2.
# Expected: halves. flagd's specification of the fractional operation has "an optional float item representing the relative
#   weight" (https://flagd.dev/reference/specifications/custom-operations/fractional-operation-spec/), and its schema of
#   targeting says of a weight: "Can be a JSONLogic expression that evaluates to a number". JSON Schema, validation 6.1.1: 50.0 is
#   an integer.
# Seen: an `int` of Python is demanded, every division gives a float, and the operation ends without a variant: the flag falls
#   back to `defaultVariant` with the reason DEFAULT for everyone. @openfeature/flagd-core 4.0.1 (npm) splits the users.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" @openfeature/flagd-core@4.0.1 @openfeature/core@1 > /dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  openfeature-flagd-core==2.0.0 openfeature-flagd-api==1.0.0 openfeature-sdk==0.10.0
cat > "$work/flags.json" <<'JSON'
{
  "flags": {
    "integer": {
      "state": "ENABLED",
      "variants": { "new": "new", "old": "old", "default": "default" },
      "defaultVariant": "default",
      "targeting": { "fractional": [["new", 50], ["old", 50]] }
    },
    "float": {
      "state": "ENABLED",
      "variants": { "new": "new", "old": "old", "default": "default" },
      "defaultVariant": "default",
      "targeting": { "fractional": [["new", 50.0], ["old", 50]] }
    },
    "division": {
      "state": "ENABLED",
      "variants": { "new": "new", "old": "old", "default": "default" },
      "defaultVariant": "default",
      "targeting": { "fractional": [["new", { "/": [100, 2] }], ["old", 50]] }
    }
  }
}
JSON
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { FlagdCore } from "@openfeature/flagd-core";
import { readFileSync } from "node:fs";

const core = new FlagdCore();
core.setConfigurations(readFileSync("flags.json", "utf8"));
for (const flag of ["integer", "float", "division"]) {
  const served = new Set();
  for (let user = 0; user < 100; user++) {
    served.add(core.resolveStringEvaluation(flag, "", { targetingKey: `user-${user}` }, console).variant);
  }
  console.log(`npm, ${flag}: ${[...served].sort().join(" and ")}`);
}
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import pathlib
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

core = FlagdCore()
core.set_flags(pathlib.Path("flags.json").read_text())
for flag in ["integer", "float", "division"]:
    served = {core.resolve_string_value(flag, "", EvaluationContext(f"user-{user}")).variant for user in range(100)}
    print(f"PyPI, {flag}: {' and '.join(sorted(served))}")
PYTHON
seen=$(cd "$work" && node probe.mjs && venv/bin/python probe.py)
recorded='npm, integer: new and old
npm, float: new and old
npm, division: new and old
PyPI, integer: new and old
PyPI, float: default
PyPI, division: default'
printf 'expected: new and old in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
