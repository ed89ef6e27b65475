#!/usr/bin/env bash
# ruamel.yaml 0.19.1 and yamlcore 0.0.4 (PyPI) refuse a mapping with the keys 1 and true as one with a duplicate.
#
# Input: valid YAML 1.2 with keys of different tags (int, bool, float), in both packages for YAML 1.2.
# Expected: two entries. YAML 1.2.2 section 3.2.1.3: scalars are equal "only when their tags and canonical forms are equal
#   character-by-character"; the tags of 1, true and 1.0 in the core schema (section 10.3.2) differ.
# Seen: "found duplicate key", since Python holds 1, True and 1.0 for equal. yaml 2.9.1 (npm) reads two entries for 1 and true
#   and for 0 and false, so a file that one tool takes stops the other.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ruamel.yaml==0.19.1 yamlcore==0.0.4 PyYAML==6.0.4
cat > "$work/probe.py" <<'PYTHON'
import ruamel.yaml
import yaml
import yamlcore

readers = {
    "ruamel.yaml": lambda text: ruamel.yaml.YAML(typ="safe", pure=True).load(text),
    "yamlcore": lambda text: yaml.load(text, Loader=yamlcore.CoreLoader),
}
for text in ["1: up\ntrue: yes\n", "0: down\nfalse: no\n", "1: a\n1.0: b\n", '1: a\n"1": b\n']:
    for name, read in readers.items():
        try:
            seen = f"{len(read(text))} entries"
        except (ruamel.yaml.YAMLError, yaml.YAMLError) as error:
            seen = str(error.problem).split(" with ")[0]
        print(f"{text!r} in {name}: {seen}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded=''\''1: up\ntrue: yes\n'\'' in ruamel.yaml: found duplicate key "True"
'\''1: up\ntrue: yes\n'\'' in yamlcore: found duplicate key
'\''0: down\nfalse: no\n'\'' in ruamel.yaml: found duplicate key "False"
'\''0: down\nfalse: no\n'\'' in yamlcore: found duplicate key
'\''1: a\n1.0: b\n'\'' in ruamel.yaml: found duplicate key "1.0"
'\''1: a\n1.0: b\n'\'' in yamlcore: found duplicate key
'\''1: a\n"1": b\n'\'' in ruamel.yaml: 2 entries
'\''1: a\n"1": b\n'\'' in yamlcore: 2 entries'
printf 'expected: 2 entries in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
