//! Which profiles may hold at once.

use crate::environment::Environment;
use crate::profile::{Condition, Day};

/// Minutes of a day and of a week.
const DAY: u32 = 24 * 60;
const WEEK: u32 = 7 * DAY;

impl Condition {
    /// Whether both may hold at once in an environment. Times of the same zone that have no minute in common never do; of all
    /// else it cannot be told.
    pub fn may_meet(&self, other: &Self, environment: Environment) -> bool {
        let apart = match (self.minutes(), other.minutes()) {
            (Some(own), Some(others)) if self.zone_name() == other.zone_name() => {
                !own.iter().any(|own| others.iter().any(|other| meet(*own, *other)))
            }
            _ => false,
        };
        self.admits(environment) && other.admits(environment) && !apart
    }

    /// The runs of minutes of the week in which it may hold: first minute, and how many.
    fn minutes(&self) -> Option<Vec<(u32, u32)>> {
        let ranges = self.ranges()?;
        let days = Day::ALL.into_iter().zip(0..).filter(|(day, _)| self.counts_on(*day));
        let runs = days.flat_map(|(_, day)| {
            ranges.iter().map(move |range| (day * DAY + u32::from(range.start()), u32::from(range.minutes())))
        });
        Some(runs.collect())
    }
}

/// Whether two runs have a minute in common. The week is a circle.
fn meet((a, length_of_a): (u32, u32), (b, length_of_b): (u32, u32)) -> bool {
    (b + WEEK - a) % WEEK < length_of_a || (a + WEEK - b) % WEEK < length_of_b
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::environment::Environment::{Production, Staging, Testing};
    use crate::profile::OneOrMany;

    fn at(range: &str, days: &[Day]) -> Condition {
        let days = (!days.is_empty()).then(|| days.to_vec());
        Condition { time: Some(OneOrMany::One(range.parse().unwrap())), days, ..Condition::default() }
    }

    fn apart(a: &Condition, b: &Condition) -> bool {
        let apart = !a.may_meet(b, Production);
        assert_eq!(apart, !b.may_meet(a, Production), "it is the same from both sides");
        apart
    }

    #[test]
    fn day_and_night_never_meet() {
        assert!(apart(&at("06:00-22:00", &[]), &at("22:00-06:00", &[])));
        assert!(!apart(&at("05:59-22:00", &[]), &at("22:00-06:00", &[])));
        assert!(!apart(&at("06:00-22:00", &[]), &Condition::default()));
    }

    #[test]
    fn a_sundays_night_meets_monday() {
        let (night, morning) = (at("22:00-06:00", &[Day::Sun]), at("05:00-09:00", &[Day::Mon]));
        assert!(!apart(&night, &morning));
        assert!(apart(&night, &at("05:00-09:00", &[Day::Tue])));
    }

    #[test]
    fn times_of_different_zones_may_meet() {
        let elsewhere = Condition { zone: Some("Asia/Tokyo".into()), ..at("06:00-22:00", &[]) };
        assert!(!apart(&elsewhere, &at("22:00-06:00", &[])));
    }

    #[test]
    fn what_holds_in_no_common_environment_never_meets() {
        let only = |environment| Condition { environment: Some(OneOrMany::One(environment)), ..Condition::default() };
        assert!(!only(Staging).may_meet(&only(Testing), Staging));
        assert!(only(Staging).may_meet(&Condition::default(), Staging));
    }

    proptest! {
        #[test]
        fn runs_meet_where_they_have_a_minute_in_common(
            a in 0..WEEK, b in 0..WEEK, length_of_a in 1..=DAY, length_of_b in 1..=DAY,
        ) {
            let common = (0..length_of_a).any(|minute| (a + minute + WEEK - b) % WEEK < length_of_b);
            prop_assert_eq!(meet((a, length_of_a), (b, length_of_b)), common);
        }
    }
}
