use std::time::Duration;

use confgate_core::environment::Environment;
use confgate_core::profile::{Condition, Day, Name, OneOrMany, Profile, TimeRange};
use confgate_core::value::{Node, Origin, Table, Value};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::profile::*;

const NOTHING_SET: fn(&str) -> Option<String> = |_| None;
const MINUTE: Duration = Duration::from_secs(60);

fn at(now: Timestamp) -> Moment<'static> {
    Moment { environment: Environment::Production, variable: &NOTHING_SET, now, usage: Usage::default(), flags: None }
}

fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn range(text: &str) -> TimeRange {
    text.parse().unwrap()
}

fn in_time(ranges: &[&str], zone: &str) -> Condition {
    Condition {
        time: Some(OneOrMany::Many(ranges.iter().map(|text| range(text)).collect())),
        zone: Some(zone.to_owned()),
        ..Condition::default()
    }
}

fn profile(name: &str, when: Condition) -> Profile {
    let set = Node::generated(Value::Table(Table::default()));
    Profile { name: name.to_owned(), when, set, origin: Origin::Generated }
}

#[test]
fn a_profile_without_conditions_always_holds() {
    assert!(at(utc("2026-01-01T00:00:00Z")).meets(&Condition::default(), false));
}

#[test]
fn an_environment_is_one_of_those_listed() {
    let deployed = Condition {
        environment: Some(OneOrMany::Many(vec![Environment::Staging, Environment::Production])),
        ..Condition::default()
    };
    let moment = at(utc("2026-01-01T00:00:00Z"));
    assert!(moment.meets(&deployed, false));
    assert!(!(Moment { environment: Environment::Testing, ..moment }).meets(&deployed, true));
}

#[test]
fn a_feature_is_on_by_its_variable() {
    let lobby = Condition { feature: Some(OneOrMany::One(Name("new-lobby".into()))), ..Condition::default() };
    for (value, on) in [("1", true), ("TRUE", true), ("Yes", true), (" on ", true), ("0", false), ("", false)] {
        let variable = |name: &str| (name == "FEATURE_NEW_LOBBY").then(|| value.to_owned());
        let moment = Moment { variable: &variable, ..at(utc("2026-01-01T00:00:00Z")) };
        assert_eq!(moment.meets(&lobby, false), on, "{value:?}");
    }
    assert!(!at(utc("2026-01-01T00:00:00Z")).meets(&lobby, false), "a variable that is not set switches nothing on");
}

#[test]
fn of_several_features_all_must_be_on() {
    let names = ["a", "b"].map(|name| Name(name.into())).to_vec();
    let both = Condition { feature: Some(OneOrMany::Many(names)), ..Condition::default() };
    let only_a = |name: &str| (name == "FEATURE_A").then(|| "1".to_owned());
    assert!(!(Moment { variable: &only_a, ..at(utc("2026-01-01T00:00:00Z")) }).meets(&both, false));
    let any = |_: &str| Some("1".to_owned());
    assert!((Moment { variable: &any, ..at(utc("2026-01-01T00:00:00Z")) }).meets(&both, false));
}

#[test]
fn the_start_belongs_to_a_range_and_the_end_does_not() {
    let work = in_time(&["08:00-17:00"], "UTC");
    for (time, holds) in [("07:59:59", false), ("08:00:00", true), ("16:59:59", true), ("17:00:00", false)] {
        assert_eq!(at(utc(&format!("2026-01-15T{time}Z"))).meets(&work, false), holds, "{time}");
    }
}

#[test]
fn a_range_over_midnight_holds_on_both_sides_of_it() {
    let night = in_time(&["22:00-06:00"], "UTC");
    for (time, holds) in [("21:59:59", false), ("22:00:00", true), ("00:00:00", true), ("05:59:59", true)] {
        assert_eq!(at(utc(&format!("2026-01-15T{time}Z"))).meets(&night, false), holds, "{time}");
    }
    assert!(!at(utc("2026-01-15T06:00:00Z")).meets(&night, false));
}

#[test]
fn a_range_is_one_of_its_time_zone() {
    let night = in_time(&["22:00-06:00"], "Europe/Berlin");
    assert!(at(utc("2026-01-15T21:00:00Z")).meets(&night, false), "22:00 in winter");
    assert!(!at(utc("2026-01-15T05:00:00Z")).meets(&night, false), "6:00 in winter");
    assert!(at(utc("2026-07-15T20:00:00Z")).meets(&night, false), "22:00 in summer");
}

#[test]
fn the_early_hours_belong_to_the_day_on_which_the_night_began() {
    let friday = Condition { days: Some(vec![Day::Fri]), ..in_time(&["22:00-06:00"], "UTC") };
    let holds = |text: &str| at(utc(text)).meets(&friday, false);
    assert!(!holds("2026-01-16T05:00:00Z"), "Friday morning is Thursday's night");
    assert!(holds("2026-01-16T22:00:00Z"));
    assert!(holds("2026-01-17T05:59:00Z"), "Saturday morning is Friday's night");
    assert!(!holds("2026-01-17T22:00:00Z"));
}

#[test]
fn a_day_without_a_time_is_whole() {
    let weekend = Condition { days: Some(vec![Day::Sat, Day::Sun]), ..Condition::default() };
    let holds = |text: &str| at(utc(text)).meets(&weekend, false);
    assert!(!holds("2026-01-16T23:59:59Z") && holds("2026-01-17T00:00:00Z"));
    assert!(holds("2026-01-18T23:59:59Z") && !holds("2026-01-19T00:00:00Z"));
    let next = crate::profile::clock::next_boundary(&weekend, utc("2026-01-19T00:00:00Z"));
    assert_eq!(next, Some(utc("2026-01-24T00:00:00Z")));
}

#[test]
fn an_hour_that_comes_twice_counts_twice() {
    // In Berlin clocks went from 3:00 back to 2:00 at 01:00 UTC on this day.
    let repeated = in_time(&["02:15-02:45"], "Europe/Berlin");
    let holds = |text: &str| at(utc(text)).meets(&repeated, false);
    assert!(holds("2026-10-25T00:30:00Z") && !holds("2026-10-25T00:45:00Z"));
    assert!(holds("2026-10-25T01:30:00Z") && !holds("2026-10-25T01:45:00Z"));
    let next = |text: &str| crate::profile::clock::next_boundary(&repeated, utc(text)).unwrap();
    assert_eq!(next("2026-10-25T00:45:00Z"), utc("2026-10-25T01:00:00Z"), "clocks change");
    assert_eq!(next("2026-10-25T01:00:00Z"), utc("2026-10-25T01:15:00Z"), "2:15 for the second time");
}

#[test]
fn an_hour_that_is_left_out_does_not_come() {
    // In Berlin clocks went from 2:00 to 3:00 at 01:00 UTC on this day.
    let skipped = in_time(&["02:15-02:45"], "Europe/Berlin");
    let mut now = utc("2026-03-29T00:00:00Z");
    while now < utc("2026-03-29T03:00:00Z") {
        assert!(!at(now).meets(&skipped, false), "{now}");
        now = now.checked_add(MINUTE).unwrap();
    }
    let through = in_time(&["01:30-03:30"], "Europe/Berlin");
    assert!(at(utc("2026-03-29T01:29:00Z")).meets(&through, false), "3:29");
    assert!(!at(utc("2026-03-29T01:30:00Z")).meets(&through, false), "3:30, an hour after the start");
}

#[test]
fn an_unknown_time_zone_keeps_a_profile_off_and_is_reported() {
    let nowhere = in_time(&["00:00-24:00"], "Europe/Atlantis");
    let moment = at(utc("2026-01-15T12:00:00Z"));
    assert!(!moment.meets(&nowhere, true));
    assert_eq!(
        unknown_facts(&[profile("deep", nowhere)], &moment),
        ["profile deep is not active: the time zone \"Europe/Atlantis\" is unknown on this machine"]
    );
}

#[test]
fn time_zones_are_known_without_those_of_the_machine() {
    let bundled = jiff::tz::TimeZoneDatabase::bundled();
    assert!(bundled.get("Europe/Berlin").is_ok() && bundled.get("America/Sao_Paulo").is_ok());
}

fn busy(cpu: f64, memory: f64) -> Moment<'static> {
    Moment { usage: Usage { cpu: Some(cpu), memory: Some(memory) }, ..at(utc("2026-01-15T12:00:00Z")) }
}

#[test]
fn a_share_must_be_above_its_threshold_and_stays_until_it_falls_far_below() {
    let loaded = Condition { cpu_above: Some(80.0), ..Condition::default() };
    assert!(!busy(80.0, 0.0).meets(&loaded, false) && busy(80.1, 0.0).meets(&loaded, false));
    assert!(busy(70.0, 0.0).meets(&loaded, true) && !busy(69.9, 0.0).meets(&loaded, true));
    assert!(!busy(75.0, 0.0).meets(&loaded, false), "in between it stays as it was");
    let full = Condition { memory_above: Some(50.0), hysteresis: Some(0.0), ..Condition::default() };
    assert!(busy(0.0, 50.0).meets(&full, true) && !busy(0.0, 49.9).meets(&full, true));
}

#[test]
fn an_unknown_fact_keeps_a_profile_off_and_is_reported() {
    let both = Condition { cpu_above: Some(1.0), memory_above: Some(1.0), ..Condition::default() };
    let moment = at(utc("2026-01-15T12:00:00Z"));
    assert!(!moment.meets(&both, true));
    assert_eq!(
        unknown_facts(&[profile("busy", both)], &moment),
        [
            "profile busy is not active: CPU usage is unknown on this machine",
            "profile busy is not active: memory usage is unknown on this machine"
        ]
    );
    assert_eq!(unknown_facts(&[profile("plain", Condition::default())], &moment), [""; 0]);
}

#[test]
fn all_conditions_must_hold() {
    let night = Condition { cpu_above: Some(50.0), ..in_time(&["22:00-06:00"], "UTC") };
    let moment = |now: &str, cpu| Moment { now: utc(now), ..busy(cpu, 0.0) };
    assert!(moment("2026-01-15T23:00:00Z", 60.0).meets(&night, false));
    assert!(!moment("2026-01-15T23:00:00Z", 40.0).meets(&night, false));
    assert!(!moment("2026-01-15T12:00:00Z", 60.0).meets(&night, true));
}

#[test]
fn profiles_hold_in_their_order_and_know_by_name_what_held() {
    let loaded = || Condition { cpu_above: Some(80.0), ..Condition::default() };
    let all = [profile("always", Condition::default()), profile("a", loaded()), profile("b", loaded())];
    let names = |cpu, before: &[&str]| {
        let before: Vec<String> = before.iter().map(|name| (*name).to_owned()).collect();
        active(&all, &busy(cpu, 0.0), &before).into_iter().map(|profile| profile.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(90.0, &[]), ["always", "a", "b"]);
    assert_eq!(names(75.0, &["b"]), ["always", "b"]);
}

#[test]
fn only_conditions_that_can_change_are_checked_again() {
    let moment = at(utc("2026-01-15T12:00:00Z"));
    let next = |when: Condition| next_check(&[profile("x", when)], &moment, MINUTE);
    assert_eq!(next(Condition::default()), None);
    assert_eq!(next(in_time(&["22:00-06:00"], "UTC")), Some(utc("2026-01-15T22:00:00Z")));
    let loaded = Condition { cpu_above: Some(80.0), ..in_time(&["22:00-06:00"], "UTC") };
    assert_eq!(next(loaded.clone()), Some(utc("2026-01-15T12:01:00Z")));
    let elsewhere = Condition { environment: Some(OneOrMany::One(Environment::Testing)), ..loaded };
    assert_eq!(next(elsewhere), None, "it cannot hold in this environment");
}

const ZONES: [&str; 5] = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca"];

fn any_time() -> impl Strategy<Value = Condition> {
    let range = (0u16..1440, 1u16..=1440).prop_filter_map("a range has a minute", |(start, end)| {
        format!("{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60).parse::<TimeRange>().ok()
    });
    let days = proptest::sample::subsequence(Day::ALL.to_vec(), 1..=7);
    let zone = proptest::sample::select(&ZONES[..]);
    (prop::collection::vec(range, 1..3), proptest::option::of(days), zone).prop_map(|(ranges, days, zone)| Condition {
        time: Some(OneOrMany::Many(ranges)),
        days,
        zone: Some(zone.to_owned()),
        ..Condition::default()
    })
}

/// Around changes of clocks, and anywhere in a year.
fn any_moment() -> impl Strategy<Value = Timestamp> {
    let shifts = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"];
    let near = (proptest::sample::select(shifts.map(utc).to_vec()), -172_800i64..172_800)
        .prop_map(|(shift, seconds)| Timestamp::from_second(shift.as_second() + seconds).unwrap());
    let start = TimeZone::UTC.to_timestamp(date(2026, 1, 1).at(0, 0, 0, 0)).unwrap().as_second();
    let anywhere = (0i64..31_536_000).prop_map(move |seconds| Timestamp::from_second(start + seconds).unwrap());
    prop_oneof![near, anywhere]
}

proptest! {
    #[test]
    fn nothing_changes_before_the_next_check(when in any_time(), now in any_moment()) {
        let next = crate::profile::clock::next_boundary(&when, now).expect("a time comes again");
        let holds = at(now).meets(&when, false);
        let mut moment = now;
        for _ in 0..2000 {
            if moment >= next {
                break;
            }
            prop_assert_eq!(at(moment).meets(&when, false), holds, "at {} before {}", moment, next);
            moment = moment.checked_add(MINUTE).unwrap();
        }
        let just_before = Timestamp::from_second(next.as_second() - 1).unwrap();
        prop_assert!(just_before < now || at(just_before).meets(&when, false) == holds);
    }

    #[test]
    fn a_share_that_stays_within_the_hysteresis_never_flaps(
        threshold in 1.0..100.0f64,
        hysteresis in 0.0..100.0f64,
        steps in prop::collection::vec(0.0..=1.0f64, 2..40),
        begins in any::<bool>(),
    ) {
        prop_assume!(hysteresis < threshold);
        let when = Condition { cpu_above: Some(threshold), hysteresis: Some(hysteresis), ..Condition::default() };
        let mut active = begins;
        for step in steps {
            let share = (threshold - step * hysteresis).clamp(when.release(threshold), threshold);
            let holds = busy(share, 0.0).meets(&when, active);
            prop_assert_eq!(holds, begins);
            active = holds;
        }
    }

    #[test]
    fn what_holds_anew_holds_on(threshold in 1.0..100.0f64, share in 0.0..=100.0f64) {
        let when = Condition { memory_above: Some(threshold), ..Condition::default() };
        prop_assert!(!busy(0.0, share).meets(&when, false) || busy(0.0, share).meets(&when, true));
    }
}

/// Flags whose variants are fixed.
struct Fixed(&'static [(&'static str, &'static str)]);

impl FlagVariants for Fixed {
    fn variant(&self, flag: &str) -> Option<String> {
        self.0
            .iter()
            .find(|(key, variant)| *key == flag && !variant.is_empty())
            .map(|(_, variant)| (*variant).to_owned())
    }

    fn contains(&self, flag: &str) -> bool {
        self.0.iter().any(|(key, _)| *key == flag)
    }
}

#[test]
fn a_profile_of_a_flag_is_active_with_its_variants() {
    let when = |flag: &str| Condition {
        flag: Some(flag.to_owned()),
        variant: Some(OneOrMany::Many(vec!["on".to_owned(), "beta".to_owned()])),
        ..Condition::default()
    };
    let flags = Fixed(&[("lobby", "beta"), ("title", "off"), ("gone", "")]);
    let moment = Moment { flags: Some(&flags), ..at(utc("2026-01-01T00:00:00Z")) };
    assert!(moment.meets(&when("lobby"), false));
    assert!(!moment.meets(&when("title"), false) && !moment.meets(&when("gone"), false));
    assert_eq!(moment.unknown_facts(&when("gone")), [""; 0]);
    assert_eq!(moment.unknown_facts(&when("lobbi")), ["the flag lobbi is not declared"]);
    let without = Moment { flags: None, ..moment };
    assert_eq!(
        without.unknown_facts(&when("lobby")),
        ["the service has no flags, and the condition names the flag lobby"]
    );
    assert!(!without.meets(&when("lobby"), true));
}
