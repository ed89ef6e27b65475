#!/usr/bin/env bash
# gitignore-parser 0.1.13 and gitignorefile 1.1.2 (PyPI) read escapes, classes and folders of .gitignore otherwise than git.
#
# Input: patterns of gitignore(5), one a file, and a tree of files.
# Expected: the files that `git ls-files --ignored` names. Both call themselves spec-compliant. gitignore(5): "If there is a
#   separator at the end of the pattern then the pattern will only match directories"; a backslash makes the next character
#   literal; `[…]` is as in fnmatch(3), where `[^a]` is not a; other consecutive asterisks "are considered regular asterisks".
# Seen: gitignore-parser takes the file `build/x` for a folder of the pattern `x/`; for both `[^a].txt` is the opposite, `\*`
#   matches nothing and `[[:digit:]]` no digit; gitignorefile reads `\!y` and `a**b` as nothing. A build that packs what is not
#   ignored has other content than git's archive.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check gitignore-parser==0.1.13 gitignorefile==1.1.2
mkdir "$work/tree"
git init --quiet "$work/tree"
cat > "$work/probe.py" <<'PYTHON'
import os
import subprocess

import gitignore_parser
import gitignorefile

files = ["build/x", "x/y", "a.txt", "b.txt", "1.txt", "*", "!y", "axb"]
root = os.path.abspath("tree")
for name in files:
    os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
    open(os.path.join(root, name), "w").close()
for pattern in ["x/", "[^a].txt", "[[:digit:]].txt", "\\*", "\\!y", "a**b"]:
    path = os.path.join(root, ".gitignore")
    with open(path, "w") as file:
        file.write(pattern + "\n")
    command = ["git", "-C", root, "ls-files", "--others", "--ignored", "--exclude-standard", "-z"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    git = [name for name in files if name in names]
    parser = gitignore_parser.parse_gitignore(path, base_dir=root)
    spec = gitignorefile.parse(path, base_path=root)
    print(f"{pattern}: git {git}")
    for label, matches in [("gitignore-parser", parser), ("gitignorefile", spec)]:
        # A folder that matches takes its files along.
        found = [n for n in files if matches(os.path.join(root, n)) or (os.path.dirname(n) and matches(os.path.join(root, os.path.dirname(n))))]
        print(f"  {label} {found}")
PYTHON
seen=$(cd "$work" && venv/bin/python -W ignore probe.py)
recorded='x/: git ['\''x/y'\'']
  gitignore-parser ['\''build/x'\'', '\''x/y'\'']
  gitignorefile ['\''x/y'\'']
[^a].txt: git ['\''b.txt'\'', '\''1.txt'\'']
  gitignore-parser ['\''a.txt'\'']
  gitignorefile ['\''a.txt'\'']
[[:digit:]].txt: git ['\''1.txt'\'']
  gitignore-parser []
  gitignorefile []
\*: git ['\''*'\'']
  gitignore-parser []
  gitignorefile []
\!y: git ['\''!y'\'']
  gitignore-parser ['\''!y'\'']
  gitignorefile []
a**b: git ['\''axb'\'']
  gitignore-parser ['\''axb'\'']
  gitignorefile []'
printf 'expected: the files of git in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
