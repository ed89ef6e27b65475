#!/usr/bin/env bash
# cron-parser 5.10.6 (npm) walks other dates backwards than forwards where the clock changes, and refuses Sunday as both 0 and
#   7.
#
# Input: the schedules `30 2 * * *` and `30 1 * * *` in New York around the changes of 2026, and `0 0 * * 0,7`.
# Expected: the same runs in both directions, and Sundays. The README has `prev()` for the previous date beside `next()` for the
#   next, and "day of week (0-7, 1L-7L) (0 or 7 is Sun)", and lists by `,`.
# Seen: `next` moves the run of the missing 02:30 to 03:30, `prev` has no run that day; `next` runs once in the repeated hour,
#   `prev` twice. So the last run before now, computed on the day after, is one that never was due. `0,7` is "Validation error,
#   duplicate values found". croner 11.0.1 (npm) has the same dates both ways and takes `0,7`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" cron-parser@5.10.6 croner@11.0.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";

const timezone = "America/New_York";
const show = (dates) => dates.map((date) => date.toISOString().slice(5, 16) + "Z").join(" ");
const attempt = (dates) => {
  try {
    return show(dates());
  } catch (error) {
    return `error: ${error.message}`;
  }
};
for (const [text, from, to] of [
  ["30 2 * * *", "2026-03-07T12:00:00Z", "2026-03-10T12:00:00Z"],
  ["30 1 * * *", "2026-10-31T12:00:00Z", "2026-11-03T12:00:00Z"],
  ["0 0 * * 0,7", "2026-06-01T12:00:00Z", "2026-06-22T12:00:00Z"],
]) {
  const start = new Date(from);
  const end = new Date(to);
  const walk = (step, first, inside) => () => {
    const dates = CronExpressionParser.parse(text, { currentDate: first, tz: timezone });
    const found = [];
    for (let date = dates[step]().toDate(); inside(date); date = dates[step]().toDate()) found.push(date);
    return found;
  };
  console.log(text);
  console.log("  next  ", attempt(walk("next", start, (date) => date < end)));
  console.log("  prev  ", attempt(walk("prev", end, (date) => date > start)));
  console.log("  croner", attempt(() => new Cron(text, { timezone }).nextRuns(3, start)));
}
JAVASCRIPT
seen=$(cd "$work" && node probe.mjs)
recorded='30 2 * * *
  next   03-08T07:30Z 03-09T06:30Z 03-10T06:30Z
  prev   03-10T06:30Z 03-09T06:30Z
  croner 03-08T07:00Z 03-09T06:30Z 03-10T06:30Z
30 1 * * *
  next   11-01T05:30Z 11-02T06:30Z 11-03T06:30Z
  prev   11-03T06:30Z 11-02T06:30Z 11-01T06:30Z 11-01T05:30Z
  croner 11-01T05:30Z 11-02T06:30Z 11-03T06:30Z
0 0 * * 0,7
  next   error: CronDayOfWeek Validation error, duplicate values found: 0
  prev   error: CronDayOfWeek Validation error, duplicate values found: 0
  croner 06-07T04:00Z 06-14T04:00Z 06-21T04:00Z'
printf 'expected: the dates of next in reversed order\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
