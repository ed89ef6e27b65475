#!/usr/bin/env bash
# @sinclair/typebox 0.34.52 (npm): by `Value.Check`, 1 is no multiple of 0.1, and `minContains: 0` demands an element.
#
# Input: schemas of TypeBox, which are JSON Schema, and values with one verdict each.
# Expected: true. JSON Schema 2020-12, validation 6.2.1: a value is valid "if division by this keyword's value results in an
#   integer"; validation 6.4.5: a value of 0 "causes `minContains` and `contains` to always pass validation" but for
#   `maxContains`. The README: "creates in-memory Json Schema objects that infer as TypeScript types".
# Seen: the remainder of two doubles, so whole numbers are refused by a step of 0.1 that admits 0.2; lists without a number are
#   refused by a schema that asks for none or one. ajv 8.20.0 (npm) on the same schemas admits all of them, so a service and its
#   checker by schema disagree.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" @sinclair/typebox@0.34.52 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import Ajv from "ajv/dist/2020.js";

const tenth = Type.Number({ multipleOf: 0.1 });
const some = Type.Array(Type.Any(), { contains: Type.Number(), minContains: 0, maxContains: 1 });
for (const [schema, value] of [[tenth, 0.2], [tenth, 1], [tenth, 2], [tenth, 1.5], [some, [1]], [some, []], [some, ["a"]]]) {
  const verdict = new Ajv({ strict: false }).validate(JSON.parse(JSON.stringify(schema)), value);
  console.log(`${JSON.stringify(schema)} ${JSON.stringify(value)}: typebox ${Value.Check(schema, value)}, ajv ${verdict}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"multipleOf":0.1,"type":"number"} 0.2: typebox true, ajv true
{"multipleOf":0.1,"type":"number"} 1: typebox false, ajv true
{"multipleOf":0.1,"type":"number"} 2: typebox false, ajv true
{"multipleOf":0.1,"type":"number"} 1.5: typebox false, ajv true
{"contains":{"type":"number"},"minContains":0,"maxContains":1,"type":"array","items":{}} [1]: typebox true, ajv true
{"contains":{"type":"number"},"minContains":0,"maxContains":1,"type":"array","items":{}} []: typebox false, ajv true
{"contains":{"type":"number"},"minContains":0,"maxContains":1,"type":"array","items":{}} ["a"]: typebox false, ajv true'
printf 'expected: true in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
