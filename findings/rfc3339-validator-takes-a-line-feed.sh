#!/usr/bin/env bash
# rfc3339-validator 0.1.4 (PyPI) takes a date-time with a line feed after it, and refuses two forms that RFC 3339 has.
#
# Input: strings for `validate_rfc3339` and for the format `date-time` of jsonschema 4.26.0, which calls it.
# Expected: RFC 3339 section 5.6: the grammar of `date-time` ends with the offset; `T` and `Z` "may alternatively be lower case
#   't' or 'z' respectively"; `date-fullyear = 4DIGIT` includes the year 0000.
# Seen: one line feed passes, two do not, in the validator and in the format; lower case is refused by the validator (jsonschema
#   raises the case of the text first) and the year 0000 by both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check rfc3339-validator==0.1.4 jsonschema==4.26.0
cat > "$work/probe.py" <<'PYTHON'
from jsonschema import FormatChecker
from rfc3339_validator import validate_rfc3339

for text, expected in [
    ("2024-01-01T00:00:00Z", True),
    ("2024-01-01T00:00:00Z\n", False),
    ("2024-01-01T00:00:00Z\n\n", False),
    ("2024-01-01t00:00:00z", True),
    ("0000-01-01T00:00:00Z", True),
]:
    by_format = FormatChecker().conforms(text, "date-time")
    print(f"{text!r}: expected {expected}, validator {validate_rfc3339(text)}, jsonschema {by_format}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded=''\''2024-01-01T00:00:00Z'\'': expected True, validator True, jsonschema True
'\''2024-01-01T00:00:00Z\n'\'': expected False, validator True, jsonschema True
'\''2024-01-01T00:00:00Z\n\n'\'': expected False, validator False, jsonschema False
'\''2024-01-01t00:00:00z'\'': expected True, validator False, jsonschema True
'\''0000-01-01T00:00:00Z'\'': expected True, validator False, jsonschema False'
printf 'expected: the expected verdict in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
