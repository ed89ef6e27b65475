//! The list of all codes, and lookups by name.

use crate::diagnostics::codes::code::Code;
use crate::diagnostics::codes::{
    BUNDLE_ALTERED, COMPATIBLE_NARROWED, COMPATIBLE_REMOVED, COMPATIBLE_REQUIRED, COMPATIBLE_VERSION,
    ENVIRONMENT_AGREES, ENVIRONMENT_MISSING_VARIABLE, ENVIRONMENT_NOT_NAMED, ENVIRONMENT_SERVICE_LINK,
    ENVIRONMENT_TWO_VARIABLES, ENVIRONMENT_UNKNOWN, ENVIRONMENT_UNKNOWN_VARIABLE, FILE_CHANGING, FILE_GONE,
    FILE_TWO_CONFIGS, FILE_UNREADABLE, FLAGS_COMPARISON, FLAGS_DEFAULT_VARIANT, FLAGS_EVALUATOR, FLAGS_EXPIRED,
    FLAGS_INCOMPLETE, FLAGS_MIXED_TYPES, FLAGS_OPERANDS, FLAGS_RAMP, FLAGS_TOO_LARGE, FLAGS_UNKNOWN_ATTRIBUTE,
    FLAGS_UNKNOWN_FLAG, FLAGS_UNKNOWN_OPERATOR, FLAGS_UNKNOWN_VARIANT, FLAGS_WEIGHTS, JSON_SYNTAX, MIGRATE_CONFLICT,
    MIGRATE_VALUE, NIX_ARGUMENT, NIX_CONFLICT, NIX_FLOAT_PRECISION, NIX_MISPLACED, NIX_MODULE, NIX_NO_VALUE,
    PROFILES_NOTHING_ELSE, PROFILES_RESTART, PROFILES_UNKNOWN, RUNTIME_PANIC, RUNTIME_TIMEOUT, SCHEMA_DEPRECATED,
    SCHEMA_INVALID_DEFAULT, SCHEMA_NO_TYPE, SCHEMA_NOT_FOUND, SCHEMA_NOT_NAMED, SCHEMA_RETIRED_KEY, SCHEMA_TWO_SCHEMAS,
    SCHEMA_UNKNOWN_KEY, SCHEMA_WHOLE, SECRETS_IN_STORE, SECRETS_LIKELY_SECRET, SECRETS_LINE_END, SECRETS_MISSING,
    SECRETS_NO_PLAIN_TEXT, SECRETS_PROVIDER, SECRETS_PROVIDERS, SECRETS_READABLE, SECRETS_SEALED, TOML_SYNTAX,
    VERSION_NEWER, VERSION_OLDER, VERSION_UNKNOWN, YAML_SYNTAX,
};
use crate::diagnostics::suggest;

/// Every code, sorted by name.
pub const ALL: &[Code] = &[
    BUNDLE_ALTERED,
    COMPATIBLE_NARROWED,
    COMPATIBLE_REMOVED,
    COMPATIBLE_REQUIRED,
    COMPATIBLE_VERSION,
    ENVIRONMENT_AGREES,
    ENVIRONMENT_MISSING_VARIABLE,
    ENVIRONMENT_NOT_NAMED,
    ENVIRONMENT_SERVICE_LINK,
    ENVIRONMENT_TWO_VARIABLES,
    ENVIRONMENT_UNKNOWN,
    ENVIRONMENT_UNKNOWN_VARIABLE,
    FILE_CHANGING,
    FILE_GONE,
    FILE_TWO_CONFIGS,
    FILE_UNREADABLE,
    FLAGS_COMPARISON,
    FLAGS_DEFAULT_VARIANT,
    FLAGS_EVALUATOR,
    FLAGS_EXPIRED,
    FLAGS_INCOMPLETE,
    FLAGS_MIXED_TYPES,
    FLAGS_OPERANDS,
    FLAGS_RAMP,
    FLAGS_TOO_LARGE,
    FLAGS_UNKNOWN_ATTRIBUTE,
    FLAGS_UNKNOWN_FLAG,
    FLAGS_UNKNOWN_OPERATOR,
    FLAGS_UNKNOWN_VARIANT,
    FLAGS_WEIGHTS,
    JSON_SYNTAX,
    MIGRATE_CONFLICT,
    MIGRATE_VALUE,
    NIX_ARGUMENT,
    NIX_CONFLICT,
    NIX_FLOAT_PRECISION,
    NIX_MISPLACED,
    NIX_MODULE,
    NIX_NO_VALUE,
    PROFILES_NOTHING_ELSE,
    PROFILES_RESTART,
    PROFILES_UNKNOWN,
    RUNTIME_PANIC,
    RUNTIME_TIMEOUT,
    SCHEMA_DEPRECATED,
    SCHEMA_INVALID_DEFAULT,
    SCHEMA_NO_TYPE,
    SCHEMA_NOT_FOUND,
    SCHEMA_NOT_NAMED,
    SCHEMA_RETIRED_KEY,
    SCHEMA_TWO_SCHEMAS,
    SCHEMA_UNKNOWN_KEY,
    SCHEMA_WHOLE,
    SECRETS_IN_STORE,
    SECRETS_LIKELY_SECRET,
    SECRETS_LINE_END,
    SECRETS_MISSING,
    SECRETS_NO_PLAIN_TEXT,
    SECRETS_PROVIDER,
    SECRETS_PROVIDERS,
    SECRETS_READABLE,
    SECRETS_SEALED,
    TOML_SYNTAX,
    VERSION_NEWER,
    VERSION_OLDER,
    VERSION_UNKNOWN,
    YAML_SYNTAX,
];

/// Finds the code with this name.
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.binary_search_by(|code| code.name.cmp(name)).ok().map(|index| &ALL[index])
}

/// Tells whether a code has this name.
pub fn is_registered(name: &str) -> bool {
    find(name).is_some()
}

/// Finds the name of `known`, or of a code, that is nearest to `name`, if one is near enough to be a typo.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    suggest::nearest(name, known.into_iter().chain(ALL.iter().map(|code| code.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_name_has_an_area_and_stands_once() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name), "sorted, each name once");
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        for code in ALL {
            let (area, mistake) = code.name.split_once('/').unwrap();
            assert!(word(area) && word(mistake), "{}", code.name);
            assert_eq!(find(code.name), Some(code));
        }
        assert_eq!(find("toml/syntaxes"), None);
    }

    #[test]
    fn every_text_is_a_sentence() {
        for code in ALL {
            for text in [code.what, code.why, code.fix] {
                assert!(text.ends_with('.') && !text.contains("  "), "{}: {text}", code.name);
            }
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_is_found() {
        assert_eq!(nearest("toml/sintax", []), Some("toml/syntax"));
        assert_eq!(nearest("game/bet-ordered", ["game/bets-ordered"]), Some("game/bets-ordered"));
        assert_eq!(nearest("entirely/else", []), None);
    }
}
