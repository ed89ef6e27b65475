#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1): a group of `builtins.match` takes the alternative that is written first, not the longest.
#
# Input: POSIX extended regular expressions whose group has an alternative that is the beginning of another.
# Expected: the longest text for each group from left to right. The manual: `builtins.match` takes an "extended POSIX regular
#   expression"; POSIX.1-2017, Base Definitions 9.1: "each subpattern, from left to right, shall match the longest possible string".
# Seen: `(arm|armv7l)(.*)` on armv7l-linux has the groups "arm" and "v7l-linux", and the reversed order of the same alternatives
#   has "armv7l" and "-linux". In POSIX `|` has no order. The sed of glibc 2.36 has the first fault too; the whole match of
#   `builtins.split` is the longest in both orders.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
evaluate() {
  NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --strict --expr "$1" 2> "$work/errors.txt"
}
seen=$(
  for expression in '(arm|armv7l)(.*)' '(armv7l|arm)(.*)' '(arm|armv7l)(v7l)?(-linux)'; do
    echo "match $expression: $(evaluate "builtins.match \"$expression\" \"armv7l-linux\"")"
  done
  for expression in 'arm|armv7l' 'armv7l|arm'; do
    echo "split $expression: $(evaluate "builtins.split \"$expression\" \"armv7l-linux\"")"
  done
)
recorded='match (arm|armv7l)(.*): [ "arm" "v7l-linux" ]
match (armv7l|arm)(.*): [ "armv7l" "-linux" ]
match (arm|armv7l)(v7l)?(-linux): [ "arm" "v7l" "-linux" ]
split arm|armv7l: [ "" [ ] "-linux" ]
split armv7l|arm: [ "" [ ] "-linux" ]'
printf 'expected: armv7l in the first group of each match\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
