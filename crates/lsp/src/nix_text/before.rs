//! Parts that are open at the end of a text: brackets, a string, a comment.

use rnix::SyntaxKind;

/// State of the reader at the end of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    /// Start of the open string.
    pub string: Option<usize>,
    /// Start of the comment that contains the end.
    pub comment: Option<usize>,
    /// The text that closes the open brackets, without the string.
    pub closing: String,
}

/// Bracket that is open.
struct Open {
    kind: SyntaxKind,
    start: usize,
}

impl Before {
    /// Scans a text.
    pub(super) fn of(text: &str) -> Self {
        let mut open: Vec<Open> = Vec::new();
        let mut comment = None;
        let mut at = 0;
        for (kind, token) in rnix::tokenize(text) {
            let start = at;
            at += token.len();
            // The token of a comment on a line ends before the end of the line.
            let is_open_comment = token.starts_with('#') || !token.ends_with("*/");
            if at == text.len() && (kind == SyntaxKind::TOKEN_COMMENT && is_open_comment || token.starts_with("/*")) {
                comment = Some(start).filter(|_| is_open_comment);
            }
            let is_opening = matches!(
                kind,
                SyntaxKind::TOKEN_L_BRACE
                    | SyntaxKind::TOKEN_L_BRACK
                    | SyntaxKind::TOKEN_L_PAREN
                    | SyntaxKind::TOKEN_INTERPOL_START
                    | SyntaxKind::TOKEN_STRING_START
                    | SyntaxKind::TOKEN_LET
            );
            if is_opening {
                open.push(Open { kind, start });
            } else if open.last().is_some_and(|open| is_pair(open.kind, kind)) {
                open.pop();
            }
        }
        let string = open.pop_if(|open| open.kind == SyntaxKind::TOKEN_STRING_START).map(|open| open.start);
        Self { string, comment, closing: closing(text, &open) }
    }
}

fn is_pair(open: SyntaxKind, close: SyntaxKind) -> bool {
    matches!(
        (open, close),
        (SyntaxKind::TOKEN_L_BRACE, SyntaxKind::TOKEN_R_BRACE)
            | (SyntaxKind::TOKEN_L_BRACK, SyntaxKind::TOKEN_R_BRACK)
            | (SyntaxKind::TOKEN_L_PAREN, SyntaxKind::TOKEN_R_PAREN)
            | (SyntaxKind::TOKEN_INTERPOL_START, SyntaxKind::TOKEN_INTERPOL_END)
            | (SyntaxKind::TOKEN_STRING_START, SyntaxKind::TOKEN_STRING_END)
            | (SyntaxKind::TOKEN_LET, SyntaxKind::TOKEN_IN)
    )
}

fn closing(text: &str, open: &[Open]) -> String {
    let mut closing = String::new();
    for (index, Open { kind, start }) in open.iter().enumerate().rev() {
        closing.push_str(match kind {
            SyntaxKind::TOKEN_L_BRACK => " ]",
            SyntaxKind::TOKEN_L_PAREN => " )",
            SyntaxKind::TOKEN_STRING_START if text[*start..].starts_with('"') => "\"",
            SyntaxKind::TOKEN_STRING_START => "''",
            SyntaxKind::TOKEN_LET => " in null",
            _ => " }",
        });
        let outer = index.checked_sub(1).and_then(|outer| open.get(outer));
        if outer.is_some_and(|outer| matches!(outer.kind, SyntaxKind::TOKEN_L_BRACE | SyntaxKind::TOKEN_LET)) {
            closing.push(';');
        }
    }
    closing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_known() {
        let before = |text: &str| {
            let Before { string, comment, closing } = Before::of(text);
            (string, comment, closing)
        };
        assert_eq!(before("{ a = [ (let x = { "), (None, None, " }; in null ) ];  }".replace("  }", " }")));
        assert_eq!(before("{ a = \"x${y \"b\"}c"), (Some(6), None, " }".to_owned()));
        assert_eq!(before("{ a = \"x${ ''"), (Some(11), None, " }\"; }".to_owned()));
        assert_eq!(before("{ } # a"), (None, Some(4), String::new()));
        assert_eq!(before("{ } # a\n"), (None, None, String::new()));
        assert_eq!(before("{ } /* a"), (None, Some(4), String::new()));
        assert_eq!(before("{ } /* a */"), (None, None, String::new()));
        assert_eq!(before("] } a"), (None, None, String::new()));
    }
}
