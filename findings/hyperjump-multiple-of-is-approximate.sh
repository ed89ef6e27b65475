#!/usr/bin/env bash
# @hyperjump/json-schema 1.18.0 (npm) accepts numbers that are no multiple of `multipleOf`.
#
# Input: numbers with few digits that doubles tell apart easily from the nearest multiple.
# Expected: refused. JSON Schema 2020-12, validation 6.2.1: "A numeric instance is valid only if division by this keyword's
#   value results in an integer". Division by 0.01 of 100.0000001 gives 10000.00001.
# Seen: accepted, as is every number close enough to a multiple: the division is compared with a tolerance. A price with a tenth
#   of a millionth of a cent passes `multipleOf: 0.01`; the well-known rounding of 19.99 is judged right by it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" @hyperjump/json-schema@1.18.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { registerSchema, validate } from "@hyperjump/json-schema/draft-2020-12";

const cases = [[0.01, 19.99], [0.01, 19.985], [0.01, 100.0000001], [0.01, 1e-9], [0.1, 0.10000000001], [0.1, 1e-17]];
for (const [multipleOf, instance] of cases) {
  const uri = `https://schemas.example/${multipleOf}/${instance}`;
  registerSchema({ $schema: "https://json-schema.org/draft/2020-12/schema", multipleOf }, uri);
  console.log(`multipleOf ${multipleOf} on ${instance}: ${(await validate(uri, instance)).valid ? "accepted" : "refused"}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='multipleOf 0.01 on 19.99: accepted
multipleOf 0.01 on 19.985: refused
multipleOf 0.01 on 100.0000001: accepted
multipleOf 0.01 on 1e-9: accepted
multipleOf 0.1 on 0.10000000001: accepted
multipleOf 0.1 on 1e-17: accepted'
printf 'expected: only 19.99 is accepted\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
