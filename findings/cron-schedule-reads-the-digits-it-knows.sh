#!/usr/bin/env bash
# cron-schedule 6.0.0 (npm) runs `5L` every Friday and `1#2` every Monday: of a number it reads the digits in front and drops
#   the rest.
#
# Input: schedules with one field that crontab(5) does not have.
# Expected: an error for each. The README: "uses the linux cron syntax as described here", with a link to crontab(5), whose
#   fields are numbers, names, ranges, lists and steps of ranges; `L`, `LW` and `monday` are refused by the package ("is NaN").
# Seen: the number in front stands, without an error: the last Friday of a month becomes every Friday, the second Monday every
#   Monday, `9am` nine, and `5/15` minute five of each hour. cron-parser 5.10.6 (npm) has the wider syntax and its dates for the
#   first three. By crontab(5), `1-31` in the days of the month is a restriction, so `0 0 1-31 * 1` is every day; here it is
#   every Monday.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" cron-schedule@6.0.0 cron-parser@5.10.6 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { CronExpressionParser } from "cron-parser";
import { parseCronExpression } from "cron-schedule";

const start = new Date("2026-01-01T00:00:00Z");
const attempt = (dates) => {
  try {
    return dates().map((date) => date.toISOString().slice(5, 16)).join(" ");
  } catch (error) {
    return "error";
  }
};
for (const text of ["0 0 * * 5L", "0 0 * * 1#2", "5/15 * * * *", "0 9am * * *", "0 0 15W * *", "0 0 L * *", "0 0 1-31 * 1"]) {
  console.log(text);
  console.log("  cron-schedule", attempt(() => parseCronExpression(text).getNextDates(3, start)));
  const parse = () => {
    const dates = CronExpressionParser.parse(text, { currentDate: start, tz: "UTC" });
    return [0, 1, 2].map(() => dates.next().toDate());
  };
  console.log("  cron-parser  ", attempt(parse));
}
JAVASCRIPT
seen=$(cd "$work" && TZ=UTC node probe.mjs)
recorded='0 0 * * 5L
  cron-schedule 01-02T00:00 01-09T00:00 01-16T00:00
  cron-parser   01-30T00:00 02-27T00:00 03-27T00:00
0 0 * * 1#2
  cron-schedule 01-05T00:00 01-12T00:00 01-19T00:00
  cron-parser   01-12T00:00 02-09T00:00 03-09T00:00
5/15 * * * *
  cron-schedule 01-01T00:05 01-01T01:05 01-01T02:05
  cron-parser   01-01T00:05 01-01T00:20 01-01T00:35
0 9am * * *
  cron-schedule 01-01T09:00 01-02T09:00 01-03T09:00
  cron-parser   error
0 0 15W * *
  cron-schedule 01-15T00:00 02-15T00:00 03-15T00:00
  cron-parser   error
0 0 L * *
  cron-schedule error
  cron-parser   01-31T00:00 02-28T00:00 03-31T00:00
0 0 1-31 * 1
  cron-schedule 01-05T00:00 01-12T00:00 01-19T00:00
  cron-parser   01-02T00:00 01-03T00:00 01-04T00:00'
printf 'expected: an error for each line but the last, which is daily\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
