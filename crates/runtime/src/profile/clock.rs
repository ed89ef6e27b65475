//! Times of day in time zones.
//!
//! A range is one of the wall clock: an hour that comes twice when clocks are set back counts twice, and one that is left out
//! when they are set forward does not come.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use confgate_core::profile::{Condition, Day, TimeRange};

impl Condition {
    /// Whether the time of day, and the day, are among those that it names.
    pub(super) fn in_time(&self, now: Timestamp) -> bool {
        let Some(ranges) = self.ranges() else { return true };
        let Some(zone) = self.time_zone() else { return false };
        let local = zone.to_datetime(now);
        ranges.iter().filter_map(|range| began(*range, local)).any(|date| self.counts_on(day(date)))
    }

    /// The next moment after `now` at which [`in_time`](Self::in_time) may say something else.
    pub(super) fn next_boundary(&self, now: Timestamp) -> Option<Timestamp> {
        let ranges = self.ranges()?;
        let zone = self.time_zone()?;
        let today = zone.to_datetime(now).date();
        // A week later comes the same day again.
        let dates = (-1..=7).map(|days: i64| today.saturating_add(days.days()));
        let dates: Vec<Date> = dates.filter(|date| self.counts_on(day(*date))).collect();
        let ends = dates.iter().flat_map(|date| ranges.iter().flat_map(|range| ends(*range, *date)));
        // A time may come twice, or never.
        let moments = ends.flat_map(|end| {
            let moment = zone.to_ambiguous_timestamp(end);
            [moment.earlier(), moment.later()].into_iter().flatten()
        });
        let shifts = zone.following(now).map(|shift| shift.timestamp()).take(1);
        moments.chain(shifts).filter(|moment| *moment > now).min()
    }

    /// What to say when its time zone is none.
    pub(super) fn unknown_zone(&self) -> Option<String> {
        let unknown = self.ranges().is_some() && self.time_zone().is_none();
        unknown.then(|| format!("the time zone {:?} is not known here", self.zone_name()))
    }

    fn time_zone(&self) -> Option<TimeZone> {
        TimeZone::get(self.zone_name()).ok()
    }
}

/// The day on which the range began that a local time is in, if it is in it.
fn began(range: TimeRange, local: DateTime) -> Option<Date> {
    let minute = local.hour() as u16 * 60 + local.minute() as u16;
    let date = local.date();
    match (range.start() <= minute, minute < range.end(), range.is_over_midnight()) {
        (true, true, false) | (true, _, true) => Some(date),
        (_, true, true) => date.yesterday().ok(),
        _ => None,
    }
}

/// Where a range that begins on `date` starts and ends.
fn ends(range: TimeRange, date: Date) -> [DateTime; 2] {
    let midnight = date.at(0, 0, 0, 0);
    let start = i64::from(range.start());
    // Added to a date and a time without a zone, a minute is one of the clock.
    [start, start + i64::from(range.minutes())].map(|minutes| midnight.saturating_add(minutes.minutes()))
}

fn day(date: Date) -> Day {
    Day::ALL[date.weekday().to_monday_zero_offset() as usize]
}
