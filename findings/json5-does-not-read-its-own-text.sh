#!/usr/bin/env bash
# json5 0.17.3 (PyPI) reads back other text than it wrote: NUL before a digit, and every character beyond 16 bits.
#
# Input: strings, written with `json5.dumps` and read with `json5.loads` (pyjson5 2.0.1 beside it).
# Expected: the string. JSON5 1.0.0 section 5.1 (https://spec.json5.org/#strings) forbids a decimal digit after `\0`. Every JSON
#   text is JSON5, and RFC 8259 section 7 lets a surrogate pair of escapes stand for one character.
# Seen: NUL and 1 are written as `\01`, which json5 itself refuses. U+1D11E is written as two escapes and read as two lone
#   surrogates, a string of length 2 that Python cannot encode; the standard library's json reads the same text right.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check json5==0.17.3 pyjson5==2.0.1
cat > "$work/probe.py" <<'PYTHON'
import json
import json5
import pyjson5

for value in ["\0", "\x001", "\U0001d11e", "key \U0001d11e"]:
    text = json5.dumps(value)
    print(f"{ascii(value)} written {text}")
    for reader in (json5, pyjson5, json):
        try:
            seen = ascii(reader.loads(text))
        except ValueError:
            seen = "refused"
        print(f"  {reader.__name__}: {seen}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded=''\''\x00'\'' written "\0"
  json5: '\''\x00'\''
  pyjson5: '\''\x00'\''
  json: refused
'\''\x001'\'' written "\01"
  json5: refused
  pyjson5: '\''\x001'\''
  json: refused
'\''\U0001d11e'\'' written "\ud834\udd1e"
  json5: '\''\ud834\udd1e'\''
  pyjson5: '\''\U0001d11e'\''
  json: '\''\U0001d11e'\''
'\''key \U0001d11e'\'' written "key \ud834\udd1e"
  json5: '\''key \ud834\udd1e'\''
  pyjson5: '\''key \U0001d11e'\''
  json: '\''key \U0001d11e'\'''
printf 'expected: json5 reads the value that it wrote\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
