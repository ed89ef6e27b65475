#!/usr/bin/env bash
# pre-commit-hooks 6.0.0 (PyPI): `sort-simple-yaml` tears a block scalar with a blank line apart and moves its second half.
#
# Input: valid YAML 1.2 of top-level keys only, one of which has a text of two paragraphs.
# Expected: the keys in order, each with its value. The README: "Sorts simple YAML files which consist only of top-level keys,
#   preserving comments and blocks".
# Seen: the second paragraph is sorted before the first key, and the file is no YAML anymore; the hook reports it as fixed. The same
#   happens to a list whose elements are set apart by a blank line. Blocks end at blank lines for it, whatever their indentation.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pre_commit_hooks==6.0.0
cd "$work"
cat > probe.py <<'PYTHON'
import json
import subprocess
import ruamel.yaml


def read(path):
    try:
        return json.dumps(ruamel.yaml.YAML(typ="safe").load(open(path)), sort_keys=True)
    except ruamel.yaml.YAMLError as error:
        return type(error).__name__


for text in ["b: 1\n\na: |\n  x\n", "b: 1\n\na: |\n  x\n\n  y\n", "b:\n- 1\n\n- 2\n\na: [3]\n", "b:\n  - 1\n\na:\n  - 2\n\n  - 3\n"]:
    open("file.yaml", "w").write(text)
    before = read("file.yaml")
    subprocess.run(["venv/bin/sort-simple-yaml", "file.yaml"], capture_output=True)
    print(f"{json.dumps(text)}: {before} to {read('file.yaml')}")
PYTHON
seen=$(venv/bin/python probe.py)
recorded='"b: 1\n\na: |\n  x\n": {"a": "x\n", "b": 1} to {"a": "x\n", "b": 1}
"b: 1\n\na: |\n  x\n\n  y\n": {"a": "x\n\ny\n", "b": 1} to ScannerError
"b:\n- 1\n\n- 2\n\na: [3]\n": {"a": [3], "b": [1, 2]} to ParserError
"b:\n  - 1\n\na:\n  - 2\n\n  - 3\n": {"a": [2, 3], "b": [1]} to ParserError'
printf 'expected: the same value before and after\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
