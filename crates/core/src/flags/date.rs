//! Dates of the Gregorian calendar.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// A date: `2027-03-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a date; write year, month and day: 2027-03-31")]
pub struct InvalidDate;

impl Date {
    /// Returns the date, in UTC, of a time.
    pub fn of(time: SystemTime) -> Self {
        let days = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
        Self::of_days(days)
    }

    /// Returns the date that is this number of days after 1970-01-01. The calendar repeats each 400 years, which begin in March here,
    /// so that the day of a leap year is the last of its year.
    fn of_days(days: u64) -> Self {
        let days = days.min(2_932_896) + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Self { year: u16::try_from(year).unwrap_or(u16::MAX), month: small(month), day: small(day) }
    }

    const fn days_of_month(year: u16, month: u8) -> u8 {
        match month {
            4 | 6 | 9 | 11 => 30,
            2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
            2 => 28,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let is_form = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_form {
            return Err(InvalidDate);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().map_err(|_| InvalidDate);
        let small = |number: u16| u8::try_from(number).map_err(|_| InvalidDate);
        let (year, month, day) = (number(0..4)?, small(number(5..7)?)?, small(number(8..10)?)?);
        let exists = (1..=12).contains(&month) && (1..=Self::days_of_month(year, month)).contains(&day);
        if exists { Ok(Self { year, month, day }) } else { Err(InvalidDate) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_date_is_read_and_displayed() {
        for text in ["2027-03-31", "2028-02-29", "2000-02-29", "0001-01-01"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "2027-02-29",
            "1900-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-04-31",
            "2027-4-1",
            "27-04-01",
            "",
            "2027/04/01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(InvalidDate), "{text}");
        }
        assert_eq!(InvalidDate.to_string(), "not a date; write year, month and day: 2027-03-31");
    }

    #[test]
    fn a_time_has_the_date_of_its_day() {
        let of = |seconds| Date::of(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
        assert_eq!((of(0), of(86_399), of(86_400)), ("1970-01-01".into(), "1970-01-01".into(), "1970-01-02".into()));
        assert_eq!((of(951_782_400), of(1_709_164_800)), ("2000-02-29".into(), "2024-02-29".into()));
        assert_eq!(of(4_107_542_399), "2100-02-28");
        assert_eq!(of(4_107_542_400), "2100-03-01");
    }

    proptest! {
        #[test]
        fn days_are_in_order_and_each_is_a_date(days in 0_u64..200_000) {
            let (date, next) = (Date::of_days(days), Date::of_days(days + 1));
            prop_assert!(date < next);
            prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
        }
    }
}
