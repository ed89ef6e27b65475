//! Migrates a config of an older version. One that cannot be migrated ends the pass: the schema of this version says nothing about
//! its fields.

use crate::gate::pass::Pass;
use crate::gate::version;

/// The config cannot be migrated. The pass holds the diagnostics.
pub struct NotMigrated;

pub fn run(pass: &mut Pass<'_>) -> Result<(), NotMigrated> {
    match version::update(pass.spec, &mut pass.tree, pass.sources, pass.options.phase) {
        Ok(warning) => {
            pass.diagnostics.extend(warning);
            Ok(())
        }
        Err(failure) => {
            pass.diagnostics.extend(failure.diagnostics);
            pass.hidden.extend(failure.hidden);
            Err(NotMigrated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::codes;
    use crate::gate::stages::test_pass::TestPass;

    fn test(text: &str) -> TestPass {
        let version = serde_json::json!({ "type": "integer", "default": 3, "x-version": true });
        TestPass::new(serde_json::json!({ "properties": { "version": version } }), text)
    }

    #[test]
    fn a_config_of_this_version_passes() {
        let test = test("version = 3\n");
        assert!(test.run(|pass| assert!(run(pass).is_ok())).diagnostics.is_empty());
    }

    #[test]
    fn a_config_of_a_newer_version_ends_the_pass() {
        let test = test("version = 4\n");
        let pass = test.run(|pass| assert!(run(pass).is_err()));
        assert!(pass.diagnostics[0].is(&codes::VERSION_NEWER));
    }
}
