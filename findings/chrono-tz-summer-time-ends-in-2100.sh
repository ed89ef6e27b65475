#!/usr/bin/env bash
# chrono-tz 0.10.4 (crates.io) has no summer time from the year 2100 on; jiff 1.0.2 has, for the same zones.
#
# Input: noon UTC on the first of July, in zones whose rule has no end.
# Expected: -04:00 for New York and +02:00 for Berlin. RFC 9636 section 3.3: local time after the last transition of a TZif
#   file follows the TZ string of its footer ("EST5EDT,M3.2.0,M11.1.0"), which holds for every later year.
# Seen: chrono-tz stays with the standard time of the last row of its table: an expiry date of a century off by an hour,
#   without an error.
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
chrono = { version = "=0.4.42", default-features = false }
chrono-tz = { version = "=0.10.4", default-features = false }
jiff = { version = "=1.0.2", default-features = false, features = ["std", "tzdb-bundle-always"] }

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use chrono::{NaiveDate, Offset, TimeZone};
use chrono_tz::{America::New_York, Europe::Berlin, Tz};

fn main() {
    for zone in [New_York, Berlin] {
        for year in [2099, 2100, 2150] {
            print(zone, year);
        }
    }
}

fn print(zone: Tz, year: i32) {
    let noon = NaiveDate::from_ymd_opt(year, 7, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
    let chrono = zone.offset_from_utc_datetime(&noon).fix();
    let instant = jiff::Timestamp::from_second(noon.and_utc().timestamp()).unwrap();
    let jiff = jiff::tz::TimeZone::get(zone.name()).unwrap().to_offset(instant);
    println!("{zone} {year}: chrono-tz {} h, jiff {} h", chrono.local_minus_utc() / 3600, jiff.seconds() / 3600);
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='America/New_York 2099: chrono-tz -4 h, jiff -4 h
America/New_York 2100: chrono-tz -5 h, jiff -4 h
America/New_York 2150: chrono-tz -5 h, jiff -4 h
Europe/Berlin 2099: chrono-tz 2 h, jiff 2 h
Europe/Berlin 2100: chrono-tz 1 h, jiff 2 h
Europe/Berlin 2150: chrono-tz 1 h, jiff 2 h'
printf 'expected: the same offset from both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
