//! Resolves the environment of a config, and reports one that names another environment than it is validated for.

use crate::diagnostics::{Diagnostic, codes};
use crate::gate::pass::Pass;

pub fn run(pass: &mut Pass<'_>) {
    let Some(own) = pass.spec.named_environment(&pass.tree) else { return };
    let Some(path) = &pass.spec.environment_path else { return };
    let Some(node) = pass.tree.get(&path.0) else { return };
    match pass.options.environment {
        Some(requested) if requested != own => {
            let message = format!("{path} is {own}, and the config is meant for {requested}");
            let diagnostic = Diagnostic::error(&codes::ENVIRONMENT_AGREES, path.clone(), message)
                .at(pass.sources.locations(&node.origin), "set here")
                .help(format!("remove it, or write \"{requested}\""));
            pass.diagnostics.push(diagnostic);
        }
        Some(_) => {}
        None => pass.environment = own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::gate::stages::test_pass::TestPass;

    fn schema() -> serde_json::Value {
        serde_json::json!({ "properties": { "env": { "type": "string", "x-environment": true } } })
    }

    #[test]
    fn a_config_chooses_its_environment_unless_one_is_requested() {
        let mut test = TestPass::new(schema(), "env = 'Staging'\n");
        assert_eq!(test.run(run).environment, Environment::Staging);
        test.options.environment = Some(Environment::Staging);
        assert!(test.run(run).diagnostics.is_empty());
        assert_eq!(TestPass::new(schema(), "env = 'Moon'\n").run(run).environment, Environment::Development);
    }

    #[test]
    fn a_config_of_another_environment_is_an_error() {
        let mut test = TestPass::new(schema(), "env = 'Staging'\n");
        test.options.environment = Some(Environment::Production);
        let pass = test.run(run);
        assert_eq!(pass.environment, Environment::Production);
        assert!(pass.diagnostics[0].is(&codes::ENVIRONMENT_AGREES));
    }
}
