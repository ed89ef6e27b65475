//! Time ranges in time zones.
//!
//! A range follows the wall clock: the repeated hour when clocks are set back is in the range twice, and the skipped hour when
//! they are set forward never is.

use confgate_core::profile::{Condition, Day, TimeRange};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Reports if `now` lies in one of the time ranges and days that the condition names.
pub(super) fn in_time(condition: &Condition, now: Timestamp) -> bool {
    let Some(ranges) = condition.ranges() else { return true };
    let Some(zone) = time_zone(condition) else { return false };
    let local = zone.to_datetime(now);
    ranges.iter().filter_map(|range| start_date(*range, local)).any(|date| condition.starts_on(day(date)))
}

/// Returns the next moment after `now` at which [`in_time`] may change.
pub(super) fn next_boundary(condition: &Condition, now: Timestamp) -> Option<Timestamp> {
    let ranges = condition.ranges()?;
    let zone = time_zone(condition)?;
    let today = zone.to_datetime(now).date();
    // Days repeat after a week.
    let dates: Vec<Date> = (-1..=7)
        .map(|days: i64| today.saturating_add(days.days()))
        .filter(|date| condition.starts_on(day(*date)))
        .collect();
    let ends = dates.iter().flat_map(|date| ranges.iter().flat_map(|range| boundaries(*range, *date)));
    // A local time may exist twice, or not at all.
    let moments = ends.flat_map(|end| {
        let moment = zone.to_ambiguous_timestamp(end);
        [moment.earlier(), moment.later()].into_iter().flatten()
    });
    let shifts = zone.following(now).map(|shift| shift.timestamp()).take(1);
    moments.chain(shifts).filter(|moment| *moment > now).min()
}

/// Describes the condition's time zone if this machine does not know it.
pub(super) fn unknown_zone(condition: &Condition) -> Option<String> {
    let unknown = condition.ranges().is_some() && time_zone(condition).is_none();
    unknown.then(|| format!("the time zone {:?} is unknown on this machine", condition.zone_name()))
}

fn time_zone(condition: &Condition) -> Option<TimeZone> {
    TimeZone::get(condition.zone_name()).ok()
}

/// Returns the day on which the range began that contains a local time.
fn start_date(range: TimeRange, local: DateTime) -> Option<Date> {
    let minute = local.hour() as u16 * 60 + local.minute() as u16;
    let date = local.date();
    match (range.start() <= minute, minute < range.end(), range.is_over_midnight()) {
        (true, true, false) | (true, _, true) => Some(date),
        (_, true, true) => date.yesterday().ok(),
        _ => None,
    }
}

/// Returns start and end of a range that begins on `date`.
fn boundaries(range: TimeRange, date: Date) -> [DateTime; 2] {
    let midnight = date.at(0, 0, 0, 0);
    let start = i64::from(range.start());
    // Without a time zone, minutes are added on the wall clock.
    [start, start + i64::from(range.minutes())].map(|minutes| midnight.saturating_add(minutes.minutes()))
}

fn day(date: Date) -> Day {
    Day::ALL[date.weekday().to_monday_zero_offset() as usize]
}
