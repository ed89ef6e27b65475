//! Options of the parser for the two passes.

use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions};

/// The options of RFC 8259.
pub(super) const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// All that other dialects permit.
pub(super) const LENIENT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: true,
    allow_trailing_commas: true,
    allow_missing_commas: true,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: true,
    allow_unary_plus_numbers: true,
    allow_bare_decimal_point_numbers: true,
    allow_non_finite_numbers: true,
    allow_extended_string_escapes: true,
};

/// Collects nothing besides the tree.
pub(super) const TREE: CollectOptions = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };

/// Collects the tokens, comments among them.
pub(super) const TOKENS: CollectOptions =
    CollectOptions { comments: CommentCollectionStrategy::AsTokens, tokens: true };
