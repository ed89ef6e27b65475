//! Bundles that are accepted, and bundles that are rejected.

use super::*;

#[test]
fn an_altered_or_invalid_bundle_is_rejected() {
    let node = Node::new();
    let altered = node.bundle("altered", 10);
    fs::write(altered.join("config.toml"), peers(11)).unwrap();
    assert!(node.deploy(&altered).unwrap_err().to_string().contains("the bundle was altered"));
    let linked = node.bundle("linked", 10);
    fs::remove_file(linked.join("origins.json")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", linked.join("origins.json")).unwrap();
    assert!(node.deploy(&linked).unwrap_err().to_string().contains("origins.json is not a regular file"));
    assert!(node.deploy(Path::new("/nowhere")).unwrap_err().to_string().contains("/nowhere: No such file"));
    assert_eq!(node.runs(), None);
}

#[test]
fn a_bundle_holds_only_files_that_a_build_writes() {
    let node = Node::new();
    for name in ["development.toml", "profiles.toml", "config.json", "config.yaml", "config.yml", "one.sig"] {
        let source = node.bundle("one", 10);
        fs::write(source.join(name), peers(777)).unwrap();
        let refused = node.deploy(&source).unwrap_err().to_string();
        let reason = match name {
            "config.json" | "config.yaml" => format!("it has both config.toml and {name}"),
            name => format!("unexpected file {name}"),
        };
        assert!(refused.ends_with(&reason), "{refused}");
        fs::remove_file(source.join(name)).unwrap();
    }
    // A signature is beside the bundle, not in it.
    fs::write(node.0.path().join("one.sig"), "").unwrap();
    node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!(node.runs(), Some(10));
}

/// Replaces the model and the schema digest in the manifest of a bundle.
fn set_model(bundle: &Path, model: serde_json::Value, schema: &str) {
    let path = bundle.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["model"] = model;
    manifest["digests"]["schema"] = schema.into();
    fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn a_bundle_of_another_service_is_rejected_even_if_its_keys_fit() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let gate = loader(Path::new("")).gate().clone();
    let schema = Sha256Hash::of(confgate_core::pretty_json::document(gate.schema()).as_bytes()).hexadecimal();
    let refused = || node.deploy(&source).unwrap_err().to_string();
    let here = ", but this program is for bitcraps: deploy it with the program of its own service";
    set_model(&source, "otherservice".into(), &schema);
    assert_eq!(refused(), format!("the bundle is for otherservice{here}"));
    set_model(&source, serde_json::Value::Null, "");
    assert_eq!(refused(), format!("the bundle was built from a schema without a model{here}"));
    assert_eq!(node.runs(), None);
    // The model's own schema, used without the model, is accepted.
    set_model(&source, serde_json::Value::Null, &schema);
    node.deploy(&source).unwrap();
}

#[test]
fn a_bundle_of_another_schema_is_noted() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let gate = loader(Path::new("")).gate().clone();
    let schema = Sha256Hash::of(confgate_core::pretty_json::document(gate.schema()).as_bytes()).hexadecimal();
    let note = "admitted; built with another schema than this program's";
    for (schema, expected) in [(schema.as_str(), "admitted"), (&"0".repeat(64), note)] {
        set_model(&source, "bitcraps".into(), schema);
        let mut details = None;
        let mut report = |progress| {
            if let Progress::Done { step: Step::Gate, detail, .. } = progress {
                details = Some(detail);
            }
        };
        dry_run(&deployment(&source), &node.generations(&RealDisk), &mut report).unwrap();
        assert_eq!(details.as_deref(), Some(expected));
    }
}
