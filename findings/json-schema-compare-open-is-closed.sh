#!/usr/bin/env bash
# json-schema-compare 0.2.2 (npm) calls a schema that allows every further property equal to one that allows none.
#
# Input: pairs of draft-06 schemas and an instance that one accepts and the other refuses.
# Expected: not equal. The README: "Compare json schemas correctly"; it holds `undefined`, `true` and `{}` for equal as schemas,
#   not `false`. JSON Schema draft-06, core 4.4: `{}` accepts every instance, `false` none.
# Seen: `{}` equals `false` in `additionalProperties` and `additionalItems`, alone and beside other keywords, while `true` does
#   not. A tool that skips a release because "the schema did not change" skips one that closes every table. Verdicts by ajv
#   8.20.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" json-schema-compare@0.2.2 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import Ajv from "ajv";
import compare from "json-schema-compare";

const cases = [
  [{ additionalProperties: {} }, { additionalProperties: false }, { a: 1 }],
  [{ additionalProperties: true }, { additionalProperties: false }, { a: 1 }],
  [{ properties: { a: {} }, additionalProperties: {} }, { properties: { a: {} }, additionalProperties: false }, { b: 1 }],
  [{ items: [{}], additionalItems: {} }, { items: [{}], additionalItems: false }, [1, 2]],
];
for (const [one, two, instance] of cases) {
  const [first, second] = [one, two].map((schema) => new Ajv.default({ strict: false }).compile(schema)(instance));
  console.log(`${JSON.stringify(one)} and ${JSON.stringify(two)}: ${compare(one, two) ? "equal" : "different"}`);
  console.log(`  ${JSON.stringify(instance)}: ${first} by the first, ${second} by the second`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"additionalProperties":{}} and {"additionalProperties":false}: equal
  {"a":1}: true by the first, false by the second
{"additionalProperties":true} and {"additionalProperties":false}: different
  {"a":1}: true by the first, false by the second
{"properties":{"a":{}},"additionalProperties":{}} and {"properties":{"a":{}},"additionalProperties":false}: equal
  {"b":1}: true by the first, false by the second
{"items":[{}],"additionalItems":{}} and {"items":[{}],"additionalItems":false}: equal
  [1,2]: true by the first, false by the second'
printf 'expected: different in every pair\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
