//! Reading of Nix text within limits: a lossless tree, also of a text with mistakes.

use rnix::{SyntaxKind, SyntaxNode};

/// Largest text that is read, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// Largest number of tokens between the start of the text and its end that one expression may be nested in or chained from. The
/// tree of a text is at most a few times as deep, and its parser and its destructor recurse.
const MAX_DEPTH: usize = 1000;

/// Largest number of tokens without anything between them. The tokenizer looks for a path at each of them, up to the end of the last.
const MAX_ADJACENT: usize = 200;

/// A text that was read.
pub(super) struct Parsed {
    pub root: SyntaxNode,
    /// Number of mistakes.
    pub mistakes: usize,
}

/// Reads a text; `None` for one beyond the limits.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    if text.len() > MAX_TEXT || !is_shallow(text) {
        return None;
    }
    let parsed = rnix::Root::parse(text);
    Some(Parsed { root: parsed.syntax(), mistakes: parsed.errors().len() })
}

/// Bracket that is open, and the number of tokens in it since its last separator.
struct Level {
    closing: SyntaxKind,
    tokens: usize,
}

/// Returns whether no expression of a text is nested or chained too deep. Counts more than the parser nests, never less.
fn is_shallow(text: &str) -> bool {
    let mut levels = vec![Level { closing: SyntaxKind::TOKEN_ERROR, tokens: 0 }];
    let (mut total, mut adjacent) = (0, 0);
    for (kind, _) in rnix::tokenize(text) {
        adjacent = if is_between_paths(kind) { 0 } else { adjacent + 1 };
        if adjacent > MAX_ADJACENT {
            return false;
        }
        if kind.is_trivia() {
            continue;
        }
        if levels.len() > 1 && levels.last().is_some_and(|level| level.closing == kind) {
            total -= levels.pop().map_or(0, |level| level.tokens);
            continue;
        }
        let Some(level) = levels.last_mut() else { return false };
        match kind {
            SyntaxKind::TOKEN_SEMICOLON | SyntaxKind::TOKEN_COMMA => {
                total -= level.tokens;
                level.tokens = 0;
            }
            // The elements of a list and the parts of a string stand side by side.
            _ if is_flat(level.closing) && level.tokens > 0 => {}
            _ => {
                total += 1;
                level.tokens += 1;
            }
        }
        if let Some(closing) = closing(kind) {
            total += 1;
            levels.push(Level { closing, tokens: 1 });
        }
        if total > MAX_DEPTH {
            return false;
        }
    }
    true
}

/// Returns whether a token contains no character of a path.
fn is_between_paths(kind: SyntaxKind) -> bool {
    let is_bracket = matches!(kind, SyntaxKind::TOKEN_R_BRACE | SyntaxKind::TOKEN_R_BRACK | SyntaxKind::TOKEN_R_PAREN);
    let is_separator =
        matches!(kind, SyntaxKind::TOKEN_SEMICOLON | SyntaxKind::TOKEN_COMMA | SyntaxKind::TOKEN_STRING_CONTENT);
    kind.is_trivia() || closing(kind).is_some() || is_bracket || is_separator
}

fn is_flat(closing: SyntaxKind) -> bool {
    matches!(closing, SyntaxKind::TOKEN_R_BRACK | SyntaxKind::TOKEN_STRING_END)
}

fn closing(kind: SyntaxKind) -> Option<SyntaxKind> {
    Some(match kind {
        SyntaxKind::TOKEN_L_BRACE => SyntaxKind::TOKEN_R_BRACE,
        SyntaxKind::TOKEN_L_BRACK => SyntaxKind::TOKEN_R_BRACK,
        SyntaxKind::TOKEN_L_PAREN => SyntaxKind::TOKEN_R_PAREN,
        SyntaxKind::TOKEN_INTERPOL_START => SyntaxKind::TOKEN_INTERPOL_END,
        SyntaxKind::TOKEN_STRING_START => SyntaxKind::TOKEN_STRING_END,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_settings_file_of_many_entries_is_read() {
        let entries: String = (0..10_000).map(|index| format!("a.b{index} = [ 1 {{ x = \"y\"; }} ];\n")).collect();
        let parsed = parse(&format!("{{ lib, ... }}: {{ {entries} }}")).unwrap();
        assert_eq!(parsed.mistakes, 0);
        let list = "\"1${x}\" ".repeat(20_000);
        assert!(parse(&format!("{{ a = [ {list} ]; }}")).is_some());
        assert!(parse(&" ".repeat(MAX_TEXT + 1)).is_none());
    }

    #[test]
    fn a_deep_or_long_expression_is_not_read() {
        for part in [
            "[",
            "(",
            "{",
            "{ a = ",
            "-",
            "!",
            "a ",
            "a: ",
            "1 + ",
            "[] ++ ",
            "a // ",
            "a.b or ",
            "let a = 1; in ",
            "with a; ",
            "if a then b else ",
            "\"${",
            "assert a; ",
            "( ] ",
            "[ ) ",
            "{ a, b }: ",
            "a -> ",
            "let ",
            "rec { a = [",
            "[1-",
            "[.+",
        ] {
            // Whatever is within the limits is read, and dropped, on a small stack.
            for count in [100, 511, 999, 20_000] {
                let text = part.repeat(count);
                std::thread::Builder::new()
                    .stack_size(2 << 20)
                    .spawn(move || drop(parse(&text)))
                    .unwrap()
                    .join()
                    .unwrap();
            }
            let is_bounded = part.contains([';', ',']) || part.ends_with("in ");
            assert!(is_bounded || parse(&part.repeat(20_000)).is_none(), "{part}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_text_is_read_without_loss(text in "([a-c.]|é|\n|[\\[\\]{}()=:;\"'$, /#!-]|''|\\$\\{|let |in |if |then |inherit |<|>|\\|>|\\*/|or |0|1e){0,40}") {
            if let Some(parsed) = parse(&text) {
                prop_assert_eq!(parsed.root.text().to_string(), text);
            }
        }
    }
}
