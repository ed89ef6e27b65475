#!/usr/bin/env bash
# humanfriendly 10.0 (PyPI) reads and writes a year of 364 days, so that 365 days are "1 year and 1 day".
#
# Input: the time spans `1y`, `52w` and `365d`.
# Expected: 365 days, or 365.25. The documentation of `parse_timespan` lists "y, year, years" as units without a length; a
#   calendar year has 365 or 366 days, systemd.time(7) has 365.25 and Prometheus' durations 365.
# Seen: 31449600 seconds, 52 weeks. A retention of `1y` deletes a day early, and a value in days is shown as more than a year. Beside
#   it, durationpy 0.11 (PyPI).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check humanfriendly==10.0 durationpy==0.11
cat > "$work/probe.py" <<'PYTHON'
import durationpy
import humanfriendly

for text in ["52w", "365d", "1y"]:
    seconds = humanfriendly.parse_timespan(text)
    print(f"{text}: {seconds:.0f} s, shown as {humanfriendly.format_timespan(seconds)}, durationpy {durationpy.from_str(text).days} days")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='52w: 31449600 s, shown as 1 year, durationpy 364 days
365d: 31536000 s, shown as 1 year and 1 day, durationpy 365 days
1y: 31449600 s, shown as 1 year, durationpy 365 days'
printf 'expected: at least 31536000 s for 1y\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
