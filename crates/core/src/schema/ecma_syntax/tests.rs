use proptest::prelude::*;

use super::*;
use crate::schema::validator::KeyPattern;

#[test]
fn what_the_engine_writes_differently_is_translated() {
    for (pattern, other) in [
        (r"^\0$", r"^\x00$"),
        ("[^]", r"[\s\S]"),
        ("a[]b", r"a[^\s\S]b"),
        (r"\b[^]a]", r"\b[\s\S]a\]"),
        (r"[\b]", r"[\x08]"),
        (r"(a)(?<y>b)\k<y>1", r"(a)(?<y>b)\2(?:)1"),
        (r"^\uD83D\uDC32*$", r"^\u{1f432}*$"),
        (r"^(?=a)*(b)", r"^(?:|(?=a))(b)"),
        (r"(?!a){2,}?b(?=c){0}", r"(?!a)b(?:|(?=c))"),
        (r"[\d-a-z]", r"[\d\-a\-z]"),
        (r"[\w--]", r"[\w\-\-]"),
    ] {
        assert_eq!(translate(pattern).as_deref(), Some(other), "{pattern}");
    }
    for same in [
        r"\\0",
        r"[[]",
        r"(?<a>b)\k<y>",
        "^a$",
        r"\u0041",
        "\\",
        "[",
        r"[a-c-e]",
        "[a-]",
        "[-a]",
        r"a{2,}[\w-]",
        r"\p{L}",
        r"\u{1f432}",
        r"(a)\1",
        r"\x41\/\.\-",
        "[a&&b]",
    ] {
        assert_eq!(translate(same), None, "{same}");
    }
}

/// The verdicts are those of `new RegExp(pattern).test(text)` in Node.js 18.
#[test]
fn patterns_of_annex_b_match_as_in_javascript() {
    let mut wrong = Vec::new();
    for (pattern, good, bad) in PATTERNS {
        let Some(compiled) = KeyPattern::new(pattern) else {
            wrong.push((*pattern, "not read"));
            continue;
        };
        wrong.extend(good.iter().filter(|text| !compiled.matches(text)).map(|text| (*pattern, *text)));
        wrong.extend(bad.iter().filter(|text| compiled.matches(text)).map(|text| (*pattern, *text)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const PATTERNS: &[(&str, &[&str], &[&str])] = &[
    (r"^\${x}$", &["${x}"], &["$x"]),
    (r"^a{$", &["a{"], &["a"]),
    (r"a{,2}", &["a{,2}"], &["aa"]),
    (r"^[\w-.]$", &["-", ".", "w"], &["/"]),
    (r"^\a$", &["a"], &["\u{7}"]),
    (r"^\e$", &["e"], &["\u{1b}"]),
    (r"^\k$", &["k"], &[]),
    (r"^\c$", &["\\c"], &["c"]),
    (r"^\x4$", &["x4"], &["\u{4}"]),
    (r"^(?=a)*", &["a", "b"], &[]),
    (r"^\cA$", &["\u{1}"], &["cA"]),
    (r"^\u12$", &["u12"], &[]),
    (r"^x{1$", &["x{1"], &["x"]),
    (r"^{a}$", &["{a}"], &[]),
    (r"^}$", &["}"], &[]),
    (r"^]$", &["]"], &[]),
    (r"^a]$", &["a]"], &[]),
    (r"^\1$", &["\u{1}"], &[""]),
    (r"^\12$", &["\u{a}"], &["1"]),
    (r"^\8$", &["8"], &[]),
    (r"^[\c1]$", &["\u{11}"], &["c"]),
    (r"^[\c]$", &["\\", "c"], &[]),
    (r"^[\d-z]$", &["-", "z", "5"], &["y"]),
    (r"^[a-\d]$", &["a", "-", "5"], &["b"]),
    (r"^(?!a)+b", &["b"], &["a"]),
    (r"^\p$", &["p"], &[]),
    (r"^\-$", &["-"], &[]),
    (r"^\_$", &["_"], &[]),
    (r"^\ $", &[" "], &[]),
    (r#"^\"$"#, &["\""], &[]),
    (r"^\<a\>$", &["<a>"], &[]),
    (r"^\A$", &["A"], &[]),
    (r"^a\Z$", &["aZ"], &["a"]),
    (r"^\h$", &["h"], &[]),
    (r"^\G$", &["G"], &[]),
    (r"^\K$", &["K"], &[]),
    (r"^\R$", &["R"], &[]),
    (r"^\z$", &["z"], &[""]),
    (r"^\Q$", &["Q"], &[]),
    (r"^\x$", &["x"], &[]),
    (r"^[\x4]$", &["x", "4"], &[]),
    (r"^\k<a>$", &["k<a>"], &[]),
    (r"^\0$", &["\u{0}"], &[]),
    (r"^\01$", &["\u{1}"], &[]),
    (r"^[\1]$", &["\u{1}"], &[]),
    (r"^[\8]$", &["8"], &[]),
    (r"^[a&&b]$", &["&", "a", "b"], &[]),
    (r"^[[a]$", &["[", "a"], &[]),
    (r"^[a~~b]$", &["~", "a"], &[]),
    (r"^[[:alpha:]]$", &["a]", ":]"], &["x"]),
    (r"^\N$", &["N"], &[]),
    (r"^\H$", &["H"], &[]),
    (r"^\i$", &["i"], &[]),
    (r"^a{0}b$", &["b"], &[]),
    (r"(?<n>a)\k<n>", &["aa"], &[]),
    (r"a{,5}?", &["a{,5}", "a{,5"], &[]),
    (r"a{1,2}{", &["a{"], &[]),
    (r"^(?=a){2}a$", &["a"], &[]),
    (r"^[^\W-_]$", &["a"], &["-", "_"]),
    (r"^[\s-\d]$", &["-", "5", " "], &[]),
    (r"^\07$", &["\u{7}"], &[]),
    (r"^\u00e9$", &["é"], &[]),
    (r"^(a)\2$", &["a\u{2}"], &["a"]),
    (r"^(a)\10$", &["a\u{8}"], &["a"]),
    (r"^\d{,3}$", &["1{,3}"], &["1"]),
    (r"^\d{ 1 }$", &["1{ 1 }"], &[]),
];

proptest! {
    #[test]
    fn a_translation_is_its_own_translation(pattern in r"([\[\]{}()\\^?=!<>*+,:.-]|[0-9a-dkupxcwsb]|é){0,16}") {
        if let Some(other) = translate(&pattern) {
            let again = translate(&other).unwrap_or_else(|| other.clone());
            prop_assert_eq!(again, other, "{}", pattern);
        }
    }
}
