//! Detection of probable secrets in fields that are not marked: keys of well-known services by their form, and texts that
//! are too random to be names. Keys that have such a form are masked wherever a text is displayed ([`known_keys`]).
//!
//! The findings are reported as [`secrets/likely-secret`](crate::diagnostics::codes::SECRETS_LIKELY_SECRET).

use std::ops::Range;

use crate::byte_search::{has_upper_case, is_in_word, word_length};

/// The form of a well-known kind of key.
struct KeyForm {
    /// The text that every such key begins with.
    prefix: &'static str,
    /// The minimum number of letters behind the prefix.
    min_letters: usize,
    /// The kind, as a message names it.
    kind: &'static str,
}

const FORMS: &[KeyForm] = &[
    KeyForm { prefix: "AKIA", min_letters: 16, kind: "an access key of AWS" },
    KeyForm { prefix: "ASIA", min_letters: 16, kind: "an access key of AWS" },
    KeyForm { prefix: "ghp_", min_letters: 36, kind: "a token of GitHub" },
    KeyForm { prefix: "gho_", min_letters: 36, kind: "a token of GitHub" },
    KeyForm { prefix: "ghs_", min_letters: 36, kind: "a token of GitHub" },
    KeyForm { prefix: "github_pat_", min_letters: 40, kind: "a token of GitHub" },
    KeyForm { prefix: "glpat-", min_letters: 20, kind: "a token of GitLab" },
    KeyForm { prefix: "xoxb-", min_letters: 20, kind: "a token of Slack" },
    KeyForm { prefix: "xoxp-", min_letters: 20, kind: "a token of Slack" },
    KeyForm { prefix: "sk_live_", min_letters: 20, kind: "a key of Stripe" },
    KeyForm { prefix: "AIza", min_letters: 35, kind: "a key of Google" },
    KeyForm { prefix: DOTTED, min_letters: 20, kind: "a token of Vault" },
    KeyForm { prefix: "AGE-SECRET-KEY-1", min_letters: 50, kind: "an identity of age" },
];

/// The length of the shortest key, and of the shortest text that [`secret_kind`] finds something in.
pub const SHORTEST_KEY: usize = 16;

/// Returns the kind of secret that a text looks like. `is_free` tells whether the field takes any text: a text with a
/// required form (an address, a hash) may be random by that form.
pub fn secret_kind(text: &str, is_free: &dyn Fn() -> bool) -> Option<&'static str> {
    if text.starts_with(PEM_BEGIN) && text.contains(PEM_PRIVATE) {
        return Some("a private key");
    }
    // Every key is a long word, and almost no other text in a config is one.
    let mut long_words = long_words(text).peekable();
    long_words.peek()?;
    if let Some(form) = long_words.find_map(|start| form_of_long_word(text, start)) {
        return Some(form.kind);
    }
    if text.starts_with("eyJ") && text.split('.').count() == 3 {
        return Some("a JSON Web Token");
    }
    if text.contains(':') && text.contains(SLACK_WEBHOOK) {
        return Some("a webhook of Slack");
    }
    (is_random(text) && is_free()).then_some("a password or a key")
}

/// The beginning of a private key in PEM, up to the name of its algorithm.
const PEM_BEGIN: &str = "-----BEGIN ";

/// The end of the first and last lines of a private key in PEM.
const PEM_PRIVATE: &str = "PRIVATE KEY-----";

/// The beginning of the path of a webhook of Slack, whose rest is the secret.
const SLACK_WEBHOOK: &str = "://hooks.slack.com/services/";

/// The scheme of an `Authorization` header before its token.
const BEARER: &str = "Bearer ";

/// Returns the ranges of keys in a text that have the form of a well-known kind, in any order.
pub fn known_keys(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = private_key(text).into_iter().collect();
    if long_words(text).next().is_none() {
        return found;
    }
    found.extend(words(text).filter_map(|word| {
        let form = form_of(word)?;
        let start = text.len() - word.len();
        Some(start..start + form.prefix.len() + run_of_letters(&word[form.prefix.len()..]))
    }));
    found.extend(text.match_indices("eyJ").filter_map(|(start, _)| {
        let end = start + text[start..].bytes().take_while(|byte| is_in_word(*byte) || *byte == b'.').count();
        let parts: Vec<&str> = text[start..end].trim_end_matches('.').split('.').collect();
        let is_token = parts.len() == 3 && parts[..2].iter().all(|part| part.len() >= 8);
        is_token.then_some(start..end)
    }));
    found.extend(text.match_indices(SLACK_WEBHOOK).map(|(start, _)| {
        let path = start + SLACK_WEBHOOK.len();
        path..path + text[path..].bytes().take_while(|byte| is_in_word(*byte) || *byte == b'/').count()
    }));
    found.extend(text.match_indices(BEARER).filter_map(|(start, _)| {
        const SHORTEST: usize = 16;
        let token = start + BEARER.len();
        let is_part = |byte: &u8| is_in_word(*byte) || b".~+/=".contains(byte);
        let length = text[token..].bytes().take_while(is_part).count();
        (length >= SHORTEST).then_some(token..token + length)
    }));
    found
}

/// Returns the range of a private key in PEM, which ends with the text where its last line is missing.
fn private_key(text: &str) -> Option<Range<usize>> {
    let start = text.find(PEM_BEGIN)?;
    let line = text[start..].find("-----\n").or_else(|| text[start..].find("KEY-----"))?;
    let first = start + text[start..].find(PEM_PRIVATE).filter(|at| *at <= line)? + PEM_PRIVATE.len();
    let end = text[first..].find(PEM_PRIVATE).map_or(text.len(), |last| first + last + PEM_PRIVATE.len());
    Some(start..end)
}

fn run_of_letters(text: &str) -> usize {
    word_length(text.as_bytes())
}

/// Returns the form of the key that a text begins with.
fn form_of(text: &str) -> Option<&'static KeyForm> {
    let is_key =
        |form: &&KeyForm| text.strip_prefix(form.prefix).is_some_and(|word| run_of_letters(word) >= form.min_letters);
    // Most words begin with another letter than all forms.
    if text.bytes().next().is_some_and(is_first) { FORMS.iter().find(is_key) } else { None }
}

/// Tells whether a byte is the first one of a form.
fn is_first(byte: u8) -> bool {
    const FIRST: [bool; 256] = {
        let mut first = [false; 256];
        let mut form = 0;
        while form < FORMS.len() {
            first[FORMS[form].prefix.as_bytes()[0] as usize] = true;
            form += 1;
        }
        first
    };
    FIRST[usize::from(byte)]
}

/// Returns the rest of the text from the beginning of each word on whose first letter is that of a form.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let firsts = bytes.iter().enumerate().filter(|(_, byte)| is_first(**byte)).map(|(at, _)| at);
    firsts.filter(|at| at.checked_sub(1).is_none_or(|before| !is_in_word(bytes[before]))).map(|at| &text[at..])
}

/// Returns the start of each run of letters, digits, `_` and `-` that is as long as the shortest key.
fn long_words(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let mut next = 0;
    // This runs for every text of every config. Scanning each window from its end skips most of the bytes.
    std::iter::from_fn(move || {
        while let Some(window) = bytes.get(next..next + SHORTEST_KEY) {
            let start = next;
            let gap = window.iter().rposition(|byte| !is_in_word(*byte));
            next += gap.map_or(SHORTEST_KEY, |gap| gap + 1);
            let is_start = || start.checked_sub(1).is_none_or(|before| !is_in_word(bytes[before]));
            if gap.is_none() && is_start() {
                return Some(start);
            }
        }
        None
    })
}

/// Returns the form of the key that contains a long word: the word is the key, or the part of it behind a prefix that ends a word.
fn form_of_long_word(text: &str, start: usize) -> Option<&'static KeyForm> {
    let bytes = text.as_bytes();
    let prefix = start.checked_sub(DOTTED.len()).filter(|prefix| bytes[*prefix..].starts_with(DOTTED.as_bytes()));
    let is_word = |prefix: &usize| prefix.checked_sub(1).is_none_or(|before| !is_in_word(bytes[before]));
    let dotted = prefix.filter(is_word).and_then(|prefix| form_of(&text[prefix..]));
    dotted.or_else(|| form_of(&text[start..]))
}

/// The only prefix whose last byte is not a letter.
const DOTTED: &str = "hvs.";

/// Tells whether a text is one long word of mixed letters and digits with the entropy of random bytes, alone or as the value of a
/// variable: `NAME=value`.
fn is_random(text: &str) -> bool {
    const SHORTEST: usize = 24;
    // English has about 4 bits of entropy per letter, base64 of random bytes nearly 6; short texts have less.
    const MIN_BITS: f64 = 4.2;
    // Most long words are names or hashes, in letters of one case.
    if text.len() < SHORTEST || !has_upper_case(text) {
        return false;
    }
    // In base64, `=` is at the end.
    let text = text.trim_end_matches('=').rsplit('=').next().unwrap_or(text);
    if text.len() < SHORTEST {
        return false;
    }
    let classes = text.bytes().fold(0, |classes, byte| classes | class(byte));
    classes & OTHER == 0 && classes & MIXED == MIXED && entropy(text) >= MIN_BITS
}

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;
const MIXED: u8 = UPPER | LOWER | DIGIT;
const OTHER: u8 = 8;

/// Returns the class of a byte in a random word, as a bit. The other characters of base64 are in none.
fn class(byte: u8) -> u8 {
    const CLASSES: [u8; 256] = {
        let mut classes = [OTHER; 256];
        let mut byte = 0;
        while byte < 256 {
            classes[byte] = match byte as u8 {
                b'A'..=b'Z' => UPPER,
                b'a'..=b'z' => LOWER,
                b'0'..=b'9' => DIGIT,
                b'+' | b'/' | b'=' | b'_' | b'-' => 0,
                _ => OTHER,
            };
            byte += 1;
        }
        classes
    };
    CLASSES[usize::from(byte)]
}

/// Computes the Shannon entropy per byte, in bits.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_usize; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = counts.iter().filter(|count| **count > 0).map(|count| *count as f64 / length);
    -share.map(|share| share * share.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_well_known_services_are_recognized_by_their_form() {
        let letters = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6";
        for (text, what) in [
            (format!("AKIA{}", &letters.to_uppercase()[..16]), "an access key of AWS"),
            (format!("token ghp_{}", &letters[..36]), "a token of GitHub"),
            (format!("AGE-SECRET-KEY-1{}", letters.to_uppercase()), "an identity of age"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl".to_owned(), "a private key"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl".to_owned(), "a JSON Web Token"),
            (format!("https://hooks.slack.com/services/T0/B0/{}", &letters[..24]), "a webhook of Slack"),
        ] {
            assert_eq!(secret_kind(&text, &|| false), Some(what), "{text}");
        }
    }

    #[test]
    fn a_random_word_is_reported_where_any_text_is_allowed() {
        let random = "tJ4x9Qm2ZpW7vKc1LhR8sYd3";
        assert_eq!(secret_kind(random, &|| true), Some("a password or a key"));
        assert_eq!(secret_kind(random, &|| false), None);
        for text in [format!("TOKEN={random}"), format!("{random}=="), format!("TOKEN={random}=")] {
            assert_eq!(secret_kind(&text, &|| true), Some("a password or a key"), "{text}");
        }
    }

    #[test]
    fn ordinary_texts_are_not_secrets() {
        for text in [
            "BitCraps",
            "/var/lib/bitcraps/bitcraps.db",
            "postgresql://node:${SECRET_DB_PASSWORD}@db.example.net/bitcraps",
            "stun.l.google.com:19302",
            "a sentence with Words and 3 numbers in it, 1234567890",
            "bitcraps-node-production-eu-west-1a",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "AKIAshort",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaB1",
            "CLOUDSDK_COMPUTE_ZONE=europe-west1-b",
            "MY_LONG_VARIABLE_NAME=some-value-1",
        ] {
            assert_eq!(secret_kind(text, &|| true), None, "{text}");
        }
    }

    #[test]
    fn the_ranges_of_known_keys_are_those_of_the_keys_alone() {
        let letters = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6";
        let token = format!("ghp_{}", &letters[..36]);
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        for (text, keys) in [
            (format!("token={token}; next"), vec![token.clone()]),
            (format!("{token} and {token}"), vec![token.clone(), token.clone()]),
            (format!("a {jwt} b"), vec![jwt.to_owned()]),
            (format!("Bearer {}", &letters[..20]), vec![letters[..20].to_owned()]),
            (
                format!("https://hooks.slack.com/services/T0/B0/{}?a", &letters[..24]),
                vec![format!("T0/B0/{}", &letters[..24])],
            ),
            (
                "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y".to_owned(),
                vec!["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----".to_owned()],
            ),
            ("-----BEGIN PRIVATE KEY-----\nMIIE".to_owned(), vec!["-----BEGIN PRIVATE KEY-----\nMIIE".to_owned()]),
            ("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----".to_owned(), vec![]),
            ("Bearer ${SECRET_TOKEN} for a_long_name_of_a_field".to_owned(), vec![]),
        ] {
            let found: Vec<&str> = known_keys(&text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, keys, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in "\\PC{0,60}|[A-Za-z0-9_é-]{0,80}|(é|eyJ|Bearer |[.]|-----BEGIN |PRIVATE KEY-----|\n|ghp_[a-z]{30,40}|[a-z]{9,20}){0,12}"
        ) {
            let kind = secret_kind(&text, &|| true);
            prop_assert!(text.len() >= SHORTEST_KEY || kind.is_none());
            for range in known_keys(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }

        #[test]
        fn a_long_word_is_found_wherever_it_stands(text in "[a-z_ .é]{0,40}|[a-z]{10,20}[ é][a-z]{10,20}") {
            let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let longest = text.split(|c| !letter(c)).map(str::len).max().unwrap_or_default();
            prop_assert_eq!(long_words(&text).next().is_some(), longest >= 16);
        }

        #[test]
        fn a_key_is_found_in_its_long_word(
            text in "(hvs[.]|ghp_|AKIA|sk_live_|glpat-|[ .é-]|[a-zA-Z0-9]{1,4}|[a-zA-Z0-9]{16,40}){0,8}"
        ) {
            let kind = |form: Option<&KeyForm>| form.map(|form| form.kind);
            let found = long_words(&text).find_map(|start| form_of_long_word(&text, start));
            prop_assert_eq!(kind(found), kind(words(&text).find_map(form_of)));
        }
    }
}
