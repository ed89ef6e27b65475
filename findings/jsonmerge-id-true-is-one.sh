#!/usr/bin/env bash
# jsonmerge 1.9.2 (PyPI) merges the array elements with the ids 1 and true into one and refuses ids 1 and true as equal.
#
# Input: arrays of objects with the strategy `arrayMergeById`, whose ids are JSON values of different types.
# Expected: JSON's own equality. JSON Schema 2020-12, core 4.2.2: instances are equal only if both are numbers, or both
#   booleans, with the same value, so 1 and 1.0 are one id, and 1 and true, or 0 and false, are two.
# Seen: the element with true takes over the one with 1 and its id, and a list with both is refused as not unique. Ids "1" and 1
#   stay apart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jsonmerge==1.9.2
cat > "$work/probe.py" <<'PYTHON'
import json
from jsonmerge import Merger
from jsonmerge.exceptions import JSONMergeError

merger = Merger({"mergeStrategy": "arrayMergeById"})
for base, head in [
    ([{"id": 1, "x": 1}], [{"id": "1", "y": 2}]),
    ([{"id": 1, "x": 1}], [{"id": 1.0, "y": 2}]),
    ([{"id": 1, "x": 1}], [{"id": True, "y": 2}]),
    ([{"id": False, "x": 1}], [{"id": 0, "y": 2}]),
    ([], [{"id": 1}, {"id": True}]),
]:
    try:
        seen = json.dumps(merger.merge(base, head))
    except JSONMergeError as error:
        seen = f"refused, {str(error).split(': ')[1]}"
    print(f"{json.dumps(base)} with {json.dumps(head)}: {seen}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='[{"id": 1, "x": 1}] with [{"id": "1", "y": 2}]: [{"id": 1, "x": 1}, {"id": "1", "y": 2}]
[{"id": 1, "x": 1}] with [{"id": 1.0, "y": 2}]: [{"id": 1.0, "x": 1, "y": 2}]
[{"id": 1, "x": 1}] with [{"id": true, "y": 2}]: [{"id": true, "x": 1, "y": 2}]
[{"id": false, "x": 1}] with [{"id": 0, "y": 2}]: [{"id": 0, "x": 1, "y": 2}]
[] with [{"id": 1}, {"id": true}]: refused, Id '\''True'\'' was not unique in head'
printf 'expected: 1 and true, and 0 and false, are different ids\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
