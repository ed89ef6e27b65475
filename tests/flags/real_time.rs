//! Changes that reach evaluations without a reload of the service: files, overrides, ramps, many readers.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use confgate::SystemContext;
use confgate::flags::ofrep::evaluate_all;
use confgate::flags::{EvaluationContext, FlagsFile, LiveFlags};
use confgate::live::Live;
use confgate::load::Loader;
use confgate_test_support::eventually;
use serde_json::Value as Json;

use crate::support::{FLAGS, evaluate, place, start, write_flags};

/// Starts live flags in a file.
fn live(path: &std::path::Path, quiet: Duration) -> LiveFlags {
    let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(path);
    LiveFlags::new(Live::<FlagsFile>::builder(loader).watch(quiet).start().unwrap())
}

fn numbered(number: usize) -> String {
    format!(
        "[flags.a]\nvariants = {{ now = {number} }}\ndefaultVariant = \"now\"\n\
         [flags.b]\nvariants = {{ now = {number}, other = -1 }}\ndefaultVariant = \"now\"\n\
         targeting = {{ if = [{{ \"==\" = [{{ var = \"x\" }}, 1] }}, \"now\", \"other\"] }}\n"
    )
}

#[test]
fn a_change_of_the_flags_neither_writes_the_output_nor_notifies_the_service() {
    let place = place(FLAGS);
    let marker = place.path("notified").display().to_string();
    let agent = start(&place, &["--output", "out.toml", "--reload-command", "touch", &marker]);
    eventually("the output is there", || !place.read("out.toml").is_empty());
    let before = std::fs::metadata(place.path("out.toml")).unwrap().modified().unwrap();
    write_flags(&place, &FLAGS.replace("low = 10", "low = 12"));
    eventually("the change is evaluated", || evaluate(&agent, "limit", "{}").json()["value"] == 12);
    assert_eq!(std::fs::metadata(place.path("out.toml")).unwrap().modified().unwrap(), before);
    assert!(!place.path("notified").exists());
    assert_eq!(agent.json("/health")["version"], 1, "the config is as it was");
}

#[test]
fn the_override_of_a_region_is_a_kill_switch_with_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.toml");
    std::fs::write(&path, FLAGS).unwrap();
    let switch = folder.path().join("region-override.json");
    let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path).region_override(&switch);
    let flags = LiveFlags::new(Live::<FlagsFile>::builder(loader).watch(Duration::from_millis(20)).start().unwrap());
    let pro = EvaluationContext::new().with("plan", "pro");
    assert!(flags.boolean("lobby", false, &pro));
    let text = r#"{"format":1,"service":"flags","region":"eu","expires":"2099-01-01T00:00:00Z","by":"ops@host","at":"2026-01-01T00:00:00Z","reason":"it crashes","values":{"flags":{"lobby":{"state":"DISABLED"}}}}"#;
    std::fs::write(&switch, text).unwrap();
    eventually("the flag is off", || !flags.boolean("lobby", false, &pro));
    assert!(flags.boolean("lobby", true, &pro), "the default of the program");
    std::fs::remove_file(&switch).unwrap();
    eventually("the flag is on again", || flags.boolean("lobby", false, &pro));
}

#[test]
fn a_flag_that_does_not_exist_cannot_be_disabled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.toml");
    std::fs::write(&path, FLAGS).unwrap();
    let flags = live(&path, Duration::from_millis(20));
    let refused = flags.disable("lobbi", "a typo").unwrap_err().to_string();
    assert!(refused.contains("variants"), "{refused}");
    flags.disable("lobby", "it crashes").unwrap();
    let pro = EvaluationContext::new().with("plan", "pro");
    assert!(!flags.boolean("lobby", false, &pro));
    flags.live().clear("it is corrected").unwrap();
    assert!(flags.boolean("lobby", false, &pro));
}

#[test]
fn a_thousand_readers_see_each_version_whole_and_in_order_and_all_see_the_last() {
    const LAST: f64 = 30.0;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.toml");
    std::fs::write(&path, numbered(0)).unwrap();
    let flags = live(&path, Duration::from_millis(10));
    let context = EvaluationContext::new().with("x", 1);
    let deadline = Instant::now() + Duration::from_secs(120);
    let body = br#"{"context":{"x":1}}"#;
    let reader = || {
        let (mut last, mut versions, mut exposures) = (-1.0, BTreeSet::new(), 0_u64);
        while last < LAST {
            assert!(Instant::now() < deadline, "a reader does not see the last version, but {last}");
            let running = flags.load();
            let (a, b) = (running.number("a", &context).unwrap(), running.number("b", &context).unwrap());
            assert_eq!(a, b, "one guard is one version");
            assert!(a >= last, "{a} after {last}");
            versions.insert(running.version());
            let all = evaluate_all(&flags, body, |_| false, None);
            let all: Json = serde_json::from_str(&all.body).unwrap();
            assert_eq!(all["flags"][0]["value"], all["flags"][1]["value"], "an answer is one version");
            let counted = flags.number("a", -1.0, &context);
            assert!(counted >= a, "{counted} after {a}");
            exposures += 1;
            last = counted;
            std::thread::sleep(Duration::from_millis(20));
        }
        (versions, exposures)
    };
    let (versions, exposures) = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..1_000).map(|_| scope.spawn(reader)).collect();
        for number in 1..=LAST as usize {
            let next = folder.path().join("next");
            std::fs::write(&next, numbered(number)).unwrap();
            std::fs::rename(&next, &path).unwrap();
            std::thread::sleep(Duration::from_millis(100));
            // A busy machine takes longer to read a file; a version that no reader could see would show nothing.
            while flags.load().number("a", &context).unwrap() < number as f64 {
                assert!(Instant::now() < deadline, "version {number} is not read");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let results = readers.into_iter().map(|reader| reader.join().unwrap());
        results.fold((BTreeSet::new(), 0), |(mut all, sum), (versions, exposures)| {
            all.extend(versions);
            (all, sum + exposures)
        })
    });
    assert!(versions.len() >= 10, "{versions:?}");
    // No exposure is lost where a version replaces another.
    let counted: u64 = flags.exposures().all().iter().filter(|it| it.flag == "a").map(|it| it.count).sum();
    assert_eq!(counted, exposures);
}
