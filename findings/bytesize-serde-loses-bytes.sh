#!/usr/bin/env bash
# bytesize 2.7.0 (crates.io) writes a size into JSON rounded to one decimal, so that it reads back as another size.
#
# Input: valid sizes of 1500000, 1048577 and 1000000000 bytes.
# Expected: the value that was written. The README names "Serde support for binary and human-readable deserializers like
#   JSON" without a loss, and https://docs.rs/bytesize/2.7.0/bytesize/ says the same.
# Seen: a human-readable serializer gets the text of `Display` ("1.4 MiB"), which is 31994 bytes short. A size that is
#   loaded, saved and loaded again is a different limit.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
mkdir -p "$work/src"
cat > "$work/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
bytesize = { version = "=2.7.0", features = ["serde"] }
serde_json = "1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use bytesize::ByteSize;

fn main() {
    for bytes in [1_500_000, 1_048_577, 1_000_000_000, 4096] {
        let text = serde_json::to_string(&ByteSize(bytes)).unwrap();
        let back: ByteSize = serde_json::from_str(&text).unwrap();
        println!("{bytes} -> {text} -> {}", back.as_u64());
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='1500000 -> "1.4 MiB" -> 1468006
1048577 -> "1.0 MiB" -> 1048576
1000000000 -> "953.7 MiB" -> 1000026931
4096 -> "4.0 KiB" -> 4096'
printf 'expected: the same number on both sides\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
