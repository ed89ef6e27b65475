#!/usr/bin/env bash
# jsonsubschema 0.0.8 (PyPI) says that a schema is a subschema of one that refuses some of its instances, and the other way
#   round.
#
# Input: pairs of draft-04 schemas (the dialect of the package) and an instance that decides each pair.
# Expected: the README: "s1 is subschema/subtype of s2 if every JSON document instance that validates against s1 also validates
#   against s2".
# Seen: a `oneOf` of integer and number (that is, every number that is no integer) counts as narrower than integer, every string
#   as narrower than a date, and a list of at most one string as not narrower than a tuple that begins with a string. A check of
#   compatibility built on it passes a breaking change. Verdicts by jsonschema 4.26.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonsubschema==0.0.8 jsonschema==4.26.0
cat > "$work/probe.py" <<'PYTHON'
import json
import jsonschema
from jsonsubschema import isSubschema

string, integer, number = ({"type": name} for name in ("string", "integer", "number"))
cases = [
    ({"oneOf": [integer, number]}, integer, 1.5),
    (string, {"type": "string", "format": "date"}, "tomorrow"),
    ({"type": "array", "items": string, "maxItems": 1}, {"type": "array", "items": [string, integer]}, ["a"]),
]


def accepts(schema, instance):
    checker = jsonschema.FormatChecker()
    return jsonschema.Draft4Validator(schema, format_checker=checker).is_valid(instance)


for one, two, instance in cases:
    print(f"{json.dumps(one)} <: {json.dumps(two)}: {isSubschema(one, two)}")
    print(f"  {json.dumps(instance)}: {accepts(one, instance)} by the first, {accepts(two, instance)} by the second")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='{"oneOf": [{"type": "integer"}, {"type": "number"}]} <: {"type": "integer"}: True
  1.5: True by the first, False by the second
{"type": "string"} <: {"type": "string", "format": "date"}: True
  "tomorrow": True by the first, False by the second
{"type": "array", "items": {"type": "string"}, "maxItems": 1} <: {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}: False
  ["a"]: True by the first, True by the second'
printf 'expected: False, False, True\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
