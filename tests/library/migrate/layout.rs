//! Texts in every layout: a migration changes its fields and nothing else.

use confgate::migrate::{Literal, MigrateTextError, Migration, MigrationStep};

use super::model::MIGRATIONS;
use super::text;

fn up(old: &str, from: u64, to: u64) -> String {
    text(MIGRATIONS, old, from, to).unwrap_or_else(|error| panic!("{error}\n{old}")).0
}

fn one(steps: &'static [MigrationStep], old: &str) -> String {
    text(&[Migration { from: 1, to: 2, compatible: false, steps }], old, 1, 2).unwrap().0
}

#[test]
fn a_renamed_field_keeps_its_line_with_its_comments_and_its_odd_spaces() {
    let old = "version = 1\n\n[network]   # ours\n\n# generous\n  timeout_secs   =   30   # for now\nother = 'x'\n";
    let new = "version = 2\n\n[network]   # ours\n\n# generous\n  timeout   =   \"30s\"   # for now\nother = 'x'\n";
    assert_eq!(up(old, 1, 2), new);
}

#[test]
fn a_moved_field_takes_its_comments_to_the_end_of_the_other_table() {
    let old = "version = 2\n[network]\na = 1\n# generous\n# and more\ntimeout = '30s' # for now\nb = 2\n\n[client]\nidle = '1m'\nretries = 1\n\n\
               [other]\nx = 1\n";
    let new = "version = 3\n[network]\na = 1\nb = 2\n\n[client]\nidle = 1\nretries = 1\n# generous\n# and more\n\
               timeout = '30s' # for now\n\n[other]\nx = 1\n";
    assert_eq!(up(old, 2, 3), new);
}

#[test]
fn a_table_that_is_not_there_is_made_and_one_that_is_left_empty_goes() {
    let old = "version = 2\n\n[network]\ntimeout = '30s' # for now";
    let new = "version = 3\n\n\n[client]\ntimeout = '30s' # for now\nretries = 3\n";
    assert_eq!(up(old, 2, 3), new);
}

#[test]
fn fields_between_braces_are_moved_in_and_out() {
    let old = "version = 2\nnetwork = { timeout = '30s', a = 1 }\nclient = { retries = 1 }\n";
    let new = "version = 3\nnetwork = { a = 1 }\nclient = { retries = 1, timeout = '30s' }\n";
    assert_eq!(up(old, 2, 3), new);
    let old = "version = 2\nclient = {}\n[network]\n# why\ntimeout = '30s' # so\n";
    assert_eq!(up(old, 2, 3), "version = 3\n# why\n# so\nclient = { timeout = '30s', retries = 3 }\n");
    let old = "version = 2\nnetwork = { timeout = '30s' }\nclient = {\n  retries = 1, # few\n}\n";
    assert_eq!(up(old, 2, 3), "version = 3\nclient = {\n  retries = 1, timeout = '30s', # few\n}\n");
}

#[test]
fn dotted_keys_stay_dotted() {
    let old =
        "version = 2\nnetwork.a = 1\nnetwork.timeout = '30s'\nclient.retries = 1\n\n[server]\nhost = 'h'\nport = 1\n";
    let new = "version = 3\nnetwork.a = 1\nclient.retries = 1\nclient.timeout = '30s'\n\n[server]\nbind = \"h:1\"\n";
    assert_eq!(up(old, 2, 3), new);
}

#[test]
fn elements_of_lists_are_changed_in_each_way_to_write_them() {
    let old = "version = 2\nclient.retries = 1\n[[listeners]]\nlabel = 'a'\n[[listeners]] # b\n'label' = 'b'\n";
    let new = "version = 3\nclient.retries = 1\n[[listeners]]\nname = 'a'\n[[listeners]] # b\nname = 'b'\n";
    assert_eq!(up(old, 2, 3), new);
    let old = "version = 2\nclient.retries = 1\nlisteners = [\n  { label = 'a' }, # first\n  {label='b'}\n]\n";
    assert_eq!(up(old, 2, 3), old.replace("label", "name").replace("version = 2", "version = 3"));
}

#[test]
fn a_table_is_renamed_in_all_its_headers() {
    const STEPS: &[MigrationStep] = &[
        MigrationStep::Rename { from: "net", to: "network" },
        MigrationStep::Move { from: "network.tls", to: "tls.peers" },
    ];
    let old = "version = 1\n[net]\na = 1\n[net.tls]\nb = 1 # b\n[[net.tls.keys]]\nc = 1\n[net.\"x y\"]\nd = 1\n";
    let new =
        "version = 2\n[network]\na = 1\n[tls.peers]\nb = 1 # b\n[[tls.peers.keys]]\nc = 1\n[network.\"x y\"]\nd = 1\n";
    assert_eq!(one(STEPS, old), new);
    let old = "version = 1\nnet.tls.b = 1\nnet.tls.c.d = 2\nnet.a = 1\n";
    assert_eq!(one(STEPS, old), "version = 2\nnetwork.a = 1\n\n[tls.peers]\nb = 1\n\n[tls.peers.c]\nd = 2\n");
}

#[test]
fn a_table_with_a_header_goes_between_braces_as_a_value() {
    let old = "version = 2\nclient = { retries = 1 }\n[network.timeout] # so\nsecs = 3 # three\n";
    let new = "version = 3\nclient = { retries = 1, timeout = { secs = 3 } }\n# so\n# three\n";
    assert_eq!(up(old, 2, 3), new);
}

#[test]
fn the_version_stands_at_the_top_of_a_file_that_named_none() {
    let added = |old: &str| one(&[], old);
    assert_eq!(added("# Title\n\n[a]\nb = 1\n"), "# Title\n\nversion = 2\n\n[a]\nb = 1\n");
    assert_eq!(added("# of a\n[a]\nb = 1\n"), "version = 2\n\n# of a\n[a]\nb = 1\n");
    assert_eq!(added("x = 1 # x\n\n[a]\n"), "x = 1 # x\nversion = 2\n\n[a]\n");
    assert_eq!(added(""), "version = 2\n");
    assert_eq!(added("# only this"), "# only this\nversion = 2\n");
    assert_eq!(added("\u{FEFF}[a]\nb = 1\n"), "\u{FEFF}version = 2\n\n[a]\nb = 1\n");
}

#[test]
fn line_ends_of_a_carriage_return_and_a_missing_last_one_stay() {
    let old = "version = 2\r\n[network]\r\ntimeout = '30s' # x\r\na = 1\r\n[client]\r\nretries = 1";
    let new = "version = 3\r\n[network]\r\na = 1\r\n[client]\r\nretries = 1\r\ntimeout = '30s' # x\r\n";
    assert_eq!(up(old, 2, 3), new);
    assert_eq!(up("version = 1 # x", 1, 2), "version = 2 # x");
}

#[test]
fn what_is_removed_leaves_its_comments() {
    const STEPS: &[MigrationStep] = &[MigrationStep::Remove { at: "colour", why: "nothing is shown" }];
    let old = "version = 1\n# bright\ncolour = [ # so\n  'red', # or\n] # not\nnext = 1\n";
    assert_eq!(one(STEPS, old), "version = 2\n# bright\n# so\n# or\n# not\nnext = 1\n");
    assert_eq!(one(STEPS, "version = 1\n[colour]\na = 1 # a\n[x]\n"), "version = 2\n# a\n[x]\n");
}

#[test]
fn a_value_that_is_replaced_leaves_the_comments_in_it() {
    const STEPS: &[MigrationStep] = &[MigrationStep::TableToDuration { at: "wait" }];
    let old = "version = 1\nwait = {\n  secs = 5, # five\n  nanos = 0,\n} # all\n";
    assert_eq!(one(STEPS, old), "version = 2\n# five\nwait = \"5s\" # all\n");
}

#[test]
fn what_is_added_is_written_as_toml_wants_it() {
    const LIST: Literal = Literal::List(&[Literal::Float(1.0), Literal::Bool(true)]);
    const STEPS: &[MigrationStep] = &[
        MigrationStep::Add { at: "a.\u{e9} b", value: Literal::Text("x\ny") },
        MigrationStep::Add { at: "list", value: LIST },
        MigrationStep::Add { at: "here", value: Literal::Integer(1) },
    ];
    let new = one(STEPS, "version = 1\nhere = 2\n");
    let tree = super::parsed(&new);
    assert_eq!(confgate::toml::inline(tree.get(&confgate::value::Path::dotted("list").0).unwrap()), "[1.0, true]");
    assert!(new.starts_with("version = 2\nhere = 2\nlist = [1.0, true]\n\n[a]\n\"\u{e9} b\" = "), "{new}");
}

#[test]
fn a_text_that_is_no_toml_or_cannot_be_migrated_is_refused() {
    match text(MIGRATIONS, "version = 1\nx =\n", 1, 2) {
        Err(error @ MigrateTextError::Syntax(_)) => assert!(error.to_string().starts_with("not TOML: "), "{error}"),
        other => panic!("{other:?}"),
    }
    match text(MIGRATIONS, "version = 1\nnetwork.peer = 'x'\n", 1, 2) {
        Err(error @ MigrateTextError::Problems(_)) => {
            assert_eq!(error.to_string(), "network.peer does not contain \":\", at which it is split");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn down_a_default_goes_and_another_value_is_in_the_way() {
    let (text_of, _) = text(MIGRATIONS, "version = 3\nclient.retries = 3\nclient.idle = 5\n", 3, 2).unwrap();
    assert_eq!(text_of, "version = 2\nclient.idle = \"300s\"\n");
    let refused = text(MIGRATIONS, "version = 3\nclient.retries = 9\n", 3, 2).unwrap_err();
    assert_eq!(refused.to_string(), "client.retries is unknown to the older version and differs from its default");
}
