#!/usr/bin/env bash
# cron-schedule 6.0.0 (npm) leaves out the hour that is repeated at the end of summer time: an hourly job pauses for two hours.
#
# Input: the schedules `0 * * * *` and `*/30 * * * *` in New York on the first of November 2026.
# Expected: 05:00Z, 06:00Z, 07:00Z. cron(8) of Debian, whose syntax the README names: what is done for changes of the clock is
#   for jobs of a specific time or a granularity above one hour; "Jobs that run more frequently are scheduled normally".
# Seen: after 01:00 of summer time comes 02:00 of standard time. cron-parser 5.10.6 and croner 11.0.1 (npm) run in both hours.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work" \
  cron-schedule@6.0.0 cron-parser@5.10.6 croner@11.0.1 > /dev/null
cat > "$work/probe.mjs" <<'JAVASCRIPT'
import { CronExpressionParser } from "cron-parser";
import { parseCronExpression } from "cron-schedule";
import { Cron } from "croner";

const start = new Date("2026-11-01T00:50:00-04:00");
const timezone = "America/New_York";
const show = (dates) => dates.map((date) => date.toISOString().slice(11, 16) + "Z").join(" ");
for (const text of ["0 * * * *", "*/30 * * * *"]) {
  const dates = CronExpressionParser.parse(text, { currentDate: start, tz: timezone });
  console.log(text);
  console.log("  cron-schedule", show(parseCronExpression(text).getNextDates(4, start)));
  console.log("  cron-parser  ", show([0, 1, 2, 3].map(() => dates.next().toDate())));
  console.log("  croner       ", show(new Cron(text, { timezone }).nextRuns(4, start)));
}
JAVASCRIPT
seen=$(cd "$work" && TZ=America/New_York node probe.mjs)
recorded='0 * * * *
  cron-schedule 05:00Z 07:00Z 08:00Z 09:00Z
  cron-parser   05:00Z 06:00Z 07:00Z 08:00Z
  croner        05:00Z 06:00Z 07:00Z 08:00Z
*/30 * * * *
  cron-schedule 05:00Z 05:30Z 07:00Z 07:30Z
  cron-parser   05:00Z 05:30Z 06:00Z 06:30Z
  croner        05:00Z 05:30Z 06:00Z 06:30Z'
printf 'expected: 05:00Z 06:00Z 07:00Z and each half hour from 05:00Z\nseen:\n%s\n' "$seen"
if [ "$seen" != "$recorded" ]; then
  printf 'changed; recorded was:\n%s\n' "$recorded"
  exit 1
fi
