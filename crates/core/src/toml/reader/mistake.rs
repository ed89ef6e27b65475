//! The kinds of syntax errors.
//!
//! `toml` passes on the errors of `toml_parser` as a text: the description of the error, then what was expected there.
//! This file is the only one that reads that text, by comparing whole descriptions. A test fails when the version of the
//! parser changes, and another when it gives a description that is not in the list.

/// The kind of a syntax error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mistake {
    /// A control character in a string in double quotes.
    ControlCharacterInString,
    /// A control character in a string in single quotes, which has no escapes.
    ControlCharacterInLiteral,
    /// A control character in a comment.
    ControlCharacterInComment,
    /// A string without its closing quote, or a value without its opening one.
    OpenString,
    /// A carriage return without a newline.
    CarriageReturn,
    /// A backslash before a character that it does not escape.
    UnknownEscape,
    /// A backslash before spaces within a line of a multi-line string.
    EscapedSpace,
    /// An escape with too few digits.
    EscapeDigits,
    /// An escape with a number that is not one of a character.
    UnicodeEscape,
    /// A key without `=`.
    KeyWithoutValue,
    /// A key with a character that needs quotes.
    InvalidKey,
    /// No key where one belongs.
    EmptyKey,
    /// A key in three quotes.
    MultiLineKey,
    /// A key or table that is defined a second time.
    DuplicateKey,
    /// Keys below a value that takes none; the type of the value.
    KeyBelowValue(&'static str),
    /// A table header without `]`, or one of a list of tables without `]]`.
    OpenHeader {
        /// True for a list of tables.
        of_list: bool,
    },
    /// Something behind a value.
    Trailing,
    /// Two entries without a comma between them.
    MissingComma,
    /// A comma without an entry before it.
    ExtraComma,
    /// A closing bracket without an opening one.
    StrayBracket,
    /// A list without `]`.
    OpenList,
    /// An inline table without `}`.
    OpenTable,
    /// An `=` too many.
    ExtraEquals,
    /// A digit that the radix of a number does not have.
    RadixDigit,
    /// A number that begins with zero.
    LeadingZero,
    /// `0X`, `0O` or `0B`.
    UppercaseRadix,
    /// A number with a radix and a sign.
    SignedRadix,
    /// A second sign.
    ExtraSign,
    /// An underscore that does not stand between digits.
    Underscore,
    /// A date that does not exist, or is not written as one.
    Date,
    /// A time that does not exist, or is not written as one.
    Time,
    /// Values inside one another beyond the limit.
    TooDeep,
    /// A value that is neither a number nor a boolean, and has no quotes.
    BareValue,
    /// An integer beyond 64 bits.
    Beyond64Bits,
    /// A mistake that the parser's own description explains best.
    Other,
    /// A description that this version of the parser does not have.
    Unknown,
}

impl Mistake {
    /// Classifies an error of the parser by its description and the first thing that it expected.
    pub(super) fn of(description: &str, expected: Option<&str>) -> Self {
        match (description, expected) {
            ("invalid basic string", Some("non-double-quote visible characters"))
            | ("invalid multi-line basic string", Some("`\\`")) => Self::ControlCharacterInString,
            ("invalid literal string", Some("non-single-quote visible characters"))
            | ("invalid multi-line literal string", Some("non-single-quote characters")) => {
                Self::ControlCharacterInLiteral
            }
            ("invalid multi-line basic string", Some("newline")) => Self::EscapedSpace,
            (
                "invalid basic string"
                | "invalid literal string"
                | "invalid multi-line basic string"
                | "invalid multi-line literal string",
                _,
            ) => Self::OpenString,
            ("invalid comment character", _) => Self::ControlCharacterInComment,
            ("carriage return must be followed by newline", _) => Self::CarriageReturn,
            ("missing escaped value", _) => Self::UnknownEscape,
            ("too few unicode value digits", _) => Self::EscapeDigits,
            ("invalid value", Some("unicode hexadecimal value")) => Self::UnicodeEscape,
            ("key with no value", _) => Self::KeyWithoutValue,
            ("invalid unquoted key", _) => Self::InvalidKey,
            ("unquoted keys cannot be empty", _) => Self::EmptyKey,
            ("keys cannot be multi-line basic strings" | "keys cannot be multi-line literal strings", _) => {
                Self::MultiLineKey
            }
            ("duplicate key", _) => Self::DuplicateKey,
            ("cannot extend value of type array with a dotted key", _) => Self::KeyBelowValue("array"),
            ("cannot extend value of type inline table with a dotted key", _) => Self::KeyBelowValue("inline table"),
            ("cannot extend value of type string with a dotted key", _) => Self::KeyBelowValue("string"),
            ("cannot extend value of type integer with a dotted key", _) => Self::KeyBelowValue("integer"),
            ("cannot extend value of type float with a dotted key", _) => Self::KeyBelowValue("float"),
            ("cannot extend value of type boolean with a dotted key", _) => Self::KeyBelowValue("boolean"),
            ("cannot extend value of type datetime with a dotted key", _) => Self::KeyBelowValue("datetime"),
            ("unclosed table", _) => Self::OpenHeader { of_list: false },
            ("unclosed array table", _) => Self::OpenHeader { of_list: true },
            ("unexpected key or value", _) => Self::Trailing,
            (
                "missing comma between array elements"
                | "missing comma between key-value pairs"
                | "extra assignment between key-value pairs",
                _,
            ) => Self::MissingComma,
            ("extra comma in array" | "extra comma in inline table", _) => Self::ExtraComma,
            ("missing array opening" | "missing inline table opening", _) => Self::StrayBracket,
            ("unclosed array", _) => Self::OpenList,
            ("unclosed inline table", _) => Self::OpenTable,
            ("extra `=`" | "unexpected `=` in array", _) => Self::ExtraEquals,
            ("invalid hexadecimal number" | "invalid octal number" | "invalid binary number", None) => Self::RadixDigit,
            ("unexpected leading zero", _) => Self::LeadingZero,
            ("radix must be lowercase", _) => Self::UppercaseRadix,
            ("integers with a radix cannot be signed", _) => Self::SignedRadix,
            ("redundant numeric sign", _) => Self::ExtraSign,
            ("`_` may only go between digits", _) => Self::Underscore,
            ("invalid date" | "invalid date-time" | "invalid datetime", _) => Self::Date,
            ("invalid time", _) => Self::Time,
            ("cannot recurse further; max recursion depth met" | "recursion limit", _) => Self::TooDeep,
            (
                "string values must be quoted"
                | "missing opening quote"
                | "invalid boolean"
                | "invalid float"
                | "invalid mantissa"
                | "invalid fraction"
                | "invalid exponent",
                _,
            ) => Self::BareValue,
            (description, _) if OTHERS.contains(&description) => Self::Other,
            _ => Self::Unknown,
        }
    }
}

/// The descriptions that say by themselves what is wrong.
const OTHERS: &[&str] = &[
    "could not allocate for string",
    "invalid binary number",
    "invalid hexadecimal number",
    "invalid inline table element",
    "invalid integer number",
    "invalid key",
    "invalid key-value pair",
    "invalid octal number",
    "invalid offset",
    "invalid string",
    "invalid table",
    "invalid value",
    "missing assignment between key-value pairs",
    "missing comment start",
    "missing key for inline table element",
    "missing table open",
    "missing value",
    "missing value for key",
    "redundant integer number prefix",
    "unexpected content",
    "unexpected content between comment and newline",
    "unexpected sign",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::toml::reader;
    use crate::value::Source;

    /// The versions whose descriptions are listed above. Compare the descriptions in the sources of another version
    /// before changing these.
    const READ: &[(&str, &str)] =
        &[("toml", "1.2.1+spec-1.1.0"), ("toml_parser", "1.1.5+spec-1.1.0"), ("toml_datetime", "1.1.3+spec-1.1.0")];

    fn mistakes(text: &str) -> Vec<Mistake> {
        reader::read(&Source::new("x.toml", text)).1.into_iter().map(|error| error.mistake).collect()
    }

    #[test]
    fn the_descriptions_are_those_of_the_locked_parser() {
        let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let lock = folders.map(|folder| folder.join("Cargo.lock")).find(|file| file.exists()).unwrap();
        let lock = fs::read_to_string(lock).unwrap();
        for (name, version) in READ {
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(lock.contains(&entry), "{name} is no longer {version}: compare its descriptions with this file");
        }
    }

    #[test]
    fn every_kind_comes_from_a_text_that_has_it() {
        use Mistake::*;
        let texts: &[(&str, Mistake)] = &[
            ("a = \"\u{1}\"\n", ControlCharacterInString),
            ("# \u{1}\n", ControlCharacterInComment),
            ("a = \"x\n", OpenString),
            ("a = 'x\n", OpenString),
            ("a = '''x\n", OpenString),
            ("a = \"\"\"x\n", OpenString),
            ("a = 1\rb = 2\n", CarriageReturn),
            ("a = \"\\d\"\n", UnknownEscape),
            ("a = \"\"\"x\u{1}\"\"\"\n", ControlCharacterInString),
            ("a = 'x\u{1}y'\n", ControlCharacterInLiteral),
            ("a = '''x\u{1}y'''\n", ControlCharacterInLiteral),
            ("a = \"\"\"t\\ t\"\"\"\n", EscapedSpace),
            ("a = \"\\u12\"\n", EscapeDigits),
            ("a = \"\\xZZ\"\n", EscapeDigits),
            ("a = \"\\uD800\"\n", UnicodeEscape),
            ("a\n", KeyWithoutValue),
            ("ä = 1\n", InvalidKey),
            ("= 1\n", EmptyKey),
            ("'''a''' = 1\n", MultiLineKey),
            ("\"\"\"a\"\"\" = 1\n", MultiLineKey),
            ("a = 1\na = 2\n", DuplicateKey),
            ("a = [1]\na.b = 2\n", KeyBelowValue("array")),
            ("a = {}\na.b = 2\n", KeyBelowValue("inline table")),
            ("a = 'x'\na.b = 2\n", KeyBelowValue("string")),
            ("a = 1\na.b = 2\n", KeyBelowValue("integer")),
            ("a = 1.5\na.b = 2\n", KeyBelowValue("float")),
            ("a = true\na.b = 2\n", KeyBelowValue("boolean")),
            ("a = 2024-05-01\na.b = 2\n", KeyBelowValue("datetime")),
            ("[a\n", OpenHeader { of_list: false }),
            ("[[a\n", OpenHeader { of_list: true }),
            ("a = [1] b\n", Trailing),
            ("a = [[1] [2]]\n", MissingComma),
            ("a = { b = 1 c = 2 }\n", MissingComma),
            ("a = [,]\n", ExtraComma),
            ("a = ]\n", StrayBracket),
            ("a = [1\n", OpenList),
            ("a = { b = 1\n", OpenTable),
            ("a = = 1\n", ExtraEquals),
            ("a = 0xZ\n", RadixDigit),
            ("a = 01\n", LeadingZero),
            ("a = 0XF\n", UppercaseRadix),
            ("a = -0xF\n", SignedRadix),
            ("a = ++1\n", ExtraSign),
            ("a = 1_\n", Underscore),
            ("a = 2024-13-01\n", Date),
            ("a = 25:00:00\n", Time),
            ("a = yes\n", BareValue),
            ("a = tru\n", BareValue),
            ("a = 1.\n", BareValue),
            ("a = 99999999999999999999\n", Beyond64Bits),
        ];
        let wrong: Vec<_> = texts.iter().filter(|(text, mistake)| !mistakes(text).contains(mistake)).collect();
        let found: Vec<_> = wrong.iter().map(|(text, mistake)| (text, mistake, mistakes(text))).collect();
        assert!(found.is_empty(), "{found:#?}");
        assert!(mistakes(&format!("a = {}", "[".repeat(200))).contains(&TooDeep));
        let kinds: HashSet<Mistake> = texts.iter().map(|(_, mistake)| *mistake).collect();
        assert!(kinds.len() > 35, "{}", kinds.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn no_text_brings_a_description_that_is_not_listed(text in "(\\PC|\n|\r|[\\[\\]{}=\"'.,#0-9a-fxobTZ:+_ -]|true|inf|\"\"\"|'''){0,40}") {
            let (_, errors) = reader::read(&Source::new("x.toml", text));
            for error in errors {
                prop_assert_ne!(error.mistake, Mistake::Unknown, "{}", error.message);
            }
        }
    }
}
