//! The reader of texts without a mistake: one pass, in which the tree grows as the parser goes.
//!
//! Where anything is wrong, or merely odd, it gives up, and [`super::recover`] says what there is to say.

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::parse_document;

use super::Table;
use super::build::Builder;
use super::scalar::Refusal;

/// How many tokens are parsed at once: enough to make little of the call, few enough to stay near.
const AT_ONCE: usize = 512;

/// The table that a text means; `None` when there may be a mistake in it.
pub(super) fn read(text: &str) -> Option<Table> {
    let mut builder = Builder::new(text);
    let mut tokens: Vec<Token> = Vec::with_capacity(AT_ONCE + AT_ONCE / 4);
    let mut depth = 0_i64;
    // A statement ends with a line that no bracket holds open, so the text is parsed some statements at a time: no
    // piece has a mistake just when the whole has none.
    for token in Source::new(text).lex() {
        tokens.push(token);
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth -= 1,
            TokenKind::Newline if depth == 0 && tokens.len() >= AT_ONCE => {
                parse(&tokens, &mut builder)?;
                tokens.clear();
            }
            _ => {}
        }
    }
    parse(&tokens, &mut builder)?;
    builder.finish()
}

fn parse(tokens: &[Token], builder: &mut Builder<'_>) -> Option<()> {
    let mut refusal = Refusal::default();
    parse_document(tokens, builder, &mut refusal);
    (!refusal.0 && !builder.has_refused()).then_some(())
}
