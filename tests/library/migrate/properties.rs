//! Properties of every migrated text, tried on generated ones.

use confgate::migrate::{self, MigrateTextError, Route, Scope};
use confgate::value::{Node, Path, Table, Value};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::model::MIGRATIONS;
use super::{parsed, text};

/// Notation of a table.
#[derive(Debug, Clone, Copy)]
enum Style {
    Header,
    Dotted,
    Braces,
}

/// Fields of version 1: table, name, valid values, and true if a migration changes the field.
const FIELDS: &[(&str, &str, &[&str], bool)] = &[
    ("", "log", &["\"quiet\"", "'loud'", "\"normal\""], true),
    ("", "cache_kb", &["0", "1_000", "0x10"], true),
    ("", "id", &["'relay-7'", "\"b\""], false),
    ("", "colour", &["[1, 2]"], false),
    ("", "peer_password", &["'${SECRET_PEER}'"], true),
    ("network", "timeout_secs", &["30", "0", "86400"], true),
    ("network", "peer", &["'a:1'", "\"[::1]:65535\""], true),
    ("network", "mtu", &["1500", "{ a = 1, b = [1, 2] }"], false),
    ("server", "host", &["'::'", "\"h.example\""], true),
    ("server", "port", &["80"], true),
    ("server", "\"odd key\"", &["1979-05-27", "1e3"], false),
    ("client", "idle", &["'60s'", "\"7200s\"", "'120s'"], true),
    ("client", "grace", &["{ secs = 5, nanos = 0 }"], false),
];

/// Generates a valid text of version 1 in any layout, each line with a comment of its own.
fn old_text() -> impl Strategy<Value = String> {
    let fields = subsequence((0..FIELDS.len()).collect::<Vec<_>>(), 0..=FIELDS.len()).prop_shuffle();
    let styles = prop::collection::vec(select(vec![Style::Header, Style::Dotted, Style::Braces]), 3);
    let order = Just(vec!["network", "server", "client"]).prop_shuffle();
    let values = prop::collection::vec(any::<prop::sample::Index>(), FIELDS.len());
    let listeners = prop::collection::vec("[a-z]{1,4}", 0..3);
    (fields, styles, order, values, listeners, any::<bool>(), any::<bool>()).prop_map(
        |(fields, styles, order, values, listeners, crlf, last)| {
            let both = fields.iter().filter(|field| FIELDS[**field].0 == "server").count();
            let of = |table: &str| {
                // SystemContext and port are joined, so a config with one of them alone was invalid before.
                let fields =
                    fields.iter().filter(move |field| FIELDS[**field].0 == table && (table != "server" || both == 3));
                fields.map(|field| (FIELDS[*field].1, values[*field].get(FIELDS[*field].2))).collect::<Vec<_>>()
            };
            let line = |prefix: &str, (key, value): &(&str, &&str)| {
                let name = key.replace('"', "");
                format!("# above {prefix}{name}\n{prefix}{key} = {value} # at {prefix}{name}\n")
            };
            let mut top = String::from("# first\n\nversion = 1\n");
            top.extend(of("").iter().map(|field| line("", field)));
            let mut sections = String::new();
            for (table, style) in order.iter().zip(&styles) {
                let fields = of(table);
                match style {
                    _ if fields.is_empty() => {}
                    Style::Header => {
                        sections += &format!("\n[{table}] # in {table}\n");
                        sections.extend(fields.iter().map(|field| line("", field)));
                    }
                    Style::Dotted => top.extend(fields.iter().map(|field| line(&format!("{table}."), field))),
                    Style::Braces => {
                        let inside: Vec<String> =
                            fields.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                        top += &format!("{table} = {{ {} }} # in {table}\n", inside.join(", "));
                    }
                }
            }
            sections.extend(listeners.iter().map(|label| format!("\n[[listeners]]\n# a label\nlabel = '{label}'\n")));
            let text = top + &sections;
            let text = if crlf { text.replace('\n', "\r\n") } else { text };
            if last { text } else { text.trim_end().to_owned() }
        },
    )
}

/// Removes empty tables: a step that removes the last field of a table removes the table.
fn without_empty(node: Node) -> Node {
    let Value::Table(table) = node.value else { return node };
    let entries = table.into_iter().map(|(key, node)| (key, without_empty(node)));
    let kept: Table = entries.filter(|(_, node)| node.as_table().is_none_or(|table| !table.is_empty())).collect();
    Node::generated(Value::Table(kept))
}

fn on_tree(tree: &mut Node, from: u64, to: u64) -> migrate::MigrationOutcome {
    let route = Route::between(MIGRATIONS, from, to).unwrap();
    migrate::migrate_tree(tree, &route, &Scope::without_overlays(&Path::dotted("version")))
}

/// Returns the comments of a text, sorted.
fn comments(text: &str) -> Vec<&str> {
    let mut comments: Vec<&str> =
        text.lines().filter_map(|line| line.split_once('#')).map(|(_, it)| it.trim_end()).collect();
    comments.sort_unstable();
    comments
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_and_its_tree_are_migrated_to_the_same(old in old_text(), to in 1u64..=4) {
        let mut tree = parsed(&old);
        let on_tree = on_tree(&mut tree, 1, to);
        let (new, on_text) = text(MIGRATIONS, &old, 1, to).unwrap();
        prop_assert_eq!(parsed(&new), tree);
        prop_assert_eq!(on_text, on_tree);
    }

    #[test]
    fn up_and_down_again_a_config_is_as_it_was(old in old_text(), top in 1u64..=3) {
        let before = parsed(&old);
        let mut tree = before.clone();
        prop_assert_eq!(on_tree(&mut tree, 1, top).problems, []);
        prop_assert_eq!(on_tree(&mut tree, top, 1).problems, []);
        prop_assert_eq!(without_empty(tree), without_empty(before.clone()));
        let (new, _) = text(MIGRATIONS, &old, 1, top).unwrap();
        let (again, _) = text(MIGRATIONS, &new, top, 1).unwrap();
        prop_assert_eq!(without_empty(parsed(&again)), without_empty(before));
    }

    #[test]
    fn every_comment_stays_and_every_line_that_is_not_touched(old in old_text(), to in 1u64..=4) {
        let (new, _) = text(MIGRATIONS, &old, 1, to).unwrap();
        prop_assert_eq!(comments(&new), comments(&old), "{}", new);
        let new: Vec<&str> = new.split_inclusive('\n').map(|line| line.trim_end_matches(['\r', '\n'])).collect();
        let untouched = ["odd key", "mtu", "first", "above id", "above colour", "label'"];
        let braces = |line: &str| line.contains("= {") && line.contains("# in");
        for line in old.lines().filter(|line| untouched.iter().any(|word| line.contains(word)) && !braces(line)) {
            prop_assert!(new.contains(&line) || to >= 3 && line.starts_with("label"), "{line:?} in {new:#?}");
        }
    }

    #[test]
    fn step_by_step_is_as_good_as_at_once(old in old_text()) {
        let (at_once, _) = text(MIGRATIONS, &old, 1, 4).unwrap();
        let by_step = (1..4).fold(old, |old, version| text(MIGRATIONS, &old, version, version + 1).unwrap().0);
        prop_assert_eq!(parsed(&by_step), parsed(&at_once));
    }

    #[test]
    fn a_config_that_is_there_already_stays_to_the_byte(old in old_text(), to in 1u64..=4) {
        let (new, _) = text(MIGRATIONS, &old, 1, to).unwrap();
        let (again, migrated) = text(MIGRATIONS, &new, to, to).unwrap();
        prop_assert_eq!(again, new);
        prop_assert_eq!(migrated.changes, []);
    }

    #[test]
    fn no_text_makes_it_panic_or_loses_its_layout(pieces in prop::collection::vec(piece(), 0..24), from in 1u64..=4, to in 1u64..=4) {
        let old = pieces.concat();
        let Ok(route) = Route::between(MIGRATIONS, from, to) else { return Ok(()) };
        let done = migrate::migrate_text("x", &old, &route, &Scope::without_overlays(&Path::dotted("version")));
        prop_assert!(!matches!(done, Err(MigrateTextError::Layout)), "{}", old);
    }
}

/// Generates fragments of TOML in any order.
fn piece() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "version = 1\n",
        "cache_kb = 1\n",
        "cache_bytes = 2\n",
        "[network]\n",
        "[client]\n",
        "[server]\n",
        "timeout = '1s'\n",
        "network.timeout = '2s'\n",
        "network = { timeout = '3s', peer = 'a:1' }\n",
        "network.peer = 'b:2'\n",
        "peer = 'c:3'\n",
        "[network.timeout]\nsecs = 3\n",
        "timeout_secs = 4\n",
        "client = {}\n",
        "client.grace.secs = 1\n",
        "[client.grace]\n",
        "secs = 7\n",
        "host = 'h'\n",
        "port = 8\n",
        "server = { host = 'h', port = 1, }\n",
        "[[listeners]]\n",
        "label = 'l'\n",
        "[listeners.more]\n",
        "listeners = [{ label = 'm' }, 1, [], { 'label' = 2 # x\n }]\n",
        "log = 'loud'\n",
        "log = 1\n",
        "colour = 1\n",
        "[colour]\n",
        "colour.a.b = 1\n",
        "# c\n",
        "\n",
        "  ",
        "\t",
        "\r\n",
        "\u{FEFF}",
        "'' = 1\n",
        "[[network]]\n",
        "[network.sub]\n",
        "[[network.sub]]\n",
        "idle = '1h'\n",
        "client.idle = 60\n",
        "x = [\n",
        "]\n",
        "{ ",
        "}",
        "'''",
        "id = 'relay-'\n",
        "retries = 3\n",
        "client.retries = 4\n",
        "passphrase = 1\n",
        "peer_password = 1\n",
        "server.bind = 'x:1'\n",
    ];
    prop_oneof![8 => select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}
