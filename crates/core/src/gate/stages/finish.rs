//! Hides the rest of secrets in a text with syntax errors: what could not be read has no place in the tree.

use crate::gate::pass::Pass;
use crate::schema::search;
use crate::syntax::{self, Reading};

pub fn run(pass: &mut Pass<'_>) {
    if let (true, Some(source)) = (pass.has_syntax_errors, &pass.sources.text) {
        let reading = pass.reading.get_or_init(|| Reading::of(source));
        syntax::mask_broken_lines(&mut pass.hidden, source, reading, &search::secret_names(pass.spec.view()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::stages::test_pass::TestPass;

    #[test]
    fn an_unreadable_secret_is_hidden() {
        let schema = serde_json::json!({ "properties": { "password": { "type": "string", "x-secret": true } } });
        let test = TestPass::new(schema, "password = hunter2\n");
        assert!(test.run(run).hidden.is_empty());
        let pass = test.run(|pass| {
            pass.has_syntax_errors = true;
            run(pass);
        });
        assert_eq!(pass.hidden.len(), 1);
    }
}
