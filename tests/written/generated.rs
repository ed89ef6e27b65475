//! The property on generated schemas and values.

use std::cell::RefCell;
use std::fs;

use confgate::value::{Format, json};
use confgate::{Gate, Source};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::Value as Json;

use crate::choices::Choices;
use crate::fill_rules::unexplained;
use crate::generator;
use crate::judge::Judge;
use crate::sampler::Sampler;
use crate::written::{SchemaOnDisk, Written, read};

/// Cases of a run: enough that some hundred of the values are admitted.
const CASES: usize = 400;

#[test]
fn what_is_written_of_an_admitted_config_is_admitted_and_has_no_other_keys() {
    let config = ProptestConfig { cases: CASES as u32, failure_persistence: None, ..ProptestConfig::default() };
    let judge = RefCell::new((Judge::default(), 0, 0));
    let bytes = (prop::collection::vec(any::<u8>(), 0..160), prop::collection::vec(any::<u8>(), 0..80));
    // The same cases in every run.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
        .run(&bytes, |(schema, value)| {
            let schema = generator::schema(&mut Choices::new(&schema));
            let definitions = schema["$defs"].as_object().unwrap();
            let value = Sampler::new(definitions).value(&schema, &mut Choices::new(&value));
            let written = written(&schema, &value).map_err(TestCaseError::fail)?;
            if !written.is_empty() {
                let (judge, admitted, filled) = &mut *judge.borrow_mut();
                *filled += usize::from(has_defaults(&written));
                *admitted += 1;
                judge.add(&schema, written);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let (judge, admitted, filled) = judge.into_inner();
    assert!(admitted > CASES / 5, "{admitted} of {CASES} values are admitted: the generator makes poor values");
    assert!(filled > CASES / 20, "{filled} of {CASES} values get defaults: the generator makes poor schemas");
    judge.assert_admitted();
}

/// Reports if `render --complete` writes more than `render`.
fn has_defaults(written: &[Written]) -> bool {
    let text = |by: &str| written.iter().find(|file| file.by == by).map(|file| &file.text);
    text("render") != text("render --complete")
}

/// Returns what is written of a value in each format, nothing if the schema is invalid or rejects it. The error is a broken
/// promise.
fn written(schema: &Json, value: &Json) -> Result<Vec<Written>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schema.json");
    fs::write(&path, schema.to_string()).unwrap();
    let on_disk = SchemaOnDisk { schema, path: &path, maps: &[] };
    let Ok(gate) = on_disk.gate() else { return Ok(Vec::new()) };
    let config = folder.path().join("config.json");
    fs::write(&config, value.to_string()).unwrap();
    let described = |problem: String| format!("{problem}\nvalue: {value}\nschema: {schema:#}");
    if read(&gate, &Source::in_format(Format::Json, "config.json", value.to_string()), false).0.is_err() {
        return Ok(Vec::new());
    }
    let files = on_disk.write(&gate, &config).map_err(described)?;
    for file in &files {
        promises(&gate, schema, value, file)
            .map_err(|problem| described(format!("{} to {}: {problem}\n{}", file.by, file.format, file.text)))?;
    }
    Ok(files)
}

/// Checks what a file promises: the gate admits it, its keys are explained, and filling again changes nothing.
pub fn promises(gate: &Gate, schema: &Json, value: &Json, file: &Written) -> Result<(), String> {
    let source = Source::in_format(file.format, "written", file.text.as_str());
    let (report, tree) = read(gate, &source, false);
    report?;
    let written = json::write(&tree);
    if let Some(problem) = unexplained(schema, value, &written) {
        return Err(problem);
    }
    let filled = json::write(&read(gate, &source, true).1);
    if file.by != "render" && filled != written {
        return Err(format!("filling twice gives {filled}"));
    }
    Ok(())
}
