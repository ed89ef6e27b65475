#!/usr/bin/env bash
# cel-python 0.5.0 (PyPI): `string(true)` is "True", 7 / 2.0 is 3, and a text in triple quotes loses its line feeds.
#
# Input: valid expressions of CEL on texts, durations and numbers of two types.
# Expected: what the CEL specification (doc/langdef.md) says: `string(bool)` "converts `true` to `"true"`"; "Triple-quoted
#   strings may contain newlines"; a duration has nanoseconds ("ns" is one of its units); and the arithmetic operators have no
#   overload for an int and a double, so 7 / 2.0 is an error, as 7.0 / 2 is here.
# Seen: Python's words and Python's `in`, texts without their line feeds, and durations that end at microseconds in comparisons
#   and at seconds in `string`. An int beside a double is divided as an int in one order and refused in the other. No error says
#   so. common-expression-language 0.10.0 (PyPI) keeps the line feed and the fractions and refuses the division and the `in`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check cel-python==0.5.0
cat > "$work/probe.py" <<'PYTHON'
import celpy

environment = celpy.Environment()
for text in [
    'size("""a\nb""") - 1',
    "string(true)",
    "duration('1ns') > duration('0s')",
    "string(duration('1.5s'))",
    "duration('100ns') == duration('0s')",
    "7 / 2.0",
    "7.0 / 2",
    "'a' in 'abc'",
]:
    try:
        seen = repr(environment.program(environment.compile(text)).evaluate({}))
    except celpy.CELEvalError:
        seen = "error"
    print(text.replace("\n", "\\n"), "->", seen)
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='size("""a\nb""") - 1 -> IntType(1)
string(true) -> StringType('\''True'\'')
duration('\''1ns'\'') > duration('\''0s'\'') -> BoolType(False)
string(duration('\''1.5s'\'')) -> StringType('\''1s'\'')
duration('\''100ns'\'') == duration('\''0s'\'') -> BoolType(True)
7 / 2.0 -> IntType(3)
7.0 / 2 -> error
'\''a'\'' in '\''abc'\'' -> BoolType(True)'
printf 'expected: 2 | "true" | true | "1.5s" | false | error | error | error\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
