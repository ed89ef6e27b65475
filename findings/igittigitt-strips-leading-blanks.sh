#!/usr/bin/env bash
# igittigitt 2.3.1 and gitmatch 0.3.0 (PyPI) and fast-ignore 2.0.0 (npm) ignore files that git keeps, and keep files that it
#   ignores.
#
# Input: patterns of gitignore(5) and a tree of files.
# Expected: the files that `git ls-files --ignored` names; igittigitt calls itself "100% git-compatible". gitignore(5) drops
#   blanks at the end of a line only, and no tabs; `/` at the beginning makes a pattern relative to the file's folder, in which
#   `**/` stands for any depth, none included; `[…]` is as in fnmatch(3), with `]` first and classes such as `[:digit:]`.
# Seen: igittigitt takes leading blanks and trailing tabs off and matches `a//b`; gitmatch does not find `/**/x` at the root;
#   fast-ignore knows neither classes nor a `]` in front, and all three drop a tab.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check igittigitt==2.3.1 gitmatch==0.3.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" fast-ignore@2.0.0 > /dev/null
mkdir "$work/tree"
git init --quiet "$work/tree"
cat > "$work/fast.cjs" <<'JAVASCRIPT'
const required = require("fast-ignore");

const ignore = required.default ?? required;
const [pattern, ...files] = process.argv.slice(2);
const matches = ignore(pattern);
console.log(JSON.stringify(files.filter((file) => matches(file))));
JAVASCRIPT
cat > "$work/probe.py" <<'PYTHON'
import json
import os
import pathlib
import subprocess

import gitmatch
import igittigitt

files = ["foo", "x", "d/x", "a/b", "1.txt", "].txt", "b.txt"]
root = pathlib.Path("tree").resolve()
for name in files:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).touch()
for pattern in ["  foo", "foo\t", "a//b", "/**/x", "[[:digit:]].txt", "[]1].txt"]:
    (root / ".gitignore").write_text(pattern + "\n")
    command = ["git", "-C", root, "ls-files", "--others", "--ignored", "--exclude-standard", "-z"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    parser = igittigitt.IgnoreParser()
    parser.parse_rule_file(root / ".gitignore")
    match = gitmatch.compile([pattern])
    fast = subprocess.run(["node", "fast.cjs", pattern, *files], check=True, capture_output=True, text=True).stdout
    print(f"{json.dumps(pattern)}: git {[name for name in files if name in names]}")
    print(f"  igittigitt {[name for name in files if parser.match(root / name)]}")
    print(f"  gitmatch {[name for name in files if match.match(name)]}")
    print(f"  fast-ignore {json.loads(fast)}")
PYTHON
seen=$(cd "$work" && venv/bin/python -W ignore probe.py)
recorded='"  foo": git []
  igittigitt ['\''foo'\'']
  gitmatch []
  fast-ignore []
"foo\t": git []
  igittigitt ['\''foo'\'']
  gitmatch ['\''foo'\'']
  fast-ignore ['\''foo'\'']
"a//b": git []
  igittigitt ['\''a/b'\'']
  gitmatch []
  fast-ignore []
"/**/x": git ['\''x'\'', '\''d/x'\'']
  igittigitt ['\''x'\'', '\''d/x'\'']
  gitmatch ['\''d/x'\'']
  fast-ignore ['\''x'\'', '\''d/x'\'']
"[[:digit:]].txt": git ['\''1.txt'\'']
  igittigitt ['\''1.txt'\'']
  gitmatch ['\''1.txt'\'']
  fast-ignore []
"[]1].txt": git ['\''1.txt'\'', '\''].txt'\'']
  igittigitt ['\''1.txt'\'', '\''].txt'\'']
  gitmatch ['\''1.txt'\'', '\''].txt'\'']
  fast-ignore []'
printf 'expected: the files of git in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
