//! Texts that look like secrets in fields that nobody marked: keys of well-known services by their form, and what is too
//! random to be a name.

use crate::diagnostics::{Severity, codes};
use crate::gate::RuleInfo;

/// The rule as it is listed beside those of a model.
pub const RULE: RuleInfo = RuleInfo {
    name: codes::SECRETS_LIKELY_SECRET.name,
    severity: Severity::Warning,
    why: "a text that looks like a key of a well-known service, or is as random as one, stands in no file in plain text",
    reads: &[],
    help: "write a reference in its place, or check with --accept secrets/likely-secret:FIELD where it is no secret",
};

/// The form of a well-known kind of key: what it begins with, how many letters follow at least, and what it is.
struct Form {
    start: &'static str,
    follow: usize,
    what: &'static str,
}

const FORMS: &[Form] = &[
    Form { start: "AKIA", follow: 16, what: "an access key of AWS" },
    Form { start: "ASIA", follow: 16, what: "an access key of AWS" },
    Form { start: "ghp_", follow: 36, what: "a token of GitHub" },
    Form { start: "gho_", follow: 36, what: "a token of GitHub" },
    Form { start: "ghs_", follow: 36, what: "a token of GitHub" },
    Form { start: "github_pat_", follow: 40, what: "a token of GitHub" },
    Form { start: "glpat-", follow: 20, what: "a token of GitLab" },
    Form { start: "xoxb-", follow: 20, what: "a token of Slack" },
    Form { start: "xoxp-", follow: 20, what: "a token of Slack" },
    Form { start: "sk_live_", follow: 20, what: "a key of Stripe" },
    Form { start: "AIza", follow: 35, what: "a key of Google" },
    Form { start: "hvs.", follow: 20, what: "a token of Vault" },
    Form { start: "AGE-SECRET-KEY-1", follow: 50, what: "an identity of age" },
];

/// What a text looks like, if it looks like a secret. `free` says whether its field takes any text: one with a form of its
/// own (an address, a hash) is as random as that form.
pub fn kind(text: &str, free: &dyn Fn() -> bool) -> Option<&'static str> {
    if text.starts_with("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    // Every key is a long word, and next to nothing else in a config is.
    if !has_long_word(text) {
        return None;
    }
    let begins = |rest: &str, form: &Form| {
        let follow = |word: &str| word.bytes().take_while(|byte| is_letter(*byte)).count() >= form.follow;
        rest.strip_prefix(form.start).is_some_and(follow)
    };
    if let Some(form) = words(text).find_map(|rest| FORMS.iter().find(|form| begins(rest, form))) {
        return Some(form.what);
    }
    if text.starts_with("eyJ") && text.split('.').count() == 3 {
        return Some("a JSON Web Token");
    }
    if text.contains("://hooks.slack.com/services/") {
        return Some("a webhook of Slack");
    }
    (is_random(text) && free()).then_some("a password or a key")
}

/// Whether a byte may stand within a key.
fn is_letter(byte: u8) -> bool {
    const LETTERS: [bool; 256] = {
        let mut letters = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            letters[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-');
            byte += 1;
        }
        letters
    };
    LETTERS[usize::from(byte)]
}

/// What begins with each word of a text, to the end of the text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let begins = move |at: &usize| is_letter(bytes[*at]) && (*at == 0 || !is_letter(bytes[*at - 1]));
    (0..bytes.len()).filter(begins).map(|at| &text[at..])
}

/// Whether as many letters, digits, `_` and `-` stand in a row as in the shortest of the keys.
fn has_long_word(text: &str) -> bool {
    const SHORTEST: usize = 16;
    let bytes = text.as_bytes();
    let mut start = 0;
    // Every text of every config comes here: from the end of a window, most of its bytes need no look.
    while let Some(window) = bytes.get(start..start + SHORTEST) {
        match window.iter().rposition(|byte| !is_letter(*byte)) {
            None => return true,
            Some(gap) => start += gap + 1,
        }
    }
    false
}

/// Whether a text is one long word of mixed letters and digits in no order that a name would have.
fn is_random(text: &str) -> bool {
    const SHORTEST: usize = 24;
    // English has some 4 bits in a letter of a text, base 64 of random bytes nearly 6, and short texts less of both.
    const BITS: f64 = 4.2;
    let has = |kind: fn(&char) -> bool| text.chars().any(|c| kind(&c));
    let word = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-'));
    text.len() >= SHORTEST
        && word
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
        && entropy(text) >= BITS
}

/// How many bits a letter of a text says, by how often each is in it.
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
    fn keys_of_well_known_services_are_known_by_their_form() {
        let letters = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6";
        for (text, what) in [
            (format!("AKIA{}", &letters.to_uppercase()[..16]), "an access key of AWS"),
            (format!("token ghp_{}", &letters[..36]), "a token of GitHub"),
            (format!("AGE-SECRET-KEY-1{}", letters.to_uppercase()), "an identity of age"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl".to_owned(), "a private key"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl".to_owned(), "a JSON Web Token"),
            (format!("https://hooks.slack.com/services/T0/B0/{}", &letters[..24]), "a webhook of Slack"),
        ] {
            assert_eq!(kind(&text, &|| false), Some(what), "{text}");
        }
    }

    #[test]
    fn a_random_word_is_one_where_any_text_may_stand() {
        let random = "tJ4x9Qm2ZpW7vKc1LhR8sYd3";
        assert_eq!(kind(random, &|| true), Some("a password or a key"));
        assert_eq!(kind(random, &|| false), None);
    }

    #[test]
    fn what_people_write_is_no_secret() {
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
        ] {
            assert_eq!(kind(text, &|| true), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}|[A-Za-z0-9_é-]{0,80}") {
            let _ = kind(&text, &|| true);
        }

        #[test]
        fn a_long_word_is_found_wherever_it_stands(text in "[a-z_ .é]{0,40}|[a-z]{10,20}[ é][a-z]{10,20}") {
            let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let longest = text.split(|c| !letter(c)).map(str::len).max().unwrap_or_default();
            prop_assert_eq!(has_long_word(&text), longest >= 16);
        }
    }
}
