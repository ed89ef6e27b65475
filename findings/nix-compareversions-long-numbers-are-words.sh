#!/usr/bin/env bash
# nix 2.8.0 (Debian nix-bin 2.8.0-1.1+b1) holds the version 20240101120000 for older than 9, and for older than 2.
#
# Input: versions with a component above 2^31 - 1, such as the time stamps that snapshots are versioned with.
# Expected: 1, the first is newer. nix-env(1), "--upgrade", on the rules that `builtins.compareVersions` names as its own: versions
#   are split into numbers and letters, and of two components "If they are both numbers, integer comparison is used".
# Seen: a component that does not fit an int is compared as text, which those rules put before any number. So 2147483648 is older
#   than 2147483647, an upgrade from 9 to 20240101120000 is a downgrade, and `versionAtLeast` of nixpkgs' lib is wrong alike.
#   Debian's `dpkg --compare-versions` has no such limit.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-instantiate > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-instantiate --version 2> "$work/errors.txt"
compare() {
  local nix
  nix=$(NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-instantiate --eval --expr "builtins.compareVersions \"$1\" \"$2\"" \
    2> "$work/errors.txt")
  if dpkg --compare-versions "$1" gt "$2"; then echo "$1 $2: nix $nix, dpkg 1"; else echo "$1 $2: nix $nix, dpkg -1"; fi
}
seen=$(
  compare 20240101 9
  compare 2147483647 2147483646
  compare 2147483648 2147483647
  compare 20240101120000 9
  compare 1.20240101120000 1.2
  compare 20240101120001 20240101120000
)
recorded='20240101 9: nix 1, dpkg 1
2147483647 2147483646: nix 1, dpkg 1
2147483648 2147483647: nix -1, dpkg 1
20240101120000 9: nix -1, dpkg 1
1.20240101120000 1.2: nix -1, dpkg 1
20240101120001 20240101120000: nix 1, dpkg 1'
printf 'expected: 1 in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
