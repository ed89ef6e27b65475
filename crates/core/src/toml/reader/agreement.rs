//! Differential tests of the two paths: the single pass and the recovery path give the same tree, with the same origins.

use std::path::{Path, PathBuf};
use std::{fs, iter};

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::toml::reader::{chunks, recovery, sections, single_pass};
use crate::value::Table;

/// Reads a text on both paths. Returns the tree of the single pass, `None` where it gives up, or a description of the
/// difference.
fn compare(text: &str) -> Result<Option<Table>, TestCaseError> {
    let (table, errors) = recovery::read(text);
    let passed = single_pass::read(text, 0..text.len());
    if let Err(doubt) = passed
        && let Some((in_section, found)) = sections::read(text, doubt)
        && (format!("{in_section:?}"), &found) != (format!("{table:?}"), &errors)
    {
        return Err(TestCaseError::fail(format!(
            "recovery differs in a section, {doubt:?}\n{text}\n{in_section:#?}\n{found:#?}\n{table:#?}\n{errors:#?}"
        )));
    }
    let passed = passed.ok();
    for split in iter::successors(chunks::next_split(text, 0), |split| chunks::next_split(text, *split)) {
        let joined = chunks::read_parts(text, &[split]);
        if joined.is_some() && format!("{joined:?}") != format!("{passed:?}") {
            return Err(TestCaseError::fail(format!(
                "differs in two parts, split at {split}\n{text}\n{joined:#?}\n{passed:#?}"
            )));
        }
    }
    match &passed {
        Some(_) if !errors.is_empty() => {
            Err(TestCaseError::fail(format!("the pass accepts a text with mistakes: {errors:?}\n{text}")))
        }
        // Compare the debug form: equality ignores origins.
        Some(passed) if format!("{passed:?}") != format!("{table:?}") => {
            Err(TestCaseError::fail(format!("the trees differ on\n{text}\n{passed:#?}\n{table:#?}")))
        }
        None if errors.is_empty() && !text.contains('.') => {
            Err(TestCaseError::fail(format!("the pass gives up on a valid text:\n{text}")))
        }
        _ => Ok(passed),
    }
}

fn is_accepted(text: &str) -> bool {
    compare(text).unwrap().is_some()
}

/// Returns the directories of the corpus, each with a config.
fn cases() -> Vec<PathBuf> {
    let directories =
        |path: PathBuf| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let cases: Vec<PathBuf> = directories(corpus).flat_map(directories).collect();
    assert!(cases.len() > 100, "{cases:?}");
    cases
}

/// Reads the configs of the corpus, valid and invalid.
fn corpus() -> Vec<String> {
    // Some cases are in Nix, and some are not UTF-8.
    cases().iter().filter_map(|case| fs::read_to_string(case.join("config.toml")).ok()).collect()
}

/// Generates tokens of TOML and common mistakes.
fn token() -> impl Strategy<Value = String> {
    const TOKENS: &[&str] = &[
        "a",
        "b",
        "c.d",
        "a.b",
        " . ",
        "\"a\"",
        "'b'",
        "\"\"",
        "\"\\u0061\"",
        "\"x\\ty\"",
        "'''m'''",
        "\"\"\"m\n\"\"\"",
        "\"\"\"a\\\n b\"\"\"",
        "\"\"\"\r\na\r\nb\\r\r\n\"\"\"",
        "'''a\r\n'''",
        "\"\"\"a\r\r\n\"\"\"",
        "'",
        "\"",
        "\\",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "=",
        " = ",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "# note\n",
        "#\u{1}\n",
        "1",
        "-1",
        "+0",
        "01",
        "0x1F",
        "0b2",
        "1_0",
        "_1",
        "1.5",
        "1e3",
        "-0.0",
        "inf",
        "-nan",
        "true",
        "false",
        "tru",
        "1979-05-27",
        "07:32:00",
        "1979-05-27 07:32:00Z",
        "1979-13-27",
        "9223372036854775807",
        "9223372036854775808",
        "é",
        "\u{FEFF}",
        "\u{7F}",
    ];
    select(TOKENS).prop_map(str::to_owned)
}

/// Generates statements, most of them valid, from few names, so that they collide.
fn statement() -> impl Strategy<Value = String> {
    let name = || select(&["a", "b", "c", "\"a\"", "a.b", "b.a", "a.b.c", "a . b", "c.c.c.c"][..]);
    let single = select(&["1", "0", "-7", "1.5", "'x'", "\"y\"", "\"\\n\"", "true", "1979-05-27", "[]", "{}"][..]);
    let value = single.prop_map(str::to_owned).prop_recursive(3, 12, 3, move |inner| {
        let entry = (name(), inner.clone()).prop_map(|(name, value)| format!("{name} = {value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec(entry.clone(), 0..4).prop_map(|all| format!("{{ {} }}", all.join(", "))),
            prop::collection::vec(entry, 0..3).prop_map(|all| format!("{{\n{}\n}}", all.join(",\n"))),
        ]
    });
    let name = || select(&["a", "b", "c", "\"a\"", "a.b", "b.a", "a.b.c", "a . b", "c.c.c.c"][..]);
    prop_oneof![
        6 => (name(), value).prop_map(|(name, value)| format!("{name} = {value}\n")),
        3 => name().prop_map(|name| format!("[{name}]\n")),
        2 => name().prop_map(|name| format!("[[{name}]]\n")),
        1 => token().prop_map(|token| token + "\n"),
        1 => token().prop_map(|token| format!("a={token}\n")),
        1 => (token(), token()).prop_map(|(one, other)| format!("  b = [ {one},{other} ] # x\n")),
    ]
}

/// Generates texts of several top-level tables, each with statements.
fn sections() -> impl Strategy<Value = String> {
    let header = select(&["[a]", "[b]", "[d]", "[e-1] # note", "[[f]]", "[[f]]", "[[g]]\r"][..]);
    let section = (header, prop::collection::vec(statement(), 0..4));
    prop::collection::vec(section, 1..6)
        .prop_map(|all| all.iter().map(|(header, statements)| format!("{header}\n{}", statements.concat())).collect())
}

/// Applies edits to texts: pieces removed, repeated or replaced by a token.
fn mutated(texts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let change = (any::<Index>(), 0_usize..12, 0_u8..3, token());
    (texts, prop::collection::vec(change, 0..4)).prop_map(|(mut text, changes)| {
        for (at, length, kind, token) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain(iter::once(text.len())).collect();
            let start = at.index(places.len());
            let range = places[start]..places[(start + length).min(places.len() - 1)];
            let new = match kind {
                0 => String::new(),
                1 => text[range.clone()].repeat(2),
                _ => token,
            };
            text.replace_range(range, &new);
        }
        text
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn both_agree_on_any_text(text in "(\\PC|\n|[\\[\\]{}=\"'.,#0-9a-c_-]){0,80}") {
        compare(&text)?;
    }

    #[test]
    fn both_agree_on_tokens_in_any_order(tokens in prop::collection::vec(token(), 0..24)) {
        compare(&tokens.concat())?;
    }

    #[test]
    fn both_agree_on_statements_in_any_order(statements in prop::collection::vec(statement(), 0..10)) {
        compare(&statements.concat())?;
    }

    #[test]
    fn both_agree_on_mutated_configs(text in mutated(select(corpus()))) {
        compare(&text)?;
    }

    #[test]
    fn both_agree_on_mutated_sections(text in mutated(sections())) {
        compare(&text)?;
    }
}

#[test]
fn every_valid_config_of_the_corpus_is_read_in_one_pass() {
    for case in cases().iter().filter(|case| case.join("admitted.txt").exists()) {
        let Ok(text) = fs::read_to_string(case.join("config.toml")) else { continue };
        assert!(is_accepted(&text), "{text}");
    }
}

#[test]
fn tables_may_come_in_any_order() {
    for text in [
        "[a.b]\nx = 1\n[a]\ny = 2\n",
        "[a.b.c]\n[z]\n[a]\nb.d = 1\n[a.e]\n",
        "[[a]]\n[a.b]\nx = 1\n[[a]]\n[a.b]\nx = 2\n[[a.c]]\n[[a.c]]\ny = 3\n",
        "a.b.c = 1\na.d = { e.f = 2, e.g = 3 }\na.b.h = [{ i = 4 }, { i.j = 5 }]\n",
        "[a]\nb.c = 1\n[a.d]\n[a.b.e]\n",
        "\"\" = 1\n[\"x.y\"]\n'' = 2\n",
    ] {
        assert!(is_accepted(text), "{text}");
    }
}

/// Returns the rest of the text after each split, and whether the parts are independent.
fn splits(text: &str) -> Vec<(&str, bool)> {
    compare(text).unwrap();
    iter::successors(chunks::next_split(text, 0), |split| chunks::next_split(text, *split))
        .map(|split| (&text[split..], chunks::read_parts(text, &[split]).is_some()))
        .collect()
}

#[test]
fn a_text_is_split_between_the_tables_of_a_list() {
    let text = "[a]\nx = 1\n[[b]]\n[b.c]\n[[b.d]]\n[[b]] # note\n[[b.d]]\n[[e]]\n[f]\n";
    let expected = [("[[b]]\n[b.c]", true), ("[[b]] # note", true), ("[[e]]\n", true)];
    let found = splits(text);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    let agree =
        |(split, expected): (&(&str, bool), (&str, bool))| split.0.starts_with(expected.0) && split.1 == expected.1;
    assert!(found.iter().zip(expected).all(agree), "{found:?}");
}

#[test]
fn a_text_whose_parts_share_more_than_a_list_is_read_as_a_whole() {
    for text in [
        // A table that continues.
        "[a.b]\n[[x]]\n[a.c]\n",
        // A multi-line string in place of a header.
        "x = \"\"\"\n[[x]]\n\"\"\"\n",
        "x = '''\n[[x]]\n'''\n",
        // A closed value is reopened.
        "x = 1\n[[x]]\n",
        "x = [{ a = 1 }]\n[[x]]\n",
        "[x]\n[[x]]\n",
        "[x.y]\n[[x]]\n",
    ] {
        let found = splits(text);
        assert!(found.len() == 1 && !found[0].1, "{found:?}");
    }
}

#[test]
fn a_large_text_reads_the_same_in_parallel() {
    let element = |index: usize| format!("[[relays]]\nname = \"{index}\"\n[relays.limits]\nmost = {index}\n\n");
    let text: String = (0..20_000).map(element).collect();
    assert!(text.len() > 4 * crate::parallel::LARGE);
    let mixed = text.replacen("\"7\"", "\"\"\"\n7\"\"\"", 1) + "[other.a]\n[[relays]]\n[other.b]\n";
    for text in [text, mixed] {
        let whole = single_pass::read(&text, 0..text.len()).unwrap();
        assert_eq!(format!("{:?}", chunks::read(&text).unwrap()), format!("{whole:?}"));
    }
}

#[test]
fn a_closed_table_is_not_reopened() {
    for text in [
        "a = 1\na = 2\n",
        "a = 1\na.b = 2\n",
        "[a]\n[a]\n",
        "[a]\nb.c = 1\n[a.b]\n",
        "[a.b]\n[a]\nb.c = 1\n[a.b]\n",
        "a = {}\n[a.b]\n",
        "a = {}\na.b = 1\n",
        "a = { b = {}, b.c = 1 }\n",
        "a = []\n[[a]]\n",
        "[[a]]\n[a]\n",
        "[a]\n[[a]]\n",
        "[[a]]\n[b]\n[a.b]\n[a.b]\n",
        "[a.b]\n[c]\n[a]\nb = 1\n",
        "a = 9223372036854775808\n",
    ] {
        assert!(!is_accepted(text), "{text}");
    }
}

#[test]
fn both_have_the_same_depth_limit() {
    for depth in [1, 78, 79, 80, 81, 82, 500] {
        let nested = |open: &str, close: &str| format!("x = {}{}\n", open.repeat(depth), close.repeat(depth));
        assert_eq!(is_accepted(&nested("[", "]")), depth <= 80, "{depth}");

        assert_eq!(is_accepted(&format!("x = {}1{}\n", "{ a = ".repeat(depth), " }".repeat(depth))), depth <= 80);
        assert_eq!(is_accepted(&format!("{}x = 1\n", "a.".repeat(depth))), depth < 80);
        assert_eq!(is_accepted(&format!("[{}x]\n", "a.".repeat(depth))), depth < 80);
        compare(&format!("x = {{ {}x = {}{} }}\n", "a.".repeat(depth), "[".repeat(depth), "]".repeat(depth))).unwrap();
    }
}
