#!/usr/bin/env bash
# jsonschema-default 1.8.1 (PyPI) makes default objects that their own schema refuses.
#
# Input: schemas with a required property, whose smallest examples are easy to find by hand.
# Expected: an object that the schema accepts, as for `minimum: 1.5`. JSON Schema 2020-12, validation 9.2 recommends that a
#   default "be valid against the associated schema".
# Seen: `maximum: 3` with `multipleOf: 2` gives 4, -3 gives -2, two unique integers are 0 and 0, and a `oneOf` of number and
#   integer gives an integer, which both branches accept. Verdicts by jsonschema 4.26.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonschema-default==1.8.1 jsonschema==4.26.0
cat > "$work/probe.py" <<'PYTHON'
import json
import jsonschema
import jsonschema_default

integer = {"type": "integer"}
for part in [
    {"type": "integer", "minimum": 1.5, "multipleOf": 2},
    {"type": "integer", "maximum": 3, "multipleOf": 2},
    {"type": "integer", "maximum": -3, "multipleOf": 2},
    {"type": "array", "minItems": 2, "items": integer, "uniqueItems": True},
    {"oneOf": [{"type": "number"}, integer]},
]:
    schema = {"type": "object", "required": ["a"], "properties": {"a": part}}
    made = jsonschema_default.create_from(json.loads(json.dumps(schema)))
    verdict = "accepted" if jsonschema.Draft202012Validator(schema).is_valid(made) else "refused"
    print(f"{json.dumps(part)}: {json.dumps(made)}, {verdict}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='{"type": "integer", "minimum": 1.5, "multipleOf": 2}: {"a": 2.0}, accepted
{"type": "integer", "maximum": 3, "multipleOf": 2}: {"a": 4}, refused
{"type": "integer", "maximum": -3, "multipleOf": 2}: {"a": -2}, refused
{"type": "array", "minItems": 2, "items": {"type": "integer"}, "uniqueItems": true}: {"a": [0, 0]}, refused
{"oneOf": [{"type": "number"}, {"type": "integer"}]}: {"a": 0}, refused'
printf 'expected: every object is accepted\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
