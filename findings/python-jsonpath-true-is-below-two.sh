#!/usr/bin/env bash
# python-jsonpath 2.2.2 and jsonpath-rfc9535 1.0.1 (PyPI) hold [1] for equal to [true] in a filter; the first also holds true <
#   2.
#
# Input: valid queries of RFC 9535 over booleans and numbers.
# Expected: RFC 9535 section 2.3.5.2.2: values of different types are not equal, arrays are equal if "each element of the first
#   array is equal to the corresponding element", and `<` holds between numbers and between strings, and is false for all other
#   operands. The README of the first: "We follow RFC 9535".
# Seen: Python's equality below the first level, and Python's order of True and 2. At the first level both tell 1 and true
#   apart. json-p3 2.3.1 (npm) has the expected answers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-jsonpath==2.2.2 jsonpath-rfc9535==1.0.1
cat > "$work/probe.py" <<'PYTHON'
import json

import jsonpath
import jsonpath_rfc9535

strict = jsonpath.JSONPathEnvironment(strict=True)
for value, text in [
    ([{"a": [1]}, {"a": [True]}], "$[?@.a == $[0].a]"),
    ([{"a": {"x": 0}}, {"a": {"x": False}}], "$[?@.a == $[0].a]"),
    ([True, 2], "$[?@ < 2]"),
    ([1, True], "$[?@ == true]"),
]:
    print(json.dumps(value), text)
    print("  python-jsonpath ", json.dumps(strict.findall(text, value)))
    print("  jsonpath-rfc9535", json.dumps(jsonpath_rfc9535.find(text, value).values()))
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='[{"a": [1]}, {"a": [true]}] $[?@.a == $[0].a]
  python-jsonpath  [{"a": [1]}, {"a": [true]}]
  jsonpath-rfc9535 [{"a": [1]}, {"a": [true]}]
[{"a": {"x": 0}}, {"a": {"x": false}}] $[?@.a == $[0].a]
  python-jsonpath  [{"a": {"x": 0}}, {"a": {"x": false}}]
  jsonpath-rfc9535 [{"a": {"x": 0}}, {"a": {"x": false}}]
[true, 2] $[?@ < 2]
  python-jsonpath  [true]
  jsonpath-rfc9535 []
[1, true] $[?@ == true]
  python-jsonpath  [true]
  jsonpath-rfc9535 [true]'
printf 'expected: the first element, none, and none\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
