#!/usr/bin/env bash
# durationpy 0.11 (PyPI) writes timedeltas with six digits of the seconds: `1m1e-06s` for a minute and a microsecond.
#
# Input: timedeltas with microseconds.
# Expected: a duration of Go that reads back as the same timedelta, which has microseconds at most. The summary of the package:
#   "Module for converting between datetime.timedelta and Go's Duration strings"; Go's time.ParseDuration has decimal fractions
#   and no exponents, and Duration.String writes all digits ("54m40.387012s").
# Seen: from ten seconds on, digits of the seconds beyond the sixth are dropped, and a rest below a ten-thousandth of a second is
#   written with an exponent, which `durationpy.from_str` refuses, as Go does. Below a second the text is exact.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check durationpy==0.11
cat > "$work/probe.py" <<'PYTHON'
from datetime import timedelta
import durationpy

for delta in [
    timedelta(microseconds=387012),
    timedelta(seconds=40, microseconds=387012),
    timedelta(minutes=54, seconds=40, microseconds=387012),
    timedelta(minutes=1, microseconds=1),
    timedelta(hours=25, microseconds=50),
]:
    text = durationpy.to_str(delta)
    try:
        outcome = "the same" if durationpy.from_str(text) == delta else str(durationpy.from_str(text))
    except durationpy.DurationError as error:
        outcome = str(error)
    print(f"{delta}: {text}, read back: {outcome}")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='0:00:00.387012: 387ms12us, read back: the same
0:00:40.387012: 40.387s, read back: 0:00:40.387000
0:54:40.387012: 54m40.387s, read back: 0:54:40.387000
0:01:00.000001: 1m1e-06s, read back: Unknown unit e in duration 1m1e-06s
1 day, 1:00:00.000050: 25h5e-05s, read back: Unknown unit e in duration 25h5e-05s'
printf 'expected: read back: the same in each line\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
