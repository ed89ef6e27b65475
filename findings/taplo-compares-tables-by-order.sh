#!/usr/bin/env bash
# Package: taplo 0.9.3 (PyPI, the newest there; the binary of taplo-cli)
# Input: the table `x = { b = 2, a = 1 }`, and schemas that admit `{ "a": 1, "b": 2 }` by `const` or `enum`, or want different elements by
#   `uniqueItems`
# Expected: the table is the value of the schema in either order. JSON Schema 2020-12, core, 4.2.2: two objects are equal if each property in
#   one has exactly one property in the other with an equal value; TOML tables are unordered as well.
# Observed: `taplo check` compares the keys in the order in which they stand in the text. It refuses the table that is written in another order
#   than the schema's, and takes two equal tables for different elements.
# Effect on Confgate: none in its code. A file whose inline table has another order than its schema passes the gate, which compares tables by
#   their keys, and not taplo, which docs/comparison.md compares it with.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet taplo==0.9.3

# Validates a value of x by a schema for it.
verdict() {
  printf '{ "type": "object", "properties": { "x": %s } }\n' "$1" >schema.json
  printf 'x = %s\n' "$2" >input.toml
  if venv/bin/taplo check --schema "file://$folder/schema.json" input.toml >/dev/null 2>&1; then echo valid; else echo invalid; fi
}

observed="" expected="" expected_today=""
row() {
  observed+="$1 $2: $(verdict "$1" "$2")"$'\n'
  expected+="$1 $2: $3"$'\n'
  expected_today+="$1 $2: $4"$'\n'
}
row '{ "const": { "a": 1, "b": 2 } }' '{ a = 1, b = 2 }' valid valid
row '{ "const": { "a": 1, "b": 2 } }' '{ b = 2, a = 1 }' valid invalid
row '{ "enum": [{ "b": 2, "a": 1 }] }' '{ b = 2, a = 1 }' valid valid
row '{ "enum": [{ "b": 2, "a": 1 }] }' '{ a = 1, b = 2 }' valid invalid
row '{ "uniqueItems": true }' '[{ a = 1, b = 2 }, { a = 1, b = 2 }]' invalid invalid
row '{ "uniqueItems": true }' '[{ a = 1, b = 2 }, { b = 2, a = 1 }]' invalid valid

echo "expected:" && printf '%s' "$expected"
echo "observed:" && printf '%s' "$observed"
[ "$observed" = "$expected_today" ] || {
  echo "the observed behavior has changed: see the comment at the top" >&2
  exit 1
}
