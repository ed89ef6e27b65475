//! Overlap of conditions: whether two profiles may be active at the same time.

use crate::environment::Environment;
use crate::profile::{Condition, Day};

/// Minutes of a day.
const DAY: u32 = 24 * 60;
/// Minutes of a week.
const WEEK: u32 = 7 * DAY;

/// Returns whether two conditions may hold at the same time in an environment. Times in the same zone without a common minute,
/// and different variants of a flag, exclude each other; for all other conditions, the answer is `true`.
pub fn may_overlap(a: &Condition, b: &Condition, environment: Environment) -> bool {
    let disjoint = match (minutes(a), minutes(b)) {
        (Some(of_a), Some(of_b)) if a.zone_name() == b.zone_name() => {
            !of_a.iter().any(|a| of_b.iter().any(|b| intersect(*a, *b)))
        }
        _ => false,
    };
    a.admits(environment) && b.admits(environment) && !disjoint && !needs_other_variants(a, b)
}

/// Returns whether two conditions need different variants of one flag.
fn needs_other_variants(a: &Condition, b: &Condition) -> bool {
    a.flag.is_some() && a.flag == b.flag && !a.variants().iter().any(|variant| b.variants().contains(variant))
}

/// Returns the runs of minutes of the week in which a condition may hold: first minute, and length.
fn minutes(condition: &Condition) -> Option<Vec<(u32, u32)>> {
    let ranges = condition.ranges()?;
    let days = Day::ALL.into_iter().zip(0..).filter(|(day, _)| condition.starts_on(*day));
    let runs = days.flat_map(|(_, day)| {
        ranges.iter().map(move |range| (day * DAY + u32::from(range.start()), u32::from(range.minutes())))
    });
    Some(runs.collect())
}

/// Returns whether two runs have a minute in common. A run may wrap around the end of the week.
fn intersect((a, length_of_a): (u32, u32), (b, length_of_b): (u32, u32)) -> bool {
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
        let apart = !may_overlap(a, b, Production);
        assert_eq!(apart, !may_overlap(b, a, Production), "it is the same from both sides");
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
        assert!(!may_overlap(&only(Staging), &only(Testing), Staging));
        assert!(may_overlap(&only(Staging), &Condition::default(), Staging));
    }

    #[test]
    fn a_flag_has_one_variant_at_a_time() {
        let of = |flag: &str, variants: &[&str]| Condition {
            flag: Some(flag.to_owned()),
            variant: Some(OneOrMany::Many(variants.iter().map(|name| (*name).to_owned()).collect())),
            ..Condition::default()
        };
        assert!(apart(&of("lobby", &["on"]), &of("lobby", &["off"])));
        assert!(!apart(&of("lobby", &["on", "beta"]), &of("lobby", &["off", "beta"])));
        assert!(!apart(&of("lobby", &["on"]), &of("title", &["off"])));
    }

    proptest! {
        #[test]
        fn runs_meet_where_they_have_a_minute_in_common(
            a in 0..WEEK, b in 0..WEEK, length_of_a in 1..=DAY, length_of_b in 1..=DAY,
        ) {
            let common = (0..length_of_a).any(|minute| (a + minute + WEEK - b) % WEEK < length_of_b);
            prop_assert_eq!(intersect((a, length_of_a), (b, length_of_b)), common);
        }
    }
}
