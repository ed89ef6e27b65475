//! Any bytes as a schema that refers to itself and to two other documents: resolved, compiled, and used.

#![no_main]

use confgate::schema::{Retrieve, RetrieveError, SchemaDocument, SchemaSource};
use confgate::{Gate, Source};
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Json;

/// The documents `a.json` and `b.json`.
struct Documents([Json; 2]);

impl Retrieve for Documents {
    fn retrieve(&self, uri: &str) -> Result<SchemaDocument, RetrieveError> {
        let index = ["schema:///a.json", "schema:///b.json"].iter().position(|known| *known == uri);
        let index = index.ok_or("it is not there")?;
        Ok(SchemaDocument { name: uri.to_owned(), json: self.0[index].clone() })
    }
}

fuzz_target!(|data: &[u8]| {
    // Three documents and a config, with zero bytes between them.
    let parts: Vec<&[u8]> = data.splitn(4, |byte| *byte == 0).collect();
    let [schema, a, b, config] = parts[..] else { return };
    let [Ok(schema), Ok(a), Ok(b)] = [schema, a, b].map(serde_json::from_slice::<Json>) else { return };
    let documents = Documents([a, b]);
    let Ok(gate) = Gate::of_schema(SchemaSource::new(schema, "schema:///schema.json", &documents)) else { return };
    let again = Gate::of_schema(gate.schema().clone()).expect("the resolved form is a schema");
    assert_eq!(again.schema(), gate.schema());
    let source = Source::new("config.toml", String::from_utf8_lossy(config));
    assert_eq!(gate.check(&source, None).report.admits(), again.check(&source, None).report.admits());
});
