//! The two readers held against each other: what the pass makes of a text is what the other one makes of it.

use std::path::{Path, PathBuf};
use std::{fs, iter};

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::toml::reader::{chunks, recovery, single_pass};
use crate::value::Table;

/// What both readers make of a text, when they agree: a tree and its places, or nothing where the pass gives up.
fn both(text: &str) -> Result<Option<Table>, String> {
    let (table, errors) = recovery::read(text);
    let passed = single_pass::read(text, 0..text.len());
    for cut in iter::successors(chunks::cut(text, 0), |cut| chunks::cut(text, *cut)) {
        let joined = chunks::read_cut(text, &[cut]);
        if joined.is_some() && format!("{joined:?}") != format!("{passed:?}") {
            return Err(format!("differs in two parts, cut at {cut}\n{text}\n{joined:#?}\n{passed:#?}"));
        }
    }
    match &passed {
        Some(_) if !errors.is_empty() => Err(format!("passes, and has mistakes: {errors:?}\n{text}")),
        // Equality ignores places; the other form does not.
        Some(passed) if format!("{passed:?}") != format!("{table:?}") => {
            Err(format!("differ on\n{text}\n{passed:#?}\n{table:#?}"))
        }
        None if errors.is_empty() && !text.contains('.') => Err(format!("has no mistake, and does not pass:\n{text}")),
        _ => Ok(passed),
    }
}

fn passes(text: &str) -> bool {
    both(text).unwrap().is_some()
}

/// Returns the folders of the corpus, each with a config.
fn cases() -> Vec<PathBuf> {
    let folders =
        |path: PathBuf| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let cases: Vec<PathBuf> = folders(corpus).flat_map(folders).collect();
    assert!(cases.len() > 100, "{cases:?}");
    cases
}

/// Returns the configs of the corpus, valid and invalid.
fn corpus() -> Vec<String> {
    // Some cases are in Nix, and some are not text.
    cases().iter().filter_map(|case| fs::read_to_string(case.join("config.toml")).ok()).collect()
}

/// Words of the language, and of its mistakes.
fn word() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
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
    select(WORDS).prop_map(str::to_owned)
}

/// A statement, most often a sound one, of few names, so that they meet.
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
        1 => word().prop_map(|word| word + "\n"),
        1 => word().prop_map(|word| format!("a={word}\n")),
        1 => (word(), word()).prop_map(|(one, other)| format!("  b = [ {one},{other} ] # x\n")),
    ]
}

/// A config of the corpus after some changes: pieces taken out, written twice, or replaced by a word.
fn changed() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), 0_usize..12, 0_u8..3, word());
    (select(corpus()), prop::collection::vec(change, 0..4)).prop_map(|(mut text, changes)| {
        for (at, length, kind, word) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain(iter::once(text.len())).collect();
            let start = at.index(places.len());
            let range = places[start]..places[(start + length).min(places.len() - 1)];
            let new = match kind {
                0 => String::new(),
                1 => text[range.clone()].repeat(2),
                _ => word,
            };
            text.replace_range(range, &new);
        }
        text
    })
}

fn tries(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(tries(2000))]

    #[test]
    fn both_agree_on_any_text(text in "(\\PC|\n|[\\[\\]{}=\"'.,#0-9a-c_-]){0,80}") {
        both(&text).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn both_agree_on_words_in_any_order(words in prop::collection::vec(word(), 0..24)) {
        both(&words.concat()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn both_agree_on_statements_in_any_order(statements in prop::collection::vec(statement(), 0..10)) {
        both(&statements.concat()).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn both_agree_on_changed_configs(text in changed()) {
        both(&text).map_err(TestCaseError::fail)?;
    }
}

#[test]
fn what_is_admitted_is_read_in_one_pass() {
    for case in cases().iter().filter(|case| case.join("admitted.txt").exists()) {
        let Ok(text) = fs::read_to_string(case.join("config.toml")) else { continue };
        assert!(passes(&text), "{text}");
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
        assert!(passes(text), "{text}");
    }
}

/// Every place where a text may be cut, and whether it comes apart there.
fn cuts(text: &str) -> Vec<(&str, bool)> {
    both(text).unwrap();
    let all = iter::successors(chunks::cut(text, 0), |cut| chunks::cut(text, *cut));
    all.map(|cut| (&text[cut..], chunks::read_cut(text, &[cut]).is_some())).collect()
}

#[test]
fn a_text_is_cut_between_the_tables_of_a_list() {
    let text = "[a]\nx = 1\n[[b]]\n[b.c]\n[[b.d]]\n[[b]] # note\n[[b.d]]\n[[e]]\n[f]\n";
    let apart = [("[[b]]\n[b.c]", true), ("[[b]] # note", true), ("[[e]]\n", true)];
    let cut = cuts(text);
    assert_eq!(cut.len(), apart.len(), "{cut:?}");
    assert!(cut.iter().zip(apart).all(|(cut, apart)| cut.0.starts_with(apart.0) && cut.1 == apart.1), "{cut:?}");
}

#[test]
fn a_text_whose_parts_share_more_than_a_list_is_read_in_one_piece() {
    for text in [
        // A table that goes on.
        "[a.b]\n[[x]]\n[a.c]\n",
        // No header, but a text of several lines.
        "x = \"\"\"\n[[x]]\n\"\"\"\n",
        "x = '''\n[[x]]\n'''\n",
        // What was closed is opened again.
        "x = 1\n[[x]]\n",
        "x = [{ a = 1 }]\n[[x]]\n",
        "[x]\n[[x]]\n",
        "[x.y]\n[[x]]\n",
    ] {
        let cut = cuts(text);
        assert!(cut.len() == 1 && !cut[0].1, "{cut:?}");
    }
}

#[test]
fn a_large_text_is_the_same_in_as_many_parts_as_there_are_cores() {
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
fn what_was_closed_is_not_opened_again() {
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
        assert!(!passes(text), "{text}");
    }
}

#[test]
fn depth_has_the_same_end_for_both() {
    for depth in [1, 78, 79, 80, 81, 82, 500] {
        let nested = |open: &str, close: &str| format!("x = {}{}\n", open.repeat(depth), close.repeat(depth));
        assert_eq!(passes(&nested("[", "]")), depth <= 80, "{depth}");

        assert_eq!(passes(&format!("x = {}1{}\n", "{ a = ".repeat(depth), " }".repeat(depth))), depth <= 80);
        assert_eq!(passes(&format!("{}x = 1\n", "a.".repeat(depth))), depth < 80);
        assert_eq!(passes(&format!("[{}x]\n", "a.".repeat(depth))), depth < 80);
        both(&format!("x = {{ {}x = {}{} }}\n", "a.".repeat(depth), "[".repeat(depth), "]".repeat(depth))).unwrap();
    }
}
