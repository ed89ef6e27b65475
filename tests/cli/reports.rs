//! Reports for programs, code hosts and people.

use confgate_test_support::{Printed, files};
use predicates::str::starts_with;
use serde_json::Value as Json;

use super::{BAD, pipe, run_in};

#[test]
fn the_json_report_has_every_finding_with_its_origins() {
    let json = pipe(&["check", "-", "--format", "json"], "[game]\nmin_bet = 9\nmax_bet = 2\n").code(1);
    let report: Json = serde_json::from_str(&json.out()).unwrap();
    assert_eq!(report["admitted"], false);
    let diagnostic = &report["configs"][0]["findings"][0];
    assert_eq!(diagnostic["rule"], "game/bets-ordered");
    assert_eq!(diagnostic["severity"], "error");
    assert_eq!(diagnostic["path"], "/game/min_bet");
    assert_eq!(diagnostic["origins"][1]["line"], 3);
    assert_eq!(diagnostic["origins"][1]["label"], "game.max_bet is 2");
}

#[test]
fn the_sarif_log_has_rules_results_and_related_places() {
    let sarif = pipe(&["check", "-", "--format", "sarif"], "[game]\nmin_bet = 9\nmax_bet = 2\nbets = 1\n");
    let log: Json = serde_json::from_str(&sarif.out()).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["shortDescription"]["text"].is_string());
    }
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(results[0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 3);
}

#[test]
fn github_gets_one_annotation_a_finding() {
    let files = files(&[("config.toml", BAD)]);
    let report = run_in(files.path(), &["check", "config.toml", "--format", "github"]);
    let start = "::error file=config.toml,line=2,endLine=2,col=1,endColumn=12,title=network/listen_port::network.listen_port must be at least 1, and is 0%0A";
    assert_eq!(report.stdout(starts_with(start)).out().lines().count(), 1);
}

#[test]
fn colours_come_when_asked_for_and_leave_the_words_as_they_are() {
    let plain = pipe(&["check", "-"], BAD).out();
    let painted = pipe(&["check", "-", "--color", "always"], BAD).out();
    assert!(!plain.contains('\u{1b}') && painted.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain);
}
