#!/usr/bin/env bash
# serde-saphyr 2.2.0 (crates.io) reads 017 as the float 17.0, and 1_000 and 0b11 as numbers, where no YAML version does all three.
#
# Input: valid YAML 1.2, read into serde_json's untyped Value.
# Expected: 017 is the integer 17, 1_000 and 0b11 are strings. YAML 1.2.2 section 10.3.2, the Core schema: an integer is
#   `[-+]? [0-9]+`, without underscores and binary forms (https://yaml.org/spec/1.2.2/#1032-tag-resolution). The README calls
#   binary notation "a supported extension to the YAML 1.2 Core schema", and octal by a leading zero "disabled by default".
# Seen: 017 is 17.0, and a field of i64 refuses it ("invalid i64") while it takes 17: a number that is padded with a zero
#   changes its type. 1_000 is 1000 as in YAML 1.1, whose 017 would be 15.
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
serde-saphyr = "=2.2.0"
serde_json = "1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
fn main() {
    for text in ["17", "017", "0o17", "1_000", "0b11"] {
        let value: serde_json::Value = serde_saphyr::from_str(text).unwrap();
        let typed = serde_saphyr::from_str::<i64>(text).map_or("refused".to_owned(), |number| number.to_string());
        println!("{text}: untyped {value}, i64 {typed}");
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='17: untyped 17, i64 17
017: untyped 17.0, i64 refused
0o17: untyped 15, i64 15
1_000: untyped 1000, i64 1000
0b11: untyped 3, i64 3'
printf 'expected: 017 is 17 as i64 and untyped; 1_000 and 0b11 are strings\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
