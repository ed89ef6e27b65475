#!/usr/bin/env bash
# Package: tombi 1.9.6 (PyPI)
# Input: integers, and schemas of the type `integer` with bounds that have a fraction
# Expected: `minimum: 1.5` refuses 1, `maximum: 1.5` refuses 2, `exclusiveMinimum: 1.5` refuses 1, and `multipleOf: 1.5` refuses 1. JSON Schema
#   2020-12, validation, 6.2: the value of these keywords is a number, which an instance is compared with, whatever the instance's type is.
# Observed: `tombi lint` ignores a bound with a fraction where the type is `integer`, and admits each of the values. A whole bound, also one
#   that is written as `2.0`, is compared.
# Effect on Confgate: none in its code. A value beyond such a bound is refused by the gate and not by tombi, which docs/comparison.md compares
#   it with.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet tombi==1.9.6

# Validates an integer by bounds.
verdict() {
  printf '{ "type": "object", "properties": { "x": { "type": "integer", %s } } }\n' "$1" >schema.json
  printf '#:schema ./schema.json\nx = %s\n' "$2" >input.toml
  if venv/bin/tombi lint --offline input.toml >/dev/null 2>&1; then echo valid; else echo invalid; fi
}

observed="" expected="" expected_today=""
row() {
  observed+="$1 $2: $(verdict "$1" "$2")"$'\n'
  expected+="$1 $2: $3"$'\n'
  expected_today+="$1 $2: $4"$'\n'
}
row '"minimum": 2' 1 invalid invalid
row '"minimum": 2.0' 1 invalid invalid
row '"minimum": 1.5' 1 invalid valid
row '"minimum": 1.5' 2 valid valid
row '"maximum": 1.5' 2 invalid valid
row '"exclusiveMinimum": 1.5' 1 invalid valid
row '"exclusiveMaximum": 1.5' 2 invalid valid
row '"multipleOf": 1.5' 1 invalid valid

echo "expected:" && printf '%s' "$expected"
echo "observed:" && printf '%s' "$observed"
[ "$observed" = "$expected_today" ] || {
  echo "the observed behavior has changed: see the comment at the top" >&2
  exit 1
}
