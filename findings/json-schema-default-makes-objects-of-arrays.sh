#!/usr/bin/env bash
# json-schema-default 1.0.2 (npm) collects defaults of tuples and `oneOf` as objects and dissolves a property called
#   `properties`.
#
# Input: draft-07 schemas (the type that its declaration asks for) with defaults in a tuple, in `oneOf` and in a property whose
#   name is a keyword.
# Expected: an object that the schema accepts. JSON Schema draft-07, validation 10.2 recommends "that a default value be valid
#   against the associated schema", and 6.5.4: the members of `properties` are names of the instance, not keywords. The README:
#   "Generate an Object based on default values inside a JSON-Schema".
# Seen: a tuple gives `{"0": 1, "1": 2}`, a `oneOf` an object of its branches, and the property `properties` vanishes while its
#   children move up one level. Verdicts by ajv 8.20.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" json-schema-default@1.0.2 ajv@8.20.0 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import Ajv from "ajv";
import { jsonDefault } from "json-schema-default";

const integer = (value) => ({ type: "integer", default: value });
const cases = [
  { type: "object", properties: { range: { type: "array", items: [integer(1), integer(2)] } } },
  { type: "object", properties: { port: { oneOf: [integer(80), { type: "string", default: "http" }] } } },
  {
    type: "object",
    properties: { properties: { type: "object", properties: { size: integer(5) } } },
    additionalProperties: false,
  },
];
for (const schema of cases) {
  const filled = jsonDefault(schema);
  const verdict = new Ajv.default({ strict: false }).compile(schema)(filled) ? "accepted" : "refused";
  console.log(`${JSON.stringify(schema)}\n  defaults ${JSON.stringify(filled)}: ${verdict}`);
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='{"type":"object","properties":{"range":{"type":"array","items":[{"type":"integer","default":1},{"type":"integer","default":2}]}}}
  defaults {"range":{"0":1,"1":2}}: refused
{"type":"object","properties":{"port":{"oneOf":[{"type":"integer","default":80},{"type":"string","default":"http"}]}}}
  defaults {"port":{"0":80,"1":"http"}}: refused
{"type":"object","properties":{"properties":{"type":"object","properties":{"size":{"type":"integer","default":5}}}},"additionalProperties":false}
  defaults {"size":5}: refused'
printf 'expected: the schema accepts the object of its defaults\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
