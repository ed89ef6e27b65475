#!/usr/bin/env bash
# anyconfig 0.16.0 (PyPI) generates a strict schema that refuses the config it was generated from.
#
# Input: configs with lists of one type, of a repeated value, and of two types.
# Expected: a schema that accepts the config. The documentation of `anyconfig.gen_schema`: "Generate a JSON schema object
#   validates `data`".
# Seen: with `ac_schema_strict=True` the type of the first element stands for all of them, so `[1, "x"]` and `[1, 1.5]` are
#   refused by the schema made of them. Verdicts by jsonschema 4.26.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anyconfig==0.16.0 jsonschema==4.26.0
cat > "$work/probe.py" <<'PYTHON'
import json
import anyconfig
import jsonschema

for config in [{"ports": [80, 81]}, {"ports": [80, 80]}, {"args": [1, "x"]}, {"limits": [1, 1.5]}]:
    schema = anyconfig.gen_schema(config, ac_schema_strict=True)
    verdict = "accepted" if jsonschema.Draft202012Validator(schema).is_valid(config) else "refused"
    print(f"{json.dumps(config)}: {json.dumps(schema)}, {verdict}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='{"ports": [80, 81]}: {"type": "object", "properties": {"ports": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": true}}, "required": ["ports"]}, accepted
{"ports": [80, 80]}: {"type": "object", "properties": {"ports": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": false}}, "required": ["ports"]}, accepted
{"args": [1, "x"]}: {"type": "object", "properties": {"args": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": true}}, "required": ["args"]}, refused
{"limits": [1, 1.5]}: {"type": "object", "properties": {"limits": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": true}}, "required": ["limits"]}, refused'
printf 'expected: every config is accepted\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
