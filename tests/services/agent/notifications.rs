//! Notifications of the service manager: a start, reloads by signal, and the end.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;
use confgate_test_support::agent::Agent;

/// Files are not watched, so the signal alone reloads.
const UNWATCHED: [&str; 1] = ["--no-watch"];

/// Sends SIGHUP, and returns the time of the reload and the notification of its end.
fn reload(agent: &Agent) -> (i64, String) {
    agent.signal("HUP");
    let begun = agent.notification();
    let time = begun.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap_or_else(|| panic!("{begun}"));
    (time.parse().unwrap(), agent.notification())
}

#[test]
fn a_reload_by_signal_ends_when_the_file_has_its_result() {
    let place = place(&connections(20));
    let agent = place.start(&[&FILE[..], &UNWATCHED].concat());
    let mut before = 0;
    for (version, number) in [(2, 30), (3, 40)] {
        place.write(&connections(number));
        let (time, ended) = reload(&agent);
        assert_eq!(ended, format!("READY=1\nSTATUS=running config version {version}"));
        assert!(place.read("resolved.toml").contains(&format!("max_connections = {number}\n")));
        assert!(time > before, "{time} is not after {before}");
        before = time;
    }
    // The time is not that of the calendar.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    assert!(u128::try_from(before).unwrap() < now / 2);
    agent.signal("TERM");
    assert_eq!(agent.notification(), "STOPPING=1");
}

#[test]
fn the_end_of_a_rejected_reload_is_reported_with_its_errors() {
    let place = place(&connections(20));
    let agent = place.start(&[&FILE[..], &UNWATCHED].concat());
    let before = place.read("resolved.toml");
    place.write("[network]\nmax_connections = 0\nlisten_address = \"localhost\"\n");
    let (_, ended) = reload(&agent);
    assert_eq!(ended, "READY=1\nSTATUS=reload rejected with 2 errors; config version 1 keeps running");
    assert_eq!(place.read("resolved.toml"), before);
}

#[test]
fn the_end_of_a_reload_is_reported_without_an_output_file_and_beside_one_that_cannot_be_written() {
    let place = place(&connections(20));
    let agent = place.start(&[&PORT[..], &UNWATCHED].concat());
    place.write(&connections(30));
    assert_eq!(reload(&agent).1, "READY=1\nSTATUS=running config version 2");
    drop(agent);

    let agent = place.start(&[&FILE[..], &UNWATCHED].concat());
    fs::remove_file(place.path("resolved.toml")).unwrap();
    fs::create_dir(place.path("resolved.toml")).unwrap();
    place.write(&connections(40));
    let expected = "READY=1\nSTATUS=running config version 2; cannot write the output file";
    assert_eq!(reload(&agent).1, expected);
}
