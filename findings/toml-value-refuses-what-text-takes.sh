#!/usr/bin/env bash
# toml 1.2.2 (crates.io) reads a type from text that it refuses from its own `Table` of the same text, and writes it otherwise.
#
# Input: valid TOML 1.0 and types with integer keys, a u64 above i64::MAX and an f32.
# Expected: `toml::from_str::<T>(text)` and `toml::from_str::<Table>(text)?.try_into::<T>()` agree. The docs of `Value::try_into`
#   say "Interpret a `toml::Value` as an instance of type `T`" without such a limit
#   (https://docs.rs/toml/1.2.2/toml/enum.Value.html#method.try_into).
# Seen: integer keys and the u64 work from text and fail by way of the table; the f32 0.1 is written as 0.1 by `to_string` and
#   as 0.10000000149011612 by `Value::try_from`. A service that merges layers as tables first refuses a file that it took.
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
serde = { version = "1", features = ["derive"] }
toml = "=1.2.2"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use std::collections::BTreeMap;

use serde::{de::DeserializeOwned, Serialize};

fn main() {
    read::<BTreeMap<u16, String>>("8080 = \"http\"");
    read::<BTreeMap<bool, String>>("true = \"on\"");
    read::<BTreeMap<String, u64>>("limit = 18446744073709551615");
    write("f32", BTreeMap::from([("ratio", 0.1_f32)]));
    write("integer key", BTreeMap::from([(8080, "http")]));
    write("u64", BTreeMap::from([("limit", u64::MAX)]));
}

fn read<T: DeserializeOwned>(text: &str) {
    let direct = toml::from_str::<T>(text).is_ok();
    let table = toml::from_str::<toml::Table>(text).and_then(|table| table.try_into::<T>()).is_ok();
    println!("read {text}: text {direct}, table {table}");
}

fn write<T: Serialize>(name: &str, value: T) {
    let direct = toml::to_string(&value).map_or("refused".to_owned(), |text| text.trim().to_owned());
    let by_value = toml::Value::try_from(&value)
        .map_or("refused".to_owned(), |value| toml::to_string(&value).unwrap().trim().to_owned());
    println!("write {name}: text {direct}, table {by_value}");
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='read 8080 = "http": text true, table false
read true = "on": text true, table false
read limit = 18446744073709551615: text true, table false
write f32: text ratio = 0.1, table ratio = 0.10000000149011612
write integer key: text 8080 = "http", table refused
write u64: text limit = 18446744073709551615, table refused'
printf 'expected: text and table agree in every line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
