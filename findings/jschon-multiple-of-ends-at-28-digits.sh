#!/usr/bin/env bash
# jschon 0.11.1 (PyPI) calls every integer of 29 digits no multiple of 1, and 12345678901234567890 none of 0.000000001.
#
# Input: valid 2020-12 schemas with `multipleOf` and integers.
# Expected: valid. JSON Schema 2020-12, validation 6.2.1: an instance is valid "if division by this keyword's value results in
#   an integer"; RFC 8259 section 6 and core 4.2.1 set no limit to integers, and jschon holds them exactly: `const` and
#   `maximum` tell 10^30 from 10^30 + 1.
# Seen: the remainder of Python's decimal numbers, which fails beyond 28 digits of the quotient; the failure becomes the error
#   of the keyword, "Invalid operation", and the instance is refused. jsonschema 4.26.0 and jsonschema-rs 0.61.2 (PyPI) accept
#   all but the multiples of 0.000000001 for the first, which counts in floats.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jschon==0.11.1 jsonschema-rs==0.61.2
cat > "$work/probe.py" <<'PYTHON'
import jschon
import jsonschema_rs

jschon.create_catalog("2020-12")
for divisor, value in [(1, 10**27), (1, 10**28), (3, 3 * 10**31), (2, 2**100), (1e-9, 12345678901234567890), (3, 10**20)]:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "multipleOf": divisor}
    result = jschon.JSONSchema(schema).evaluate(jschon.JSON(value))
    error = "" if result.valid else f" ({result.output('basic')['errors'][0]['error']})"
    print(f"{value} of {divisor}: jschon {result.valid}{error}, jsonschema-rs {jsonschema_rs.is_valid(schema, value)}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='1000000000000000000000000000 of 1: jschon True, jsonschema-rs True
10000000000000000000000000000 of 1: jschon False (Invalid operation: 10000000000000000000000000000 % 1), jsonschema-rs True
30000000000000000000000000000000 of 3: jschon False (Invalid operation: 30000000000000000000000000000000 % 3), jsonschema-rs True
1267650600228229401496703205376 of 2: jschon False (Invalid operation: 1267650600228229401496703205376 % 2), jsonschema-rs True
12345678901234567890 of 1e-09: jschon False (Invalid operation: 12345678901234567890 % 1e-09), jsonschema-rs True
100000000000000000000 of 3: jschon False (The value must be a multiple of 3), jsonschema-rs False'
printf 'expected: true in every line but the last\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
