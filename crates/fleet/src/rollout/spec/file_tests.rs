//! The rollout file: its schema, its rules, its messages.

use confgate_core::environment::Environment;
use confgate_core::pretty_json::document;
use confgate_core::render::human::{self, Style};
use confgate_core::testing::check_model;
use confgate_core::value::Source;

use super::{RolloutFile, rollout_gate, rollout_schema};

#[test]
fn the_committed_schema_is_the_generated_one() {
    let committed = include_str!("../../../../../modules/rollout.schema.json");
    assert_eq!(document(&rollout_schema()), committed, "run `make schema`");
}

#[test]
fn the_schema_and_the_type_agree() {
    check_model::<RolloutFile>().unwrap_or_else(|error| panic!("{error}"));
}

/// Returns the report of a text.
fn report(text: &str) -> String {
    let source = Source::new("rollout.toml", text);
    let outcome = rollout_gate().check(&source, Environment::Production);
    human::report(&outcome.report, Style::default())
}

#[test]
fn the_example_of_the_docs_is_admitted() {
    let text = r#"
[rollout]
waves = ["canary", "10%", "50%", "100%"]
spread = "region"
bake = "10m"
max_unavailable = 1
prometheus.url = "http://prometheus.example.org:9090"
alertmanager.url = "https://alerts.example.org"

[[rollout.alarm]]
name = "errors"
query = 'sum(rate(http_errors_total{node=~"$nodes"}[5m])) / sum(rate(http_errors_total{node=~"$others"}[5m]))'
above = 2.0
for = "2m"
missing = "pause"

[[rollout.alarm]]
name = "pages"
matchers = ['severity="page"']
"#;
    assert_eq!(report(text), "");
    assert_eq!(report(""), "");
    let file = rollout_gate().check(&Source::new("a.toml", text), Environment::Production).into_config().unwrap();
    assert_eq!(file.rollout.waves.len(), 4);
    assert_eq!(file.rollout.alarm[0].hold.get().as_secs(), 120);
}

/// Returns the headline of a report with one diagnostic, and its place.
fn fault(text: &str) -> String {
    let report = report(text);
    let mut lines = report.lines().map(str::trim);
    let headline: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with('┌')).collect();
    let place = report.lines().find_map(|line| line.trim().strip_prefix("┌─ ")).unwrap_or_default();
    let words: Vec<&str> = headline.iter().flat_map(|line| line.split_whitespace()).collect();
    format!("{place}: {}", words.join(" "))
}

#[test]
fn a_fault_is_reported_at_its_place() {
    for (text, expected) in [
        (
            "[rollout]\nwaves = [\"10%\"]\n",
            "rollout.toml:2:10: error: the last wave must be 100%, so that every node gets the release rollout/last-wave",
        ),
        (
            "[rollout]\nwaves = [\"50%\", \"10%\", \"100%\"]\n",
            "rollout.toml:2:17: error: a share must be larger than those before it rollout/shares-grow",
        ),
        (
            "[rollout]\nwaves = [\"all\", \"100%\"]\n",
            "rollout.toml:2:10: error: rollout.waves[0] must be a tag such as canary (but not all), or a share from 0.01% \
             to 100%, and is \"all\" rollout/waves",
        ),
        ("[rollout]\nwaves = []\n", "rollout.toml:2:1: error: rollout.waves must not be empty rollout/waves"),
        (
            "[rollout]\nmax_unavailable = 0\n",
            "rollout.toml:2:1: error: rollout.max_unavailable must be at least 1, and is 0 rollout/max_unavailable",
        ),
        (
            "[rollout]\nmax_unavailable = \"5\"\n",
            "rollout.toml:2:1: error: rollout.max_unavailable must be a number of nodes, or a share from 0.01% to 100%, \
             and is \"5\" rollout/max_unavailable",
        ),
        (
            "[rollout]\nbake = \"soon\"\n",
            "rollout.toml:2:1: error: rollout.bake must be a duration, and is \"soon\" rollout/bake",
        ),
        ("[rollout]\nbakes = \"10m\"\n", "rollout.toml:2:1: error: unknown key rollout.bakes schema/unknown-key"),
        (
            "[rollout]\ninterval = \"0s\"\n",
            "rollout.toml:2:1: error: rollout.interval must be at least 1ms, and is \"0s\" rollout/interval",
        ),
        (
            "[rollout]\nprometheus = { url = \"http://x\", timeout = \"2h\" }\n",
            "rollout.toml:2:34: error: rollout.prometheus.timeout must be at most 1h, and is \"2h\" rollout/prometheus/timeout",
        ),
        (
            "[[rollout.alarm]]\nname = \"a\"\n",
            "rollout.toml:1:1: error: an alarm must have either a query or matchers rollout/alarm-source",
        ),
        (
            "[rollout]\nprometheus.url = \"ftp://x\"\n",
            "rollout.toml:2:12: error: rollout.prometheus.url must begin with http:// or https://, and is \"ftp://x\" \
             rollout/prometheus/url",
        ),
        (
            "[rollout]\nprometheus.url = \"http://x\"\n[[rollout.alarm]]\nname = \"a\"\nquery = \"up{n='$node'}\"\nabove = 1\n",
            "rollout.toml:3:1: error: a query may use the variables $nodes, $others, $service, $release and $wave alone \
             rollout/alarm-variables",
        ),
        (
            "[rollout]\nprometheus.url = \"http://x\"\n[[rollout.alarm]]\nname = \"a\"\nquery = \"up\"\n",
            "rollout.toml:3:1: error: an alarm with a query must have `above` or `below`, and one with matchers neither \
             rollout/alarm-limit",
        ),
        (
            "[[rollout.alarm]]\nname = \"a\"\nquery = \"up\"\nbelow = 1\n",
            "rollout.toml:1:1: error: an alarm with a query needs a server of Prometheus rollout/prometheus",
        ),
        (
            "[[rollout.alarm]]\nname = \"a\"\nmatchers = ['a=\"b\"']\n",
            "rollout.toml:1:1: error: an alarm with matchers needs a server of Alertmanager rollout/alertmanager",
        ),
        (
            "[rollout]\nalertmanager.url = \"http://x\"\n[[rollout.alarm]]\nname = \"a\"\nmatchers = ['a=\"b\"']\n\
             [[rollout.alarm]]\nname = \"a\"\nmatchers = ['a=\"c\"']\n",
            "rollout.toml:6:1: error: two alarms have one name rollout/alarm-names",
        ),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
}

#[test]
fn a_rule_that_elements_break_shows_them_and_not_the_others() {
    let alarm = |name: &str, limit: &str| format!("[[rollout.alarm]]\nname = \"{name}\"\nquery = \"up\"\n{limit}\n");
    let alarms = [("a", "above = 1"), ("b", ""), ("c", "below = 1"), ("d", "")].map(|(name, limit)| alarm(name, limit));
    let text = format!("[rollout]\nprometheus.url = \"http://x\"\n{}", alarms.concat());
    assert_eq!(
        report(&text),
        "error: an alarm with a query must have `above` or `below`, and one with matchers neither
       rollout/alarm-limit
  ┌─ rollout.toml:7:1
7 │ [[rollout.alarm]]
  │ ^^^^^^^^^^^^^^^^^ rollout.alarm[1] breaks the rule
  ·
15│ [[rollout.alarm]]
  │ ----------------- rollout.alarm[3] breaks the rule
  = help: set the limit of each query

"
    );
}
