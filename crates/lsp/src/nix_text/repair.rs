//! Values for entries that have none yet, so that the entries behind them are read.

use rnix::SyntaxKind;

/// Writes a value into each `name = ;`, which otherwise hides what follows. An entry at the end of the text stays as it is.
pub(super) fn repaired(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut lacks_value = false;
    for (kind, token) in rnix::tokenize(text) {
        match kind {
            SyntaxKind::TOKEN_ASSIGN => lacks_value = true,
            SyntaxKind::TOKEN_SEMICOLON if lacks_value => {
                repaired.push_str("null");
                lacks_value = false;
            }
            SyntaxKind::TOKEN_R_BRACE if lacks_value => {
                repaired.push_str("null;");
                lacks_value = false;
            }
            _ => lacks_value &= kind.is_trivia(),
        }
        repaired.push_str(token);
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_value_gets_one() {
        assert_eq!(
            repaired("{ a = ; b = { c = }; d = 1; e = \"= ;\"; f ="),
            "{ a = null; b = { c = null;}; d = 1; e = \"= ;\"; f ="
        );
    }
}
