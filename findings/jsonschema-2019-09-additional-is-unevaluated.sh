#!/usr/bin/env bash
# jsonschema 4.26.0 (PyPI) takes properties that `additionalProperties` evaluates for unevaluated, in draft 2019-09.
#
# Input: `additionalProperties` with a schema beside `unevaluatedProperties`, and below `allOf`; the same schema as 2019-09 and as
#   2020-12, with the same instance.
# Expected: valid in both. JSON Schema 2019-09, core 9.3.2.4: `unevaluatedProperties` applies to names "that are not present in"
#   the annotations of "properties", "patternProperties", "additionalProperties" and "unevaluatedProperties". The two drafts do not
#   differ in that.
# Seen: Draft201909Validator rejects each: "Unevaluated properties are not allowed", and Draft202012Validator admits it.
#   `additionalProperties: true` is seen, and a schema is not. `additionalItems` beside `unevaluatedItems` is right.
# Effect: a comparison of verdicts with this package leaves these schemas out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonschema==4.26.0
cat > "$work/probe.py" <<'PYTHON'
from jsonschema import Draft201909Validator, Draft202012Validator

for schema, instance in [
    ({"additionalProperties": {"type": "integer"}, "unevaluatedProperties": False}, {"a": 1}),
    ({"allOf": [{"additionalProperties": {"minimum": 0}}], "unevaluatedProperties": False}, {"a": 1}),
    ({"additionalProperties": {"minimum": 0}, "unevaluatedProperties": {"type": "null"}}, {"a": 1}),
    ({"additionalProperties": True, "unevaluatedProperties": False}, {"a": 1}),
]:
    old, new = (draft(schema).is_valid(instance) for draft in (Draft201909Validator, Draft202012Validator))
    print(f"{schema} on {instance}: 2019-09 {old}, 2020-12 {new}")
array, items = {"items": [True], "additionalItems": {"type": "integer"}, "unevaluatedItems": False}, ["x", 1]
print(f"{array} on {items}: 2019-09 {Draft201909Validator(array).is_valid(items)}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded="{'additionalProperties': {'type': 'integer'}, 'unevaluatedProperties': False} on {'a': 1}: 2019-09 False, 2020-12 True
{'allOf': [{'additionalProperties': {'minimum': 0}}], 'unevaluatedProperties': False} on {'a': 1}: 2019-09 False, 2020-12 True
{'additionalProperties': {'minimum': 0}, 'unevaluatedProperties': {'type': 'null'}} on {'a': 1}: 2019-09 False, 2020-12 True
{'additionalProperties': True, 'unevaluatedProperties': False} on {'a': 1}: 2019-09 True, 2020-12 True
{'items': [True], 'additionalItems': {'type': 'integer'}, 'unevaluatedItems': False} on ['x', 1]: 2019-09 True"
printf 'expected: True in every place\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
