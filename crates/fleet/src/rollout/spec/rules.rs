//! Rules between the fields of a rollout file.

use std::collections::BTreeSet;

use confgate_core::diagnostics::Severity::Error;
use confgate_core::model::Rule;
use confgate_core::types::Duration;

use crate::rollout::spec::alarm::AlarmSpec;
use crate::rollout::spec::amount::Amount;
use crate::rollout::spec::file::RolloutFile;
use crate::rollout::spec::query::Query;
use crate::rollout::spec::rollout::MAX_INTERVAL;
use crate::rollout::spec::wave::{Share, Wave};

/// The rules.
pub(super) const RULES: &[Rule<RolloutFile>] = &[
    Rule {
        name: "rollout/last-wave",
        severity: Error,
        why: "the last wave must be 100%, so that every node gets the release",
        reads: &["rollout.waves"],
        holds: |file| file.rollout.waves.last() == Some(&Wave::Share(Share::ALL)),
        help: "add \"100%\" as the last wave",
    },
    Rule {
        name: "rollout/shares-grow",
        severity: Error,
        why: "a share must be larger than those before it",
        reads: &["rollout.waves"],
        holds: |file| {
            let shares = file.rollout.waves.iter().filter_map(|wave| match wave {
                Wave::Share(share) => Some(share),
                Wave::Tag(_) => None,
            });
            shares.is_sorted_by(|one, next| one < next)
        },
        help: "sort the shares, and write each once",
    },
    Rule {
        name: "rollout/nodes-move",
        severity: Error,
        why: "with max_unavailable = 0 no node ever gets the release",
        reads: &["rollout.max_unavailable"],
        holds: |file| file.rollout.max_unavailable != Some(Amount::Nodes(0)),
        help: "write 1 or more, or remove the limit",
    },
    Rule {
        name: "rollout/interval",
        severity: Error,
        why: "the interval between two evaluations of the alarms must be longer than zero, and an hour at most",
        reads: &["rollout.interval"],
        holds: |file| is_sensible(file.rollout.interval),
        help: "write a time such as \"15s\"",
    },
    Rule {
        name: "rollout/timeout",
        severity: Error,
        why: "the timeout of a server must be longer than zero, and an hour at most",
        reads: &["rollout.prometheus", "rollout.alertmanager"],
        holds: |file| {
            let servers = [&file.rollout.prometheus, &file.rollout.alertmanager];
            servers.into_iter().flatten().all(|server| is_sensible(server.timeout))
        },
        help: "write a time such as \"5s\"",
    },
    Rule {
        name: "rollout/alarm-source",
        severity: Error,
        why: "an alarm must have either a query or matchers",
        reads: &["rollout.alarm"],
        holds: |file| alarms(file, |alarm| alarm.query.is_some() != !alarm.matchers.is_empty()),
        help: "write `query` for Prometheus, or `matchers` for Alertmanager",
    },
    Rule {
        name: "rollout/alarm-limit",
        severity: Error,
        why: "an alarm with a query must have `above` or `below`, and one with matchers neither",
        reads: &["rollout.alarm"],
        holds: |file| alarms(file, |alarm| (alarm.above.is_some() || alarm.below.is_some()) == alarm.query.is_some()),
        help: "set the limit of each query",
    },
    Rule {
        name: "rollout/alarm-names",
        severity: Error,
        why: "two alarms have one name",
        reads: &["rollout.alarm"],
        holds: |file| {
            let mut names = BTreeSet::new();
            file.rollout.alarm.iter().all(|alarm| names.insert(&alarm.name))
        },
        help: "name each alarm differently",
    },
    Rule {
        name: "rollout/alarm-variables",
        severity: Error,
        why: "a query may use the variables $nodes, $others, $service, $release and $wave alone",
        reads: &["rollout.alarm"],
        holds: |file| {
            alarms(file, |alarm| alarm.query.as_deref().is_none_or(|query| Query(query).unknown_variable().is_none()))
        },
        help: "correct the name of the variable",
    },
    Rule {
        name: "rollout/prometheus",
        severity: Error,
        why: "an alarm with a query needs a server of Prometheus",
        reads: &["rollout.alarm", "rollout.prometheus"],
        holds: |file| file.rollout.prometheus.is_some() || alarms(file, |alarm| alarm.query.is_none()),
        help: "set rollout.prometheus.url",
    },
    Rule {
        name: "rollout/alertmanager",
        severity: Error,
        why: "an alarm with matchers needs a server of Alertmanager",
        reads: &["rollout.alarm", "rollout.alertmanager"],
        holds: |file| file.rollout.alertmanager.is_some() || alarms(file, |alarm| alarm.matchers.is_empty()),
        help: "set rollout.alertmanager.url",
    },
];

fn is_sensible(time: Duration) -> bool {
    !time.is_zero() && time.get() <= MAX_INTERVAL
}

fn alarms(file: &RolloutFile, holds: fn(&AlarmSpec) -> bool) -> bool {
    file.rollout.alarm.iter().all(holds)
}

#[cfg(test)]
mod tests {
    use confgate_core::environment::Environment;
    use confgate_core::render::human::{self, Style};
    use confgate_core::value::Source;

    use crate::rollout::spec::file::rollout_gate;

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
                "rollout.toml:2:1: error: the last wave must be 100%, so that every node gets the release rollout/last-wave",
            ),
            (
                "[rollout]\nwaves = [\"50%\", \"10%\", \"100%\"]\n",
                "rollout.toml:2:1: error: a share must be larger than those before it rollout/shares-grow",
            ),
            (
                "[rollout]\nwaves = [\"all\", \"100%\"]\n",
                "rollout.toml:2:10: error: rollout.waves[0] must be a tag such as canary (but not all), or a share from 0.01% \
                 to 100%, and is \"all\" rollout/waves",
            ),
            ("[rollout]\nwaves = []\n", "rollout.toml:2:1: error: rollout.waves must not be empty rollout/waves"),
            (
                "[rollout]\nmax_unavailable = 0\n",
                "rollout.toml:2:1: error: with max_unavailable = 0 no node ever gets the release rollout/nodes-move",
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
                "rollout.toml:2:1: error: the interval between two evaluations of the alarms must be longer than zero, \
                 and an hour at most rollout/interval",
            ),
            (
                "[rollout]\nprometheus = { url = \"http://x\", timeout = \"2h\" }\n",
                "rollout.toml:2:1: error: the timeout of a server must be longer than zero, and an hour at most rollout/timeout",
            ),
            (
                "[[rollout.alarm]]\nname = \"a\"\n",
                "rollout.toml:1:11: error: an alarm must have either a query or matchers rollout/alarm-source",
            ),
            (
                "[rollout]\nprometheus.url = \"ftp://x\"\n",
                "rollout.toml:2:12: error: rollout.prometheus.url must begin with http:// or https://, and is \"ftp://x\" \
                 rollout/prometheus/url",
            ),
            (
                "[rollout]\nprometheus.url = \"http://x\"\n[[rollout.alarm]]\nname = \"a\"\nquery = \"up{n='$node'}\"\nabove = 1\n",
                "rollout.toml:3:11: error: a query may use the variables $nodes, $others, $service, $release and $wave alone \
                 rollout/alarm-variables",
            ),
            (
                "[rollout]\nprometheus.url = \"http://x\"\n[[rollout.alarm]]\nname = \"a\"\nquery = \"up\"\n",
                "rollout.toml:3:11: error: an alarm with a query must have `above` or `below`, and one with matchers neither \
                 rollout/alarm-limit",
            ),
            (
                "[[rollout.alarm]]\nname = \"a\"\nquery = \"up\"\nbelow = 1\n",
                "rollout.toml:1:11: error: an alarm with a query needs a server of Prometheus rollout/prometheus",
            ),
            (
                "[[rollout.alarm]]\nname = \"a\"\nmatchers = ['a=\"b\"']\n",
                "rollout.toml:1:11: error: an alarm with matchers needs a server of Alertmanager rollout/alertmanager",
            ),
            (
                "[rollout]\nalertmanager.url = \"http://x\"\n[[rollout.alarm]]\nname = \"a\"\nmatchers = ['a=\"b\"']\n\
                 [[rollout.alarm]]\nname = \"a\"\nmatchers = ['a=\"c\"']\n",
                "rollout.toml:3:11: error: two alarms have one name rollout/alarm-names",
            ),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }
}
