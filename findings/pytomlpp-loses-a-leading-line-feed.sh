#!/usr/bin/env bash
# pytomlpp 1.1.0 (PyPI) writes a text that begins with a line feed so that it reads back without it, or not at all.
#
# Input: texts with line feeds, written by `pytomlpp.dumps` and read by `pytomlpp.loads` and by tomli 2.5.0.
# Expected: the text. TOML 1.0.0, "String": "A newline immediately following the opening delimiter will be trimmed", in
#   multi-line literal strings too, so the writer has to add one.
# Seen: `'''` and the text without another line feed, so the first one is lost, in pytomlpp's own reader as in others. A text
#   with three apostrophes and a line feed is written into that form as well and is no TOML then. tomli-w 1.2.0, rtoml 0.14.0
#   and tomlkit 0.15.2 write all of them as they are.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pytomlpp==1.1.0 tomli==2.5.0
cat > "$work/probe.py" <<'PYTHON'
import json

import pytomlpp
import tomli

for text in ["a\nb", "\nusage: probe\n", "\n", "\n\n", "'" * 3 + "\n"]:
    written = pytomlpp.dumps({"text": text})
    seen = []
    for loads in [pytomlpp.loads, tomli.loads]:
        try:
            seen.append(json.dumps(loads(written)["text"]))
        except (pytomlpp.DecodeError, tomli.TOMLDecodeError):
            seen.append("error")
    print(f"{json.dumps(text)} as {json.dumps(written)}: pytomlpp {seen[0]}, tomli {seen[1]}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='"a\nb" as "text = '\'''\'''\''a\nb'\'''\'''\''": pytomlpp "a\nb", tomli "a\nb"
"\nusage: probe\n" as "text = '\'''\'''\''\nusage: probe\n'\'''\'''\''": pytomlpp "usage: probe\n", tomli "usage: probe\n"
"\n" as "text = '\'''\'''\''\n'\'''\'''\''": pytomlpp "", tomli ""
"\n\n" as "text = '\'''\'''\''\n\n'\'''\'''\''": pytomlpp "\n", tomli "\n"
"'\'''\'''\''\n" as "text = '\'''\'''\'''\'''\'''\''\n'\'''\'''\''": pytomlpp error, tomli error'
printf 'expected: the texts in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
