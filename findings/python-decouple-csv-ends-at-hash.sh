#!/usr/bin/env bash
# python-decouple 3.8 (PyPI): the cast `Csv()` ends a list at a `#` and eats backslashes, without an error.
#
# Input: lists in environment variables, separated by commas.
# Expected: the elements. The README ("Built in Csv Helper") shows `config('ALLOWED_HOSTS', cast=Csv())` for a list, with the type,
#   the delimiter, the characters to strip and the type of the result as its parameters; it mentions neither comments nor escapes.
# Seen: `#ffffff,#000000` is an empty list, `a#b,c` is ["a"], `C:\data` is "C:data" and an apostrophe is the error "No closing
#   quotation": the text is split as a shell would. The same variable without the cast keeps every character.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-decouple==3.8
cat > "$work/probe.py" <<'PYTHON'
import json
import os
from decouple import Csv, config

for text in ["a,b", "#ffffff,#000000", "general#ops,alerts", r"C:\data,D:\logs", r"^\d+$,^\w+$", "it's,fine"]:
    os.environ["LIST"] = text
    try:
        outcome = json.dumps(config("LIST", cast=Csv()))
    except ValueError as error:
        outcome = str(error)
    print(f"{text}: {outcome}, without a cast {config('LIST')}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='a,b: ["a", "b"], without a cast a,b
#ffffff,#000000: [], without a cast #ffffff,#000000
general#ops,alerts: ["general"], without a cast general#ops,alerts
C:\data,D:\logs: ["C:data", "D:logs"], without a cast C:\data,D:\logs
^\d+$,^\w+$: ["^d+$", "^w+$"], without a cast ^\d+$,^\w+$
it'"'"'s,fine: No closing quotation, without a cast it'"'"'s,fine'
printf 'expected: the two elements in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
