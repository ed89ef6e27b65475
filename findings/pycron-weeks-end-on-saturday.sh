#!/usr/bin/env bash
# pycron 3.3.0 (PyPI): Sunday as 7 and the month `jan` never come, and 5-7 is Friday and Saturday, without an error.
#
# Input: schedules of crontab(5) with the names and the second number of Sunday.
# Expected: what croniter 7.0.0 (PyPI) says. crontab(5): in the day of week "0 or 7 is Sunday, or use names", and names can be
#   used for the month too, "the first three letters of the particular day or month (case does not matter)". pycron takes names
#   of days and lists the months (`MONTH_CHOICES`, "for month names").
# Seen: a range that ends with Sunday ends a day too early, and a job with 7 or with the name of a month does not run at all:
#   `is_now` is false for every moment of the year.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pycron==3.3.0 croniter==7.0.0
cat > "$work/probe.py" <<'PYTHON'
from datetime import datetime, timedelta

import pycron
from croniter import croniter

days = [datetime(2026, 1, 1) + timedelta(days=day) for day in range(365)]
for text in ["0 0 * * 0", "0 0 * * sun", "0 0 * * 7", "0 0 * * 5-7", "0 0 1 1 *", "0 0 1 jan *"]:
    found = [day for day in days if pycron.is_now(text, day)]
    right = [day for day in days if croniter.match(text, day)]
    print(f"{text}: pycron {len(found)} days, croniter {len(right)} days")
PYTHON
seen=$(cd "$work" && venv/bin/python probe.py)
recorded='0 0 * * 0: pycron 52 days, croniter 52 days
0 0 * * sun: pycron 52 days, croniter 52 days
0 0 * * 7: pycron 0 days, croniter 52 days
0 0 * * 5-7: pycron 104 days, croniter 156 days
0 0 1 1 *: pycron 1 days, croniter 1 days
0 0 1 jan *: pycron 0 days, croniter 1 days'
printf 'expected: the days of croniter\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
