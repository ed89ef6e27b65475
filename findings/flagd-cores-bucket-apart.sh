#!/usr/bin/env bash
# @openfeature/flagd-core 4.0.1 (npm) and openfeature-flagd-core 2.0.0 (PyPI) put the same user into different variants.
#
# Input: one valid flag definition of flagd with a `fractional` rule of two equal halves, and twenty targeting keys.
# Expected: one variant a user. flagd's specification of the fractional operation
#   (https://flagd.dev/reference/specifications/custom-operations/fractional-operation-spec/) fixes MurmurHash3 "to ensure
#   that flag resolution requests yield the same result, regardless of which implementation of the in-process flagd provider
#   is being used".
# Seen: both hash with MurmurHash3 and bucket alike, yet the JavaScript core hashes the text of flag and key and the Python
#   core its CBOR encoding. Of these twenty users, fourteen change sides between two services.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  openfeature-flagd-core==2.0.0 openfeature-flagd-api==1.0.0 openfeature-sdk==0.10.0
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @openfeature/flagd-core@4.0.1 @openfeature/core@1 > /dev/null
cat > flags.json <<'JSON'
{
  "flags": {
    "header": {
      "state": "ENABLED",
      "variants": { "old": "old", "new": "new" },
      "defaultVariant": "old",
      "targeting": { "fractional": [["old", 50], ["new", 50]] }
    }
  }
}
JSON
cat > probe.cjs <<'JAVASCRIPT'
const { readFileSync } = require("fs");
const { FlagdCore } = require("@openfeature/flagd-core");
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const core = new FlagdCore(undefined, silent);
core.setConfigurations(readFileSync("flags.json", "utf8"));
const variants = [];
for (let user = 1; user <= 20; user++) {
  variants.push(core.resolveStringEvaluation("header", "none", { targetingKey: `user-${user}` }, silent).variant);
}
process.stdout.write(variants.join(" ") + "\n");
JAVASCRIPT
cat > probe.py <<'PYTHON'
from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

core = FlagdCore()
core.set_flags(open("flags.json").read())
keys = [f"user-{user}" for user in range(1, 21)]
print(*[core.resolve_string_value("header", "none", EvaluationContext(targeting_key=key)).variant for key in keys])
PYTHON
javascript=$(node probe.cjs | tail -n 1)
python=$(venv/bin/python probe.py)
read -ra left <<< "$javascript"
read -ra right <<< "$python"
apart=0
for index in "${!left[@]}"; do
  [ "${left[index]}" = "${right[index]}" ] || apart=$((apart + 1))
done
seen="JavaScript: $javascript
Python:     $python
apart: $apart of ${#left[@]}"
recorded='JavaScript: new old new old new old new old new new new old new old old new new new new old
Python:     new new new old new new old old old old old old old new new old old old old new
apart: 14 of 20'
printf 'expected: apart: 0 of 20\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
