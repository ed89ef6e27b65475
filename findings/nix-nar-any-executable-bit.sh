#!/usr/bin/env bash
# nix-nar 0.4.0 (crates.io) marks a file as executable for any of its three x bits; Nix 2.8.0 (Debian) looks at the owner's.
#
# Input: a regular file with mode 0654 (x for the group alone), and with 0645, 0745 and 0644.
# Expected: the bytes of `nix-store --dump`. The README: "Library and binary to manipulate Nix Archive (nar) files", whose
#   command "has the same subcommands, options, and output" as Nix's. Nix tests `st_mode & S_IXUSR`
#   (src/libutil/archive.cc), so 0654 is not executable.
# Seen: the archive of the file 0654 has the marker `executable`, so its hash is not the one that Nix computes for the path.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v nix-store > /dev/null; then
  apt-get install --yes --no-install-recommends nix-bin=2.8.0-1.1+b1 > "$work/apt.log"
fi
nix-store --version 2> "$work/errors.txt"
export CARGO_TARGET_DIR=$work/target
mkdir -p "$work/src"
cat > "$work/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
nix-nar = "=0.4.0"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
fn main() {
    let path = std::env::args().nth(1).unwrap();
    std::io::copy(&mut nix_nar::Encoder::new(path).unwrap(), &mut std::io::stdout()).unwrap();
}
RUST
printf 'text' > "$work/file"
marker() {
  if grep --quiet --text executable "$1"; then echo executable; else echo plain; fi
}
seen=$(
  for mode in 0644 0745 0654 0645; do
    chmod "$mode" "$work/file"
    cargo run --quiet --manifest-path "$work/Cargo.toml" -- "$work/file" > "$work/crate.nar"
    NIX_STATE_DIR=$work/state NIX_STORE_DIR=$work/store nix-store --dump "$work/file" > "$work/nix.nar" 2> "$work/errors.txt"
    echo "$mode: nix-nar $(marker "$work/crate.nar"), nix $(marker "$work/nix.nar")"
  done
)
recorded='0644: nix-nar plain, nix plain
0745: nix-nar executable, nix executable
0654: nix-nar executable, nix plain
0645: nix-nar executable, nix plain'
printf 'expected: the same from both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
