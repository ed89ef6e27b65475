//! The shares of `fractional`, and all of targeting, beside npm's flagd-core: one by one, and by vectors that are committed.

use std::fmt::Write;
use std::fs;

use confgate::flags::{EvaluationContext, Explanation, FlagSet, FlagsFile, Step, flagd_configuration};
use confgate_test_support::root;
use serde_json::{Value as Json, json};

use crate::peers::flagd_core;

/// Weights of the variants a, b, c and d.
const WEIGHTINGS: [&[(&str, i64)]; 5] = [
    &[("a", 50), ("b", 50)],
    &[("a", 1), ("b", 99)],
    &[("a", 10), ("b", 20), ("c", 30), ("d", 40)],
    &[("a", 1), ("b", 1), ("c", 1)],
    &[("a", 1_000_000_000), ("b", 1_147_483_647)],
];

fn file(json: Json) -> FlagsFile {
    serde_json::from_value(json).unwrap()
}

/// Returns a flag for each weighting.
fn weighted() -> FlagsFile {
    let flags = WEIGHTINGS.iter().enumerate().map(|(index, weights)| {
        let entries: Vec<Json> = weights.iter().map(|(variant, weight)| json!([variant, weight])).collect();
        let variants: serde_json::Map<String, Json> =
            weights.iter().map(|(variant, _)| ((*variant).to_owned(), json!(variant))).collect();
        (format!("share-{index}"), json!({ "variants": variants, "targeting": { "fractional": entries } }))
    });
    file(json!({ "flags": flags.collect::<serde_json::Map<_, _>>() }))
}

/// Returns keys of many forms and lengths, which depend on their number alone. All are ASCII: the hash of npm's package takes UTF-16 units in
/// place of bytes, and selects other buckets than flagd itself for the rest.
fn key(number: usize) -> String {
    match number % 5 {
        0 => format!("user-{number}"),
        1 => format!("{:08x}-{:04x}-4000-8000-{number:012x}", number * 2_654_435_761 % (1 << 32), number % 65_536),
        2 => format!("{number}@example.org"),
        3 => "session/".repeat(number % 7 + 1) + &number.to_string(),
        _ => number.to_string(),
    }
}

fn selected(flags: &FlagSet, flag: &str, key: &str) -> String {
    let context = EvaluationContext::new().targeting_key(key);
    flags.evaluate(flag, &context).unwrap().variant().unwrap_or("-").to_owned()
}

/// The vectors: a line for each key, with the variant of each weighting.
fn vectors(select: &dyn Fn(usize, &str) -> String) -> String {
    let mut text =
        String::from("# key\tvariants of the weightings, as npm's @openfeature/flagd-core 4.0.1 selects them\n");
    for number in 0..200 {
        let key = key(number * 7);
        let variants: Vec<String> = (0..WEIGHTINGS.len()).map(|weighting| select(weighting, &key)).collect();
        writeln!(text, "{key}\t{}", variants.concat()).unwrap();
    }
    text
}

#[test]
fn the_shares_are_those_of_the_committed_vectors() {
    let file = weighted();
    let now = vectors(&|weighting, key| selected(file.flags(), &format!("share-{weighting}"), key));
    let committed = fs::read_to_string(root().join("tests/flags/bucketing.tsv")).unwrap();
    assert!(now == committed, "buckets moved: each user would get another variant");
}

#[test]
fn keys_beyond_ascii_are_hashed_as_utf_8() {
    let file = weighted();
    for number in 0..200 {
        let key = "ключ-é-鍵-".chars().cycle().skip(number % 7).take(number % 37 + 1).collect::<String>()
            + &number.to_string();
        let context = EvaluationContext::new().targeting_key(key.as_str());
        for weighting in 0..WEIGHTINGS.len() {
            let flag = format!("share-{weighting}");
            let explanation = Explanation::of(file.document(), &flag, &context, None);
            let Some(Step::Share { bucket: Some(bucket), .. }) = explanation.steps.first() else {
                panic!("{explanation:?}")
            };
            assert_eq!(bucket.variant, selected(file.flags(), &flag, &key), "{key}");
        }
    }
}

#[test]
fn a_key_that_has_a_variant_keeps_it_as_its_share_grows() {
    let share = |percent: i64| {
        file(json!({ "flags": { "ramp": {
            "variants": { "on": true, "off": false },
            "targeting": { "fractional": [["on", percent], ["off", 100 - percent]] },
        } } }))
    };
    let steps: Vec<FlagsFile> = [1, 5, 25, 50, 99, 100].map(share).into_iter().collect();
    let mut counts = vec![0; steps.len()];
    for number in 0..2_000 {
        let key = key(number);
        let on: Vec<bool> = steps.iter().map(|step| selected(step.flags(), "ramp", &key) == "on").collect();
        assert!(on.is_sorted(), "{key}: {on:?}");
        on.iter().enumerate().filter(|(_, on)| **on).for_each(|(step, _)| counts[step] += 1);
    }
    for (count, share) in counts.iter().zip([0.01, 0.05, 0.25, 0.5, 0.99, 1.0]) {
        let error = (f64::from(*count) / 2_000.0 - share).abs();
        assert!(error < 0.035, "{counts:?}");
    }
}

#[test]
#[ignore = "needs Node.js and the packages of target/peers"]
fn the_shares_of_ten_thousand_keys_and_five_weightings_are_those_of_flagd_core() {
    let file = weighted();
    let keys: Vec<String> = (0..10_000).map(key).collect();
    let contexts: Vec<Json> = keys.iter().map(|key| json!({ "targetingKey": key })).collect();
    let results = flagd_core(&flagd_configuration(file.document()).unwrap(), &contexts);
    let mut compared = 0;
    for (key, flags) in keys.iter().zip(&results) {
        for weighting in 0..WEIGHTINGS.len() {
            let flag = format!("share-{weighting}");
            assert_eq!(flags[&flag]["variant"], json!(selected(file.flags(), &flag, key)), "{key} {flag}");
            compared += 1;
        }
    }
    assert_eq!(compared, 50_000);
    let of_peer = vectors(&|weighting, key| {
        let number = keys.iter().position(|other| other == key).unwrap();
        results[number][format!("share-{weighting}")]["variant"].as_str().unwrap().to_owned()
    });
    let path = root().join("tests/flags/bucketing.tsv");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &of_peer).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == of_peer,
        "the vectors are not those of flagd-core: UPDATE=1 writes them"
    );
}

/// Expressions for which both evaluators are compared, and the contexts that each is evaluated in.
fn expressions() -> Vec<Json> {
    let var = |name: &str| json!({ "var": name });
    let decide = |condition: Json| json!({ "if": [condition, "yes", "no"] });
    vec![
        decide(json!({ "==": [var("plan"), "pro"] })),
        decide(json!({ "===": [var("n"), 3] })),
        decide(json!({ "!=": [var("plan"), "pro"] })),
        decide(json!({ "!==": [var("n"), "3"] })),
        decide(json!({ ">": [var("n"), 2] })),
        decide(json!({ "<": [1, var("n"), 5] })),
        decide(json!({ "<=": [var("n"), 3] })),
        decide(json!({ "in": [var("plan"), ["pro", "team"]] })),
        decide(json!({ "in": ["@example", var("email")] })),
        decide(json!({ "starts_with": [var("email"), "a@"] })),
        decide(json!({ "ends_with": [var("email"), ".org"] })),
        decide(json!({ "sem_ver": [var("version"), ">=", "1.2.0"] })),
        decide(json!({ "sem_ver": [var("version"), "^", "1.0.0"] })),
        decide(json!({ "sem_ver": [var("version"), "~", "1.2.0"] })),
        decide(json!({ "and": [var("plan"), { ">": [var("n"), 1] }] })),
        decide(json!({ "or": [{ "==": [var("n"), 7] }, { "==": [var("plan"), "pro"] }] })),
        decide(json!({ "!": [var("plan")] })),
        decide(json!({ "!!": [var("n")] })),
        decide(json!({ "some": [var("tags"), { "==": [var(""), "x"] }] })),
        decide(json!({ "all": [var("tags"), { "in": [var(""), ["x", "y"]] }] })),
        decide(json!({ "none": [var("tags"), { "==": [var(""), "z"] }] })),
        decide(json!({ "==": [{ "%": [var("n"), 2] }, 1] })),
        decide(json!({ "==": [{ "+": [var("n"), 1] }, 4] })),
        decide(json!({ "==": [{ "cat": [var("plan"), "-", "x"] }, "pro-x"] })),
        decide(json!({ "==": [{ "substr": [var("email"), 0, 1] }, "a"] })),
        decide(json!({ "==": [{ "var": ["missing", "default"] }, "default"] })),
        decide(json!({ "missing": ["plan"] })),
        decide(json!({ ">": [{ "max": [var("n"), 2] }, 2] })),
        decide(json!({ "==": [var("geo.country"), "DE"] })),
        json!({ "if": [{ "==": [var("plan"), "pro"] }, "yes", null] }),
        json!({ "if": [{ "==": [var("plan"), "pro"] }, "unknown", "no"] }),
        json!({ "fractional": [{ "cat": [var("$flagd.flagKey"), var("email")] }, ["yes", 30], ["no", 70]] }),
        json!({ "fractional": [var("missing"), ["yes", 30], ["no", 70]] }),
        json!({ "fractional": [["yes"], ["no"]] }),
        json!({ "fractional": [["yes", { "+": [var("n"), 1] }], ["no", 5]] }),
        json!({ "if": [{ ">=": [var("$flagd.timestamp"), 1_000_000_000] }, "yes", "no"] }),
        var("choice"),
        decide(json!({ "==": [0, var("n")] })),
        decide(json!({ "==": ["", var("plan")] })),
        decide(json!({ "!=": [var("n"), ""] })),
        decide(json!({ "starts_with": [var("n"), "3"] })),
        decide(json!({ "ends_with": [var("email"), ""] })),
        decide(json!({ "starts_with": ["3", var("n")] })),
    ]
}

fn contexts() -> Vec<Json> {
    vec![
        json!({}),
        json!({ "targetingKey": "u1", "plan": "pro", "n": 3, "email": "a@example.org", "version": "1.2.3", "tags": ["x", "y"], "geo": { "country": "DE" }, "choice": "yes" }),
        json!({ "targetingKey": "u2", "plan": "free", "n": 0, "email": "b@example.com", "version": "2.0.0-rc.1", "tags": [], "choice": "no" }),
        json!({ "targetingKey": "", "plan": "", "n": "3", "email": "", "version": "v1.3", "tags": ["z"], "choice": "other" }),
        json!({ "targetingKey": "u4", "plan": null, "n": 2.5, "version": "1", "tags": ["x", "z"], "geo": "DE" }),
        json!({ "targetingKey": "u5", "plan": true, "n": -1, "version": "not a version", "email": "a@" }),
    ]
}

/// Differences that are known: index of the expression, index of the context, and the reason.
const DIFFERENCES: &[(usize, usize, &str)] = &[
    (0, 5, "npm's engine refuses to compare a boolean with a text, which are not equal"),
    (2, 5, "npm's engine refuses to compare a boolean with a text, which are not equal"),
    (15, 5, "npm's engine refuses to compare a boolean with a text, which are not equal"),
    (29, 5, "npm's engine refuses to compare a boolean with a text, which are not equal"),
    (30, 5, "npm's engine refuses to compare a boolean with a text, which are not equal"),
    (19, 0, "all of an absent list is false in JSON Logic, and true in npm's engine"),
    (19, 5, "all of an absent list is false in JSON Logic, and true in npm's engine"),
    (24, 0, "a part of an absent text is empty, and an error in npm's engine"),
    (24, 4, "a part of an absent text is empty, and an error in npm's engine"),
    (31, 0, "an absent text is joined as nothing, and by npm's engine as the word of its language"),
    (31, 4, "an absent text is joined as nothing, and by npm's engine as the word of its language"),
    (
        32,
        1,
        "an absent text to hash is replaced by the targeting key, as in flagd itself; npm's package selects nothing",
    ),
    (
        32,
        2,
        "an absent text to hash is replaced by the targeting key, as in flagd itself; npm's package selects nothing",
    ),
    (
        32,
        4,
        "an absent text to hash is replaced by the targeting key, as in flagd itself; npm's package selects nothing",
    ),
    (
        32,
        5,
        "an absent text to hash is replaced by the targeting key, as in flagd itself; npm's package selects nothing",
    ),
    (39, 2, "a number is not equal to the empty text, which JavaScript converts to 0"),
    (34, 4, "a computed weight that is not whole counts as 1, and npm's package selects nothing"),
];

#[test]
#[ignore = "needs Node.js and the packages of target/peers"]
fn targeting_is_evaluated_as_flagd_core_does() {
    let flags: serde_json::Map<String, Json> = expressions()
        .into_iter()
        .enumerate()
        .map(|(index, rule)| {
            let variants = json!({ "yes": "YES", "no": "NO" });
            (format!("{index:02}"), json!({ "variants": variants, "defaultVariant": "no", "targeting": rule }))
        })
        .collect();
    let file = file(json!({ "flags": flags }));
    let results = flagd_core(&flagd_configuration(file.document()).unwrap(), &contexts());
    let mut different = Vec::new();
    for (number, (context, expected)) in contexts().iter().zip(&results).enumerate() {
        for (index, rule) in expressions().iter().enumerate() {
            let key = format!("{index:02}");
            let context = EvaluationContext::from_json(context).unwrap();
            let own = match file.flags().evaluate(&key, &context) {
                Ok(evaluation) => json!([evaluation.variant(), evaluation.reason().name()]),
                Err(error) => json!([error.code()]),
            };
            let theirs = match expected[&key]["errorCode"].as_str() {
                Some(code) => json!([code]),
                None => json!([expected[&key]["variant"], expected[&key]["reason"]]),
            };
            let is_known = DIFFERENCES.iter().any(|(rule, context, _)| (*rule, *context) == (index, number));
            if (own != theirs) != is_known {
                different.push(format!("{index} {rule} in context {number}: {own}, and flagd-core {theirs}"));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
