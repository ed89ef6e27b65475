//! The words that make the name of a key sound like that of a secret.
//!
//! This is the only list of such words. It decides where the schema does not: for fields without `x-secret`, for unknown and
//! misspelt keys, and for lines that cannot be parsed.

use std::borrow::Cow;

use crate::diagnostics::similar_names;

/// The words, in lower case and without separators: `api_key` and `API-KEY` both contain `apikey`.
pub const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passwrod",
    "passcode",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "webhook",
    "credential",
    "privatekey",
    "apikey",
];

/// Words at the end of a name that say that the field is about a secret and does not hold one: `token_count`, `password_file`.
const ABOUT: &[&str] = &[
    "age",
    "alg",
    "algorithm",
    "allowed",
    "audience",
    "backend",
    "bits",
    "claim",
    "claims",
    "count",
    "counts",
    "days",
    "digits",
    "dir",
    "directory",
    "disabled",
    "enabled",
    "endpoint",
    "engine",
    "env",
    "expiration",
    "expires",
    "expiry",
    "field",
    "file",
    "files",
    "folder",
    "format",
    "header",
    "hours",
    "interval",
    "issuer",
    "iterations",
    "kind",
    "len",
    "length",
    "lifetime",
    "limit",
    "limits",
    "location",
    "max",
    "method",
    "min",
    "minutes",
    "mode",
    "mount",
    "ms",
    "name",
    "names",
    "parser",
    "path",
    "paths",
    "policy",
    "prefix",
    "provider",
    "region",
    "required",
    "rotation",
    "rounds",
    "scheme",
    "scope",
    "scopes",
    "seconds",
    "secs",
    "size",
    "source",
    "store",
    "strength",
    "timeout",
    "tokenizer",
    "ttl",
    "type",
    "uri",
    "url",
    "validator",
    "var",
    "window",
];

/// Words at the beginning of a name that say that the field switches or counts something.
const SWITCHES: &[&str] = &[
    "allow", "check", "count", "disable", "enable", "has", "hide", "is", "log", "mask", "max", "min", "num", "print",
    "redact", "require", "rotate", "show", "use", "validate", "verify",
];

/// The length of the longest name that is compared with others, in bytes.
const MAX_NAME_BYTES: usize = 128;

/// Words that differ in one letter from one of the [`WORDS`] and mean something else.
const OTHER_WORDS: &[&str] = &["passed", "secrete", "secretes"];

/// The length of the shortest word whose misspellings are recognized without a schema. Shorter words have many neighbors.
const SHORTEST_MISSPELT: usize = 6;

/// Tells whether the name of a field says that it holds a secret, also if one letter of that word is wrong.
pub fn names_secret(key: &str) -> bool {
    has_secret_word(key) && !is_about_secret(key, &letters(key))
}

/// Tells whether a name has a word, or two words together, that differ in one letter from one of the [`WORDS`]: `pasword`,
/// `db_passwrd`, `api_kye`.
pub fn misspells_word(key: &str) -> bool {
    // A text that is much longer than any name is not a misspelt one.
    key.len() <= MAX_NAME_BYTES && any_run(key, |run| WORDS.iter().any(|word| differs_in_one_letter(run, word)))
}

/// Tells whether a name has a word for a secret, also if one letter of it is wrong and whatever else the name says.
pub fn has_secret_word(key: &str) -> bool {
    contains_word(&letters(key)) || misspells_word(key)
}

/// Tells whether a key that no schema describes may be the misspelt name of a secret, in the broad sense of [`resembles`].
pub fn resembles_word(key: &str) -> bool {
    let is_near = |run: &str| run.len() >= 4 && WORDS.iter().any(|word| resembles(run, word));
    key.len() <= MAX_NAME_BYTES && any_run(key, is_near) && !is_about_secret(key, &letters(key))
}

/// Tells whether a word of a name, or two words in sequence, have a property.
fn any_run(key: &str, has: impl Fn(&str) -> bool) -> bool {
    let words = similar_names::words(key);
    words.iter().any(|word| has(word)) || words.windows(2).any(|pair| has(&pair.concat()))
}

fn differs_in_one_letter(run: &str, word: &str) -> bool {
    // Most words are told apart by their lengths and ends, and a comparison takes longer.
    let is_candidate = word.len() >= SHORTEST_MISSPELT
        && run.len().abs_diff(word.len()) <= 1
        && (run.chars().next() == word.chars().next() || run.chars().next_back() == word.chars().next_back());
    is_candidate && strsim::damerau_levenshtein(run, word) <= 1 && !OTHER_WORDS.contains(&run)
}

/// Tells whether the name of a field says that it is about a secret and does not hold one.
fn is_about_secret(key: &str, letters: &str) -> bool {
    let words = similar_names::words(key);
    let is_one_of = |word: Option<&String>, list: &[&str]| word.is_some_and(|word| list.contains(&word.as_str()));
    // The address of a webhook is the secret.
    let is_webhook = letters.contains("webhook");
    words.len() > 1 && is_one_of(words.first(), SWITCHES)
        || is_one_of(words.last(), ABOUT) && !is_webhook
        || letters.contains("tokeniz") && !contains_word(&letters.replace("tokeniz", ""))
}

/// Tells whether the keys on the way to a value say that it is a secret: its own name, or that of a table of secrets.
pub fn path_names_secret<'k>(keys: impl Iterator<Item = &'k str>) -> bool {
    let keys: Vec<&str> = keys.collect();
    let Some((last, tables)) = keys.split_last() else { return false };
    let letters = letters(last);
    names_secret(last) || !is_about_secret(last, &letters) && tables.iter().any(|table| names_secrets(table))
}

/// Tells whether a name is the plural of a word for a secret, as tables of secrets are called.
pub fn names_secrets(key: &str) -> bool {
    letters(key).strip_suffix('s').is_some_and(|singular| WORDS.iter().any(|word| singular.ends_with(word)))
}

/// Tells whether a name ends with a word for a secret: `pin_secret`, in contrast to `token_count`.
pub fn ends_as_secret(key: &str) -> bool {
    let letters = letters(key);
    WORDS.iter().any(|word| letters.ends_with(word))
}

/// Tells whether a name may be a misspelling of another one, in a broad sense: a secret under a misspelt name is masked, and a
/// value that is masked needlessly does no harm.
pub fn resembles(name: &str, known: &str) -> bool {
    // A text that is much longer than any name is not a misspelt one, and the comparison is quadratic.
    if name.len() > MAX_NAME_BYTES || known.len() > MAX_NAME_BYTES {
        return false;
    }
    let (wanted, other) = (normalized(name), normalized(known));
    let missing_word = wanted.len() >= 4
        && (other.strip_suffix(&*wanted).is_some_and(|rest| rest.ends_with('_'))
            || other.strip_prefix(&*wanted).is_some_and(|rest| rest.starts_with('_')));
    let prefix = wanted.len() >= 4 && other.starts_with(&*wanted) && other.len() <= wanted.len() + 4;
    let tolerance = (wanted.chars().count() / 3).max(1);
    // Names whose lengths differ by more are further apart: a character has one to four bytes.
    let widest = if wanted.is_ascii() && other.is_ascii() { tolerance } else { 4 * tolerance };
    let is_near = wanted.len().abs_diff(other.len()) <= widest;
    let may_be_near = is_near && letters_apart(&wanted, &other) <= widest;
    missing_word || prefix || may_be_near && strsim::damerau_levenshtein(&wanted, &other) <= tolerance
}

/// Returns a number of bytes in which two names differ whatever their order is. Each edit of a byte changes it by at most one, so that it
/// tells most names apart in a small part of the time of a comparison.
fn letters_apart(name: &str, other: &str) -> usize {
    // Bytes that share a place can only make the number smaller.
    const PLACES: usize = 32;
    let mut counts = [0_i16; PLACES];
    name.bytes().for_each(|byte| counts[usize::from(byte) % PLACES] += 1);
    other.bytes().for_each(|byte| counts[usize::from(byte) % PLACES] -= 1);
    let more: i16 = counts.iter().map(|count| (*count).max(0)).sum();
    let less: i16 = counts.iter().map(|count| (-count).max(0)).sum();
    usize::from(more.max(less).unsigned_abs())
}

/// Returns a name in the form in which names are compared. Most names have it, and need no copy.
fn normalized(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Cow::Borrowed(name);
    }
    name.to_lowercase().replace('-', "_").into()
}

/// Tells whether `letters`, which come from [`letters`], contain one of the [`WORDS`].
pub fn contains_word(letters: &str) -> bool {
    WORDS.iter().any(|word| letters.contains(word))
}

/// Tells whether a key that no schema describes has the name of a secret. Any kind of key counts here, because a field
/// name such as `signing_key` cannot be looked up.
pub fn is_secret_name(name: &str) -> bool {
    let letters = letters(name);
    contains_word(&letters) || letters.contains("key") || misspells_word(name)
}

/// Reduces a name to its letters, in lower case, so that separators make no difference.
pub fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_case_make_no_difference() {
        for name in ["api_key", "API-KEY", "db.Password2", "signing_key", "ACCESS_TOKEN"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["listen_port", "log_level", "url"] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(contains_word(&letters("alert-Webhook")) && !contains_word(&letters("public_key")));
    }

    #[test]
    fn a_field_about_a_secret_does_not_hold_one() {
        for name in
            ["token_count", "show_tokens", "password_min_length", "secret_file", "tokenizer", "token-url", "maxTokens"]
        {
            assert!(!names_secret(name), "{name}");
        }
        for name in ["secret_key", "webhook_url", "db_password", "API_TOKEN", "secret_id", "password_hash"] {
            assert!(names_secret(name), "{name}");
        }
        assert!(
            path_names_secret(["tokens", "ci"].into_iter()) && !path_names_secret(["secrets", "provider"].into_iter())
        );
        assert!(!path_names_secret(["token", "issuer"].into_iter()) && !path_names_secret(["app", "name"].into_iter()));
    }

    #[test]
    fn one_wrong_letter_in_a_word_for_a_secret_makes_no_difference() {
        for name in
            ["pasword", "passwordd", "db_pasword", "passwrd", "PasswOrt", "api_kye", "secert", "passprase", "webhok"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in ["passed", "passport", "keyword", "crossword", "pasword_file", "token", "pass"] {
            assert!(!misspells_word(name) || name == "pasword_file", "{name}");
        }
        assert!(!names_secret("pasword_file"));
        for name in ["paswrd", "pass", "tokn", "toekn", "secet_key", "dbPaswrd"] {
            assert!(resembles_word(name), "{name}");
        }
        for name in ["listen_port", "host", "user", "pasword_file", "timeout"] {
            assert!(!resembles_word(name), "{name}");
        }
    }

    #[test]
    fn letters_tell_names_apart_only_where_a_comparison_would() {
        let names =
            ["password", "pasword", "drowssap", "p", "", "hook_url", "url_hook", "listen_port", "pässwörd", "ключ"];
        for name in names {
            for other in names {
                let bytes = |text: &str| text.bytes().map(char::from).collect::<String>();
                let distance = strsim::damerau_levenshtein(&bytes(name), &bytes(other));
                assert!(letters_apart(name, other) <= distance, "{name} {other}");
            }
        }
        assert_eq!((letters_apart("password", "drowssap"), letters_apart("listen_port", "password")), (0, 7));
    }

    #[test]
    fn a_misspelt_name_resembles_the_right_one() {
        assert!(resembles("pasword", "password") && resembles("hook", "hook_url") && resembles("pwdd", "pwd"));
        assert!(!resembles("listen_port", "password"));
    }
}
