#!/usr/bin/env bash
# jsonschema 0.61.2 (crates.io; here its PyPI package jsonschema-rs) refuses patterns that its own format check admits.
#
# Input: `{"pattern": P}` for regular expressions of ECMA-262 that also compile with the flag `u` in node: `^\0$`, `[^]`,
#   `[\b]`, `(?<y>a)\k<y>`.
# Expected: a schema that compiles. JSON Schema 2020-12, validation 6.3.3: the value of `pattern` "SHOULD be a valid regular
#   expression, according to the ECMA-262 regular expression dialect".
# Seen: the schema is refused with `"[^]" is not a "regex"`, while `{"format": "regex"}` of the same library admits the same
#   string: the format check reads ECMA-262, the keyword is compiled by an engine without these forms.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonschema-rs==0.61.2
cat > "$work/probe.py" <<'PYTHON'
import jsonschema_rs

for pattern in [r"^\0$", "[^]", r"[\b]", r"(?<y>a)\k<y>", r"^(a)\1$"]:
    is_regex = jsonschema_rs.is_valid({"format": "regex"}, pattern, validate_formats=True)
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
        keyword = "compiles"
    except ValueError as error:
        keyword = "refused, " + str(error).splitlines()[0].split(" is ")[-1]
    print(f"{pattern}: format regex {is_regex}, keyword pattern {keyword}")
PYTHON
node -e 'for (const p of ["^\\0$", "[^]", "[\\b]", "(?<y>a)\\k<y>", "^(a)\\1$"]) new RegExp(p, "u")'
seen=$("$work/venv/bin/python" "$work/probe.py")
recorded='^\0$: format regex True, keyword pattern refused, not a "regex"
[^]: format regex True, keyword pattern refused, not a "regex"
[\b]: format regex True, keyword pattern refused, not a "regex"
(?<y>a)\k<y>: format regex True, keyword pattern refused, not a "regex"
^(a)\1$: format regex True, keyword pattern compiles'
printf 'expected: every pattern compiles\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
