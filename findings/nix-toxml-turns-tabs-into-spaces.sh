#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1): `builtins.toXML` writes a tab and a carriage return such that an XML reader sees spaces.
#
# Input: a string with a tab, one with a carriage return, one with a line feed, and a key with a tab.
# Expected: the same text after reading. The manual on `builtins.toXML`: "Return a string containing an XML representation of e",
#   mainly "to communicate information with the builder in a more structured format than plain environment variables".
#   XML 1.0 section 3.3.3: a reader replaces each literal #x20, #xD, #xA and #x9 in an attribute by a space; only a character
#   reference such as `&#x9;` keeps it.
# Seen: Nix writes values and keys as attributes, escapes the line feed (`&#xA;`) and leaves the two others literal. The line of
#   a Makefile or of a table with tabs arrives with spaces. Read by the expat of Python.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
cat > "$work/write.nix" <<'NIX'
builtins.toXML {
  feed = "a\nb";
  return = "a\rb";
  tab = "a\tb";
  "k\ty" = "";
}
NIX
cat > "$work/read.py" <<'PYTHON'
import json, sys
import xml.etree.ElementTree as tree

for attribute in tree.fromstring(json.load(sys.stdin)).iter("attr"):
    print(json.dumps(attribute.get("name")), json.dumps(attribute.find("string").get("value")))
PYTHON
seen=$(NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict --json "$work/write.nix" 2> "$work/errors.txt" \
  | python3 "$work/read.py")
recorded='"feed" "a\nb"
"k y" ""
"return" "a b"
"tab" "a b"'
printf 'expected: "a\\tb", "a\\rb" and the key "k\\ty"\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
