//! Which bundles are taken, and which refused.

use super::*;

#[test]
fn a_bundle_that_was_altered_or_is_none_is_refused() {
    let node = Node::new();
    let altered = node.bundle("altered", 10);
    fs::write(altered.join("config.toml"), peers(11)).unwrap();
    assert!(node.deploy(&altered).unwrap_err().to_string().contains("it was altered"));
    let linked = node.bundle("linked", 10);
    fs::remove_file(linked.join("origins.json")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", linked.join("origins.json")).unwrap();
    assert!(node.deploy(&linked).unwrap_err().to_string().contains("origins.json is no file"));
    assert!(node.deploy(Path::new("/nowhere")).unwrap_err().to_string().contains("/nowhere: No such file"));
    assert_eq!(node.runs(), None);
}

#[test]
fn a_bundle_holds_nothing_but_what_a_build_writes() {
    let node = Node::new();
    for name in ["development.toml", "profiles.toml", "config.json", "one.sig"] {
        let source = node.bundle("one", 10);
        fs::write(source.join(name), peers(777)).unwrap();
        let refused = node.deploy(&source).unwrap_err().to_string();
        let reason = match name {
            "config.json" => "it has two configs, and a build writes one".to_owned(),
            name => format!("{name} is no file that a build writes"),
        };
        assert!(refused.ends_with(&reason), "{refused}");
        fs::remove_file(source.join(name)).unwrap();
    }
    // A signature lies beside it.
    fs::write(node.0.path().join("one.sig"), "").unwrap();
    node.deploy(&node.bundle("one", 10)).unwrap();
    assert_eq!(node.runs(), Some(10));
}

/// Writes into the manifest of a bundle.
fn retold(bundle: &Path, model: serde_json::Value, schema: &str) {
    let path = bundle.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["model"] = model;
    manifest["digests"]["schema"] = schema.into();
    fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn a_bundle_of_another_service_is_refused_however_its_keys_fit() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let gate = loader(Path::new("")).gate().clone();
    let schema = Sha256Hash::of(confgate_core::pretty_json::document(gate.schema()).as_bytes()).hexadecimal();
    let refused = || node.deploy(&source).unwrap_err().to_string();
    let here = ", and this program is the gate of bitcraps: deploy it with the program of its own service";
    retold(&source, "otherservice".into(), &schema);
    assert_eq!(refused(), format!("it is a bundle of otherservice{here}"));
    retold(&source, serde_json::Value::Null, "");
    assert_eq!(refused(), format!("it is a bundle of a schema alone{here}"));
    assert_eq!(node.runs(), None);
    // The model's own schema may have been used without the model.
    retold(&source, serde_json::Value::Null, &schema);
    node.deploy(&source).unwrap();
}

#[test]
fn that_a_bundle_was_built_with_another_schema_is_said() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let gate = loader(Path::new("")).gate().clone();
    let schema = Sha256Hash::of(confgate_core::pretty_json::document(gate.schema()).as_bytes()).hexadecimal();
    let note = "admitted; built with another schema than this program's";
    for (schema, expected) in [(schema.as_str(), "admitted"), (&"0".repeat(64), note)] {
        retold(&source, "bitcraps".into(), schema);
        let mut says = None;
        let mut tell = |progress| {
            if let Progress::Done(Step::Gate, _, said) = progress {
                says = Some(said);
            }
        };
        deployment(&source).rehearse(&node.generations(&Real), &mut tell).unwrap();
        assert_eq!(says.as_deref(), Some(expected));
    }
}
