#!/usr/bin/env bash
# anyconfig 0.16.0 (PyPI) reads the escapes of Java properties as plain letters: `\u00e9` is "u00e9", and a tab is a "t".
#
# Input: a properties file with each escape that the format names, read by `anyconfig.loads(text, ac_parser="properties")`.
# Expected: the characters. The documentation of java.util.Properties.load (to whose page the module points): `\uxxxx`, `\t`,
#   `\n` and `\\` stand for characters in keys and values, and `\=` and `\:` in a key for the separator as text. The limits that
#   the module states are of blanks in keys and as separators only.
# Seen: in values the backslash is dropped and the letters stay, so only `\\` comes out right; in keys the backslash stays, so
#   the key `a=b` is `a\=b`. Nothing is reported.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check anyconfig==0.16.0
cat > "$work/probe.py" <<'PYTHON'
import anyconfig

for text, key, value in [
    (r"name=\u00e9t\u00e9", "name", "été"),
    (r"sep=\t", "sep", "\t"),
    (r"end=a\nb", "end", "a\nb"),
    (r"path=C:\\temp", "path", r"C:\temp"),
    (r"a\=b=1", "a=b", "1"),
    (r"a\:b=1", "a:b", "1"),
]:
    seen = anyconfig.loads(text, ac_parser="properties")
    print(f"{text}: expected {ascii({key: value})}, seen {ascii(seen)}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='name=\u00e9t\u00e9: expected {'\''name'\'': '\''\xe9t\xe9'\''}, seen {'\''name'\'': '\''u00e9tu00e9'\''}
sep=\t: expected {'\''sep'\'': '\''\t'\''}, seen {'\''sep'\'': '\''t'\''}
end=a\nb: expected {'\''end'\'': '\''a\nb'\''}, seen {'\''end'\'': '\''anb'\''}
path=C:\\temp: expected {'\''path'\'': '\''C:\\temp'\''}, seen {'\''path'\'': '\''C:\\temp'\''}
a\=b=1: expected {'\''a=b'\'': '\''1'\''}, seen {'\''a\\=b'\'': '\''1'\''}
a\:b=1: expected {'\''a:b'\'': '\''1'\''}, seen {'\''a\\:b'\'': '\''1'\''}'
printf 'expected: the expected map in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
