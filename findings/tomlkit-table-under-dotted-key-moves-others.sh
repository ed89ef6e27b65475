#!/usr/bin/env bash
# tomlkit 0.15.2 (PyPI) writes a table assigned below a dotted key so that it, or the lines after it, belong to another table.
#
# Input: valid TOML 1.0 with dotted keys, and one assignment of a dict to a key below them.
# Expected: `tomlkit.dumps` gives a document that reads as `unwrap()` of the edited one. The documentation: tomlkit "preserves
#   all comments, indentations, whitespace and internal element ordering, and makes them accessible and editable via an
#   intuitive API".
# Seen: `[t]` with `a.b` gets a header `[a.x]`, which is a table of the root; `a.b.d = 2` after the new header becomes
#   `a.b.e.a.b.d`. No error is raised, and the text is valid TOML. Read back by tomli 2.5.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tomlkit==0.15.2 tomli==2.5.0
cat > "$work/probe.py" <<'PYTHON'
import json
import tomli
import tomlkit

for text, path, value in [
    ("[t]\na.b = 1\na.c = 2\n[t.u]\nv = 1\n", ["t", "a"], {"x": {"y": 1}}),
    ("a.b.c = 1\na.b.d = 2\n", ["a", "b", "e"], {"f": 1}),
    ("a.b.c = 1\n", ["a", "b", "e"], {"f": 1}),
]:
    document = tomlkit.parse(text)
    table = document
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    written = tomlkit.dumps(document)
    print(f"{json.dumps(text)}, {'.'.join(path)} = {json.dumps(value)}")
    print(f"  document {json.dumps(document.unwrap())}")
    print(f"  written  {json.dumps(written)}\n  read as  {json.dumps(tomli.loads(written))}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='"[t]\na.b = 1\na.c = 2\n[t.u]\nv = 1\n", t.a = {"x": {"y": 1}}
  document {"t": {"a": {"x": {"y": 1}}, "u": {"v": 1}}}
  written  "[t]\n[a.x]\ny = 1\n\n[t.u]\nv = 1\n"
  read as  {"t": {"u": {"v": 1}}, "a": {"x": {"y": 1}}}
"a.b.c = 1\na.b.d = 2\n", a.b.e = {"f": 1}
  document {"a": {"b": {"c": 1, "e": {"f": 1}, "d": 2}}}
  written  "a.b.c = 1\n\n[a.b.e]\nf = 1\na.b.d = 2\n"
  read as  {"a": {"b": {"c": 1, "e": {"f": 1, "a": {"b": {"d": 2}}}}}}
"a.b.c = 1\n", a.b.e = {"f": 1}
  document {"a": {"b": {"c": 1, "e": {"f": 1}}}}
  written  "a.b.c = 1\n\n[a.b.e]\nf = 1\n"
  read as  {"a": {"b": {"c": 1, "e": {"f": 1}}}}'
printf 'expected: read as the document in every case\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
