//! An older config at the gate: values, diagnostics and rejection.

use confgate::diagnostics::Diagnostic;
use confgate::migrate::check_migrations;
use confgate::render::human;
use confgate::value::{Node, Sources, Value};
use confgate::{Environment, Gate, Input, Model, Outcome, Source, ValidateOptions};

use super::model::{Log, Relay};

const OLD: &str = "version = 1\nlog = 'loud'\ncache_kb = 2\nid = 'relay-7'\ncolour = 'red'\n\n[network]\ntimeout_secs = 30\n\
                   peer = '[::1]:9000'\n\n[server]\nhost = '::'\nport = 80\n\n[client]\nidle = '1h'\ngrace = { secs = 5 }\n\n\
                   [[listeners]]\nlabel = 'a'\n";

fn check(text: &str) -> Outcome<Relay> {
    Gate::of::<Relay>().check(&Source::new("relay.toml", text), Environment::Testing)
}

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    check(text).report.diagnostics().to_vec()
}

fn shown(text: &str) -> String {
    human::report(&check(text).report, human::Style::default())
}

#[test]
fn the_migrations_have_no_flaws() {
    assert_eq!(check_migrations(Relay::migrations(), 4), []);
}

#[test]
fn an_older_config_is_read_as_the_newest_with_one_warning() {
    let found = diagnostics(OLD);
    let rules: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(rules, ["version/older"]);
    assert_eq!(found[0].message, "the config is written for version 1, and is read as version 4");
    let help = "confgate migrate --in-place relay.toml writes it in the new form";
    assert_eq!(found[0].help.as_deref(), Some(help));
    assert_eq!(found[0].notes[0], "network.timeout_secs → client.timeout: renamed, converted to a duration, moved");
    assert_eq!(found[0].notes.last().unwrap(), "and 3 more");
    let relay: Relay = check(OLD).into_config().unwrap();
    assert_eq!((relay.version, relay.log, relay.id.as_str(), relay.cache_bytes), (4, Log::Debug, "7", 2048));
    assert_eq!((relay.network.peer_host.as_str(), relay.network.peer_port), ("[::1]", 9000));
    assert_eq!((relay.client.timeout.to_string(), relay.client.grace.to_string()), ("30s".to_owned(), "5s".to_owned()));
    assert_eq!((relay.client.idle, relay.client.retries, relay.server.bind.as_str()), (60, 3, ":::80"));
    assert_eq!(relay.listeners[0].name, "a");
}

#[test]
fn what_is_wrong_with_a_moved_value_is_shown_where_it_was_written() {
    let text = "version = 1\n[network]\ntimeout_secs = true\n";
    let found = diagnostics(text);
    let wrong = found.iter().find(|diagnostic| diagnostic.code == "client/timeout").unwrap();
    assert_eq!(wrong.place().unwrap().position, (3, 1));
}

#[test]
fn a_config_without_a_version_is_taken_for_the_oldest_and_told_of_only_where_that_matters() {
    assert_eq!(diagnostics("log = 'debug'\n"), []);
    let found = diagnostics("cache_kb = 1\n");
    assert_eq!(found[0].message, "the config names no version; it is taken for version 1, and read as version 4");
    assert_eq!(check("cache_kb = 1\n").into_config().unwrap().cache_bytes, 1024);
}

#[test]
fn what_a_program_says_without_a_version_is_in_the_words_of_today() {
    let node = |value| Node::generated(value);
    let tree = node(Value::Table([("cache_kb".to_owned(), node(Value::Integer(1)))].into_iter().collect()));
    let input = Input { tree, sources: Sources::default(), found: Vec::new(), options: ValidateOptions::default() };
    let report = Gate::of::<Relay>().validate(input).report;
    assert_eq!(report.diagnostics()[0].code, "schema/unknown-key");
}

#[test]
fn a_config_for_a_newer_program_is_refused_and_nothing_else_is_said_of_it() {
    let found = diagnostics("version = 7\nunheard_of = 1\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "the config is written for version 7, and this program reads versions up to 4");
    assert_eq!(found[0].help.as_deref(), Some("update the program to one that reads version 7"));
}

#[test]
fn a_config_that_no_migration_knows_is_refused() {
    let found = diagnostics("version = 0\n");
    assert_eq!(found[0].code, "version/unknown");
    let message = "the config is written for version 0: no migration leads from version 0 towards version 4";
    assert_eq!(found[0].message, message);
}

#[test]
fn a_version_that_is_no_number_is_for_the_schema_to_refuse() {
    let found = diagnostics("version = 'one'\n");
    assert_eq!(found[0].message, "version must be an integer, and is \"one\"");
    assert_eq!(diagnostics("version = -1\n")[0].message, "version must be at least 0, and is -1");
}

#[test]
fn two_values_for_one_field_are_refused_with_both_places() {
    let text = "version = 2\n[network]\ntimeout = '1s'\n[client]\ntimeout = '2s'\n";
    let found = diagnostics(text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "migrate/conflict");
    assert_eq!(found[0].message, "network.timeout is now client.timeout, and both are set to different values");
    let places: Vec<_> = found[0].labels.iter().map(|label| (label.place.position, label.text.as_str())).collect();
    assert_eq!(places, [((3, 1), "the old field"), ((5, 1), "the new field")]);
}

#[test]
fn two_fields_that_say_the_same_are_one() {
    let text = "version = 2\n[network]\ntimeout = '2s'\n[client]\ntimeout = '2s'\n";
    let relay: Relay = check(text).into_config().unwrap();
    assert_eq!(relay.client.timeout.to_string(), "2s");
}

#[test]
fn every_value_that_cannot_be_converted_is_said_with_the_way_out() {
    let text = "version = 1\nlog = '${LEVEL}'\ncache_kb = 9223372036854775807\n[network]\ntimeout_secs = -1\npeer = 'x'\n\
                [server]\nhost = 'h'\n[client]\nidle = '90s'\n";
    let found = diagnostics(text);
    let output: Vec<&str> = found.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(
        output,
        [
            "log contains a reference, whose value is not known",
            "cache_bytes is too large to be multiplied by 1024",
            "network.timeout is negative, which a duration cannot be",
            "network.peer does not contain \":\", at which it is split",
            "server.host is joined with server.port, which is not set",
            "client.idle is not a whole number of minutes",
        ]
    );
    assert!(found.iter().all(|diagnostic| diagnostic.help.is_some() && diagnostic.code == "migrate/value"));
}

#[test]
fn parts_that_are_none_are_said() {
    let messages =
        |text: &str| diagnostics(text).iter().map(|diagnostic| diagnostic.message.clone()).collect::<Vec<_>>();
    let network = |peer: &str| messages(&format!("version = 1\nnetwork.peer = {peer}\n"));
    assert_eq!(network("7"), ["network.peer is an integer, and only a string can be split"]);
    assert_eq!(network("'h:080'"), ["network.peer does not contain an integer for network.peer_port"]);
    assert_eq!(network("'${PEER}'"), ["network.peer contains a reference, whose value is not known"]);
    let server =
        |host: &str, port: &str| messages(&format!("version = 2\nserver = {{ host = {host}, port = {port} }}\n"));
    assert_eq!(server("1", "1"), ["server.host is an integer, and only a string can be joined"]);
    assert_eq!(server("'h'", "'1'"), ["server.port is a string, and only an integer can be joined"]);
    assert_eq!(
        messages("version = 2\nclient = 7\nnetwork.timeout = '1s'\n"),
        ["client must be a table that contains client.timeout", "client must be a table that contains client.retries"]
    );
}

#[test]
fn a_secret_in_a_conflict_is_not_shown() {
    let output = shown("version = 2\npeer_password = 'hunter2'\npassphrase = 'hunter3'\n");
    assert!(output.contains("peer_password is now passphrase, and both are set"), "{output}");
    assert!(!output.contains("hunter"), "{output}");
}

#[test]
fn what_profiles_set_is_migrated_with_the_config() {
    let text =
        "version = 1\ncache_kb = 1\n[[profiles]]\nname = 'night'\nset.cache_kb = 4\nset.network.timeout_secs = 9\n";
    let outcome = check(text);
    assert!(outcome.report.admits(), "{}", shown(text));
    let path = |text| confgate::value::Path::dotted(text);
    let value = |text| outcome.tree.get(&path(text).0).unwrap().value.clone();
    assert_eq!(value("profiles[0].set.cache_bytes"), Value::Integer(4096));
    assert_eq!(value("profiles[0].set.client.timeout"), Value::String("9s".to_owned()));
    assert!(
        outcome.tree.get(&path("profiles[0].set.client.retries").0).is_none(),
        "a profile says only what it changes"
    );
}

#[test]
fn a_schema_without_a_model_leaves_older_configs_to_itself_and_refuses_newer_ones() {
    let schema = Gate::of::<Relay>().schema().clone();
    let gate = Gate::of_schema(schema).unwrap();
    let rules = |text: &str| {
        let report = gate.check(&Source::new("x", text), None).report;
        report.diagnostics().iter().map(|diagnostic| diagnostic.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(rules("version = 2\n"), [""; 0]);
    assert_eq!(rules("version = 5\n"), ["version/newer"]);
}
