#!/usr/bin/env bash
# systemd 252 (Debian) counts a month as 30.4375 days; its manual, and humantime 2.4.0 (crates.io) after it, say 30.44 days.
#
# Input: the time spans `1month` and `12months`, valid by systemd.time(7) and for humantime.
# Expected: 2630016 seconds, 30.44 days of 86400 seconds. systemd.time(7): "months, month, M (defined as 30.44 days)"; the
#   docs of humantime::parse_duration use the same words.
# Seen: systemd uses 2629800 seconds, a twelfth of 365.25 days, so twelve of its months are a year; twelve of humantime's are
#   a year and 43 minutes. One value in a unit file and in a config of a Rust service differs by 216 seconds a month.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
mkdir -p "$work/src" "$work/root"
cat > "$work/Cargo.toml" <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
humantime = "=2.4.0"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
fn main() {
    for span in ["1month", "12months", "1year"] {
        println!("humantime {span}: {} s", humantime::parse_duration(span).unwrap().as_secs());
    }
}
RUST
cd "$work"
apt-get download --quiet=2 'systemd=252*' 'libsystemd-shared=252*' > apt.log 2>&1
for package in ./*.deb; do
  dpkg-deb --extract "$package" root
done
library=$(dirname "$(find root -name 'libsystemd-shared-252.so' | head -n 1)")
analyze=$(find root -path '*/bin/systemd-analyze' -type f | head -n 1)
manual=$(find root -name 'systemd.time.7.gz' | head -n 1)
seen=$(
  gzip --decompress --stdout "$manual" | grep '^months' | sed 's/\\&//g; s/^/systemd.time(7): /'
  for span in 1month 12months 1year; do
    microseconds=$(LD_LIBRARY_PATH=$library "$analyze" timespan "$span" | awk 'NR == 2 { print $2 }')
    echo "systemd $span: $((microseconds / 1000000)) s"
  done
  cargo run --quiet
)
recorded='systemd.time(7): months, month, M (defined as 30.44 days)
systemd 1month: 2629800 s
systemd 12months: 31557600 s
systemd 1year: 31557600 s
humantime 1month: 2630016 s
humantime 12months: 31560192 s
humantime 1year: 31557600 s'
printf 'expected: 1month is 2630016 s in both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
