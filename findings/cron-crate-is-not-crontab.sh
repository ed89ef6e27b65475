#!/usr/bin/env bash
# cron 0.15.0 (crates.io) joins the two day fields with "and" and counts Sunday as 1; croner 3.0.1 follows crontab(5).
#
# Input: the schedules `0 0 13 * 5` and `0 0 * * 1` of crontab(5), with a field of seconds in front for cron.
# Expected: the 13th of a month and every Friday, and every Monday. crontab(5): if both day fields are restricted,
#   "the command will be run when either field matches the current time"; days of the week are 0 to 7, and 0 and 7 are Sunday.
# Seen: cron runs only on a 13th that is a Thursday, first in August in place of the second of January. 0 as a day of the week
#   is refused. The docs (https://docs.rs/cron/0.15.0) name the fields and not the numbers of their days.
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
chrono = "0.4"
cron = "=0.15.0"
croner = "=3.0.1"

[workspace]
TOML
cat > "$work/src/main.rs" <<'RUST'
use std::str::FromStr;

use chrono::{DateTime, TimeZone, Utc};

fn main() {
    let start = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
    for schedule in ["0 0 13 * 5", "0 0 * * 1", "0 0 * * 0"] {
        let cron = cron::Schedule::from_str(&format!("0 {schedule}"))
            .map_or("refused".to_owned(), |schedule| list(schedule.after(&start)));
        let croner = croner::Cron::from_str(schedule).unwrap();
        let croner = list(croner.iter_from(start, croner::Direction::Forward));
        println!("{schedule}\n  cron   {cron}\n  croner {croner}");
    }
}

fn list(times: impl Iterator<Item = DateTime<Utc>>) -> String {
    times.take(4).map(|time| time.format("%a %F").to_string()).collect::<Vec<_>>().join(", ")
}
RUST
seen=$(cargo run --quiet --manifest-path "$work/Cargo.toml")
recorded='0 0 13 * 5
  cron   Thu 2026-08-13, Thu 2027-05-13, Thu 2028-01-13, Thu 2028-04-13
  croner Fri 2026-01-02, Fri 2026-01-09, Tue 2026-01-13, Fri 2026-01-16
0 0 * * 1
  cron   Sun 2026-01-04, Sun 2026-01-11, Sun 2026-01-18, Sun 2026-01-25
  croner Mon 2026-01-05, Mon 2026-01-12, Mon 2026-01-19, Mon 2026-01-26
0 0 * * 0
  cron   refused
  croner Sun 2026-01-04, Sun 2026-01-11, Sun 2026-01-18, Sun 2026-01-25'
printf 'expected: the same from both\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
