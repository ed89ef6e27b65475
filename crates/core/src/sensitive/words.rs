//! The words that make the name of a key sound like that of a secret.
//!
//! This is the only list of such words. It decides where a schema does not: for unknown and misspelt keys, and for lines
//! that cannot be parsed.

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

/// Tells whether `letters`, which come from [`letters`], contain one of the [`WORDS`].
pub fn contains_word(letters: &str) -> bool {
    WORDS.iter().any(|word| letters.contains(word))
}

/// Tells whether a key that no schema describes has the name of a secret. Any kind of key counts here, because a field
/// name such as `signing_key` cannot be looked up.
pub fn is_secret_name(name: &str) -> bool {
    let letters = letters(name);
    contains_word(&letters) || letters.contains("key")
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
}
