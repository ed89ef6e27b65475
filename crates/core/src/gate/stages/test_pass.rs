use serde_json::Value as Json;

use crate::gate::input::ValidateOptions;
use crate::gate::pass::Pass;
use crate::gate::spec::ConfigSpec;
use crate::schema::Schema;
use crate::toml::reader;
use crate::value::{Node, Source, Sources};

/// Inputs of a pass over a TOML text, for the tests of one stage.
pub struct TestPass {
    spec: ConfigSpec,
    sources: Sources,
    tree: Node,
    pub options: ValidateOptions,
}

impl TestPass {
    pub fn new(schema: Json, text: &str) -> Self {
        let source = Source::new("test.toml", text);
        Self {
            spec: ConfigSpec::new(Schema::new(schema).unwrap(), None),
            sources: Sources::of(&source),
            tree: reader::read(&source).0,
            options: ValidateOptions::default(),
        }
    }

    /// The pass after one stage.
    pub fn run(&self, stage: impl FnOnce(&mut Pass<'_>)) -> Pass<'_> {
        let mut pass = Pass::new(&self.spec, self.tree.clone(), &self.sources, Vec::new(), self.options);
        stage(&mut pass);
        pass
    }
}
