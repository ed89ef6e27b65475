//! Bundles of schemas that others wrote: what is built passes the gate again.

use confgate::builder::{BuildContext, BuildRequest};
use confgate::gate::Input;
use confgate::toml;
use confgate::{Gate, Source, ValidateOptions};
use serde_json::{Value as Json, json};

/// Builds the bundle of settings, and returns the text of its config, or the error and the report.
fn build(schema: &Json, settings: &Json, format: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schema.json");
    std::fs::write(&path, schema.to_string()).unwrap();
    let request = json!({ "orders": [{
        "name": "game", "environment": "Production", "settings": settings, "origins": {}, "problems": [], "format": format,
    }], "sources": {}, "schema": path });
    let request: BuildRequest = serde_json::from_value(request).unwrap();
    let context = BuildContext::new(&request, &|| unreachable!("the request has a schema")).unwrap();
    let bundle = context.build(&request.bundles[0]).map_err(|error| error.to_string())?;
    let Some(files) = bundle.files else { return Err(bundle.report.to_string()) };
    let out = folder.path().join("out");
    files.write(&out).unwrap();
    Ok(std::fs::read_to_string(out.join(format!("config.{format}"))).unwrap())
}

#[test]
fn a_bundle_has_no_keys_for_what_is_absent() {
    let schema = json!({ "type": "object", "properties": {
        "limit": { "type": ["integer", "null"], "default": null },
        "tags": { "type": ["array", "null"], "items": { "type": "string" }, "default": null },
        "f": { "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": null },
        "port": { "type": "integer", "default": 80 },
        "tls": { "type": "object", "required": ["cert"], "properties": { "cert": {}, "version": { "default": "1.2" } } },
    } });
    for settings in [json!({}), json!({ "limit": null, "f": null })] {
        assert_eq!(build(&schema, &settings, "toml").unwrap(), "port = 80\n");
        assert_eq!(build(&schema, &settings, "json").unwrap(), "{\n  \"port\": 80\n}\n");
        assert_eq!(build(&schema, &settings, "yaml").unwrap(), "port: 80\n");
    }
    let gate = Gate::of_schema(schema).unwrap();
    let options = ValidateOptions { fill_defaults: true, ..ValidateOptions::default() };
    let outcome = gate.validate(Input::text(&Source::new("config.toml", "port = 80\n"), options));
    assert_eq!((outcome.report.diagnostics(), toml::write(&outcome.tree).unwrap().as_str()), (&[][..], "port = 80\n"));
}

#[test]
fn a_null_that_a_default_would_replace_fails_the_build() {
    let schema = json!({ "properties": { "limit": { "type": ["integer", "null"], "default": 5 } } });
    for format in ["toml", "json", "yaml"] {
        assert_eq!(
            build(&schema, &json!({ "limit": null }), format).unwrap_err(),
            "game: the config is not written, because limit would change: it is absent, and would be read as 5"
        );
    }
}

#[test]
fn a_rejected_default_of_the_schema_is_left_out_of_a_bundle() {
    let schema =
        json!({ "properties": { "debug": { "type": "boolean", "default": "false" }, "level": { "default": 1 } } });
    assert_eq!(build(&schema, &json!({}), "toml").unwrap(), "level = 1\n");
    let number = json!({ "properties": { "n": { "type": "number" } } });
    assert_eq!(build(&number, &json!({ "n": 9_007_199_254_740_993u64 }), "toml").unwrap(), "n = 9007199254740993\n");
    let large = build(&number, &json!({ "n": u64::MAX }), "toml").unwrap_err();
    assert!(large.starts_with("game: n is 18446744073709551615, which does not fit in 64 bits"), "{large}");
}
