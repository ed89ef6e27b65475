#!/usr/bin/env bash
# A leap second is valid TOML; of six readers only toml 1.2.2 (crates.io) takes it, and jiff 1.0.2 makes it the second before.
#
# Input: `at = 1990-12-31T23:59:60Z`, a leap second that occurred.
# Expected: a datetime. TOML 1.0.0 has "an RFC 3339 formatted date-time" (https://toml.io/en/v1.0.0#offset-date-time), its ABNF
#   `time-second = 2DIGIT  ; 00-58, 00-59, 00-60 based on leap second rules`, and RFC 3339 section 5.8 this very instant as an
#   example.
# Seen: tomli 2.5.0, tomlkit 0.14.0, rtoml 0.14.0, pytomlpp 1.1.0 (PyPI) and smol-toml 1.9.1 (npm) refuse the document; the
#   crate reads and writes it unchanged.
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
jiff = { version = "=1.0.2", default-features = false, features = ["std"] }
toml = "=1.2.2"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
fn main() {
    let table: toml::Table = std::env::args().nth(1).unwrap().parse().unwrap();
    let text = table["at"].to_string();
    println!("toml: {text}");
    println!("jiff: {}", text.parse::<jiff::Timestamp>().unwrap());
}
RUST
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tomli==2.5.0 tomlkit==0.14.0 rtoml==0.14.0 pytomlpp==1.1.0
cd "$work"
npm install --silent --no-audit --no-fund --prefix "$work" smol-toml@1.9.1 > /dev/null
cat > probe.py <<'PYTHON'
import sys
import pytomlpp, rtoml, tomli, tomlkit

for reader in (tomli, tomlkit, rtoml, pytomlpp):
    try:
        print(f"{reader.__name__}: {reader.loads(sys.argv[1])['at']}")
    except (ValueError, pytomlpp.DecodeError):
        print(f"{reader.__name__}: refused")
PYTHON
cat > probe.mjs <<'JAVASCRIPT'
import { parse } from "smol-toml";
try {
  console.log("smol-toml:", parse(process.argv[2]).at.toISOString());
} catch {
  console.log("smol-toml: refused");
}
JAVASCRIPT
seen=$(
  for text in 'at = 1990-12-31T23:59:59Z' 'at = 1990-12-31T23:59:60Z'; do
    echo "$text"
    venv/bin/python probe.py "$text"
    node probe.mjs "$text"
    cargo run --quiet -- "$text"
  done
)
recorded='at = 1990-12-31T23:59:59Z
tomli: 1990-12-31 23:59:59+00:00
tomlkit: 1990-12-31 23:59:59+00:00
rtoml: 1990-12-31 23:59:59+00:00
pytomlpp: 1990-12-31 23:59:59+00:00
smol-toml: 1990-12-31T23:59:59.000Z
toml: 1990-12-31T23:59:59Z
jiff: 1990-12-31T23:59:59Z
at = 1990-12-31T23:59:60Z
tomli: refused
tomlkit: refused
rtoml: refused
pytomlpp: refused
smol-toml: refused
toml: 1990-12-31T23:59:60Z
jiff: 1990-12-31T23:59:59Z'
printf 'expected: every reader takes both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
