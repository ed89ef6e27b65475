#!/usr/bin/env bash
# arktype 2.2.10 (npm) takes a list for an object type, and the JSON Schema that it makes of the type refuses lists.
#
# Input: types of objects whose keys are optional, and lists.
# Expected: one verdict from the type and from its schema. The documentation: `toJsonSchema` makes a JSON Schema of a type and
#   fails for a part that a schema cannot express ("ToJsonSchemaError"); JSON Schema, validation 6.1.1, keeps "object" and
#   "array" apart.
# Seen: the type accepts `[]` and `[1, 2]` for a record of numbers and for `{ "name?": "string" }`, while the schema says
#   `"type": "object"`, so a config of lists passes the service and fails in an editor; a text of one character beyond 16 bits
#   has two for the type and one for its `maxLength`. ajv 8.20.0 (npm) gives the verdicts of the schema.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" arktype@2.2.10 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import Ajv from "ajv/dist/2020.js";
import { type } from "arktype";

for (const [definition, values] of [
  [{ "[string]": "number" }, [{ a: 1 }, {}, [], [1, 2]]],
  [{ "name?": "string" }, [{}, [], ["a"]]],
  ["string <= 1", ["a", "🟢"]],
]) {
  const checked = type(definition);
  const schema = checked.toJsonSchema();
  const validate = new Ajv({ strict: false }).compile(schema);
  for (const value of values) {
    const taken = !(checked(structuredClone(value)) instanceof type.errors);
    console.log(`${JSON.stringify(definition)} ${JSON.stringify(value)}: arktype ${taken}, its schema ${validate(value)}`);
  }
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"[string]":"number"} {"a":1}: arktype true, its schema true
{"[string]":"number"} {}: arktype true, its schema true
{"[string]":"number"} []: arktype true, its schema false
{"[string]":"number"} [1,2]: arktype true, its schema false
{"name?":"string"} {}: arktype true, its schema true
{"name?":"string"} []: arktype true, its schema false
{"name?":"string"} ["a"]: arktype true, its schema false
"string <= 1" "a": arktype true, its schema true
"string <= 1" "🟢": arktype false, its schema true'
printf 'expected: the same verdict of both in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
