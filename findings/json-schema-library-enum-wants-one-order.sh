#!/usr/bin/env bash
# json-schema-library 11.6.2 (npm) compares objects of `enum` by the order of their members, and stops at a property called
#   `constructor`.
#
# Input: 2020-12 schemas and instances with one verdict each.
# Expected: JSON Schema 2020-12, core 4.2.2: two objects are equal if each property of one "has exactly one property with a key
#   equal to the other's, and that other property has an equal value"; core 4.2.1: a property may have any name; validation
#   6.2.1: `multipleOf` is exact. The README: "fully supporting all major JSON Schema draft versions".
# Seen: the same object in another order is refused by `enum` and accepted by `const`; an instance with a property `constructor`
#   or `toString`, which the schema does not mention, raises "e.validators is not iterable"; 1.55 steps of 1e-10 are a multiple,
#   and 1e308 is none of 0.5. jsonschema-rs 0.61.2 (PyPI) has the expected verdicts.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" json-schema-library@11.6.2 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { compileSchema } from "json-schema-library";

for (const [schema, value] of [
  [{ const: { a: 1, b: 2 } }, { b: 2, a: 1 }],
  [{ enum: [{ a: 1, b: 2 }] }, { b: 2, a: 1 }],
  [{ properties: { a: { type: "string" } } }, { constructor: "x" }],
  [{ properties: { a: true }, additionalProperties: false }, { toString: 1 }],
  [{ multipleOf: 1e-10 }, 1.55e-10],
  [{ multipleOf: 0.5 }, 1e308],
]) {
  let verdict;
  try {
    verdict = compileSchema({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schema }).validate(value).valid;
  } catch (error) {
    verdict = `error: ${error.message}`;
  }
  console.log(`${JSON.stringify(schema)} ${JSON.stringify(value)}: ${verdict}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"const":{"a":1,"b":2}} {"b":2,"a":1}: true
{"enum":[{"a":1,"b":2}]} {"b":2,"a":1}: false
{"properties":{"a":{"type":"string"}}} {"constructor":"x"}: error: e.validators is not iterable
{"properties":{"a":true},"additionalProperties":false} {"toString":1}: error: e.validators is not iterable
{"multipleOf":1e-10} 1.55e-10: true
{"multipleOf":0.5} 1e+308: false'
printf 'expected: true | true | true | false | false | true\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
