//! Sealed values in TOML files.

use confgate_core::toml::reader;
use confgate_core::value::Source;

use super::*;

const FILE: &str = "\u{feff}# the node\r\nname = 'a' # first\n\n[db]\n\"pass.word\" = \"\"\"\nhunter2\nline\"\"\"  # last\n\
                    hosts = [ { url = 'x', port = 1 },\n  {url=\"pg://u:p@h\"}, ] \nref = \"${SECRET_A}\"\n";

fn document(text: &str) -> Document {
    Document::read("node.toml", text).unwrap()
}

fn url() -> Path {
    Path::dotted("db.hosts").index(1).key("url")
}

#[test]
fn sealing_changes_the_value_and_no_other_byte() {
    let mut file = document(FILE);
    let multiline = Path::dotted("db").key("pass.word");
    for path in [&url(), &multiline] {
        file.seal(path, node_recipients()).unwrap();
    }
    let sealed = file.finish();
    let mut again = document(&sealed);
    assert_eq!(again.sealed(), [multiline.clone(), url()]);
    let value = |path: &Path| again.tree().get(&path.0).unwrap().as_str().unwrap().to_owned();
    let plain = |path: &Path| open_value(node_identities(), &value(path)).unwrap();
    assert_eq!((plain(&multiline).expose(), plain(&url()).expose()), ("hunter2\nline", "pg://u:p@h"));
    let quoted = |path: &Path| format!("\"{}\"", value(path));
    let rest =
        sealed.replace(&quoted(&multiline), "\"\"\"\nhunter2\nline\"\"\"").replace(&quoted(&url()), "\"pg://u:p@h\"");
    assert_eq!(rest, FILE);
    again.unseal(&url(), node_identities()).unwrap();
    assert!(again.finish().contains("{url=\"pg://u:p@h\"}, ] \n"));
}

#[test]
fn a_value_that_cannot_be_sealed_is_an_error_with_its_reason() {
    let mut file = document(FILE);
    let mut error = |path: Path| file.seal(&path, node_recipients()).unwrap_err().to_string();
    assert_eq!(error(Path::dotted("db.absent")), "db.absent not found");
    assert_eq!(error(Path::dotted("name.below")), "name.below not found");
    let port = Path::dotted("db.hosts").index(0).key("port");
    assert_eq!(error(port), "db.hosts[0].port is an integer: only a string can be sealed");
    let reference = "db.ref contains a reference, which is not resolved in a sealed value";
    assert_eq!(error(Path::dotted("db.ref")), reference);
    file.seal(&Path::dotted("name"), node_recipients()).unwrap();
    let twice = file.seal(&Path::dotted("name"), node_recipients()).unwrap_err();
    assert_eq!(twice.to_string(), "name is given twice");
    let no_recipient = document(FILE).seal(&Path::dotted("name"), &[]).unwrap_err();
    assert_eq!(no_recipient.to_string(), "no recipient given");
    let mut sealed = document(&file.finish());
    let sealed = sealed.seal(&Path::dotted("name"), node_recipients()).unwrap_err();
    assert_eq!(sealed.to_string(), "name is sealed already: seal it for others with `rekey`");
}

#[test]
fn a_value_that_cannot_be_opened_is_an_error_with_its_reason() {
    let mut file = document(FILE);
    let error = file.unseal(&Path::dotted("name"), node_identities()).unwrap_err();
    assert_eq!(error.to_string(), "name: not a sealed value: it does not begin with `encrypted:`");
    assert_eq!(file.finish(), FILE);
}

#[test]
fn a_syntax_error_names_its_place_and_quotes_nothing() {
    let error = Document::read("node.toml", "a = 1\nb = hunter2 hunter2\n").unwrap_err().to_string();
    assert!(error.starts_with("not TOML at 2:5: ") && !error.contains("hunter2"), "{error}");
}

#[test]
fn a_rekeyed_value_is_for_its_new_recipients_alone() {
    let mut file = document("a = 'canary-3f9a'\n");
    file.seal(&Path::dotted("a"), node_recipients()).unwrap();
    let mut file = document(&file.finish());
    let new = Identity::generate();
    file.rekey(&Path::dotted("a"), node_identities(), &[new.recipient()]).unwrap();
    let mut file = document(&file.finish());
    let old = file.unseal(&Path::dotted("a"), node_identities()).unwrap_err().to_string();
    assert_eq!(old, "a: none of the identities opens it: it was sealed for other recipients, or changed afterwards");
    file.unseal(&Path::dotted("a"), &[new.into()]).unwrap();
    assert_eq!(file.finish(), "a = \"canary-3f9a\"\n");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_sealed_and_unsealed_in_its_place(text in any::<String>(), key in "\\PC{0,8}") {
        prop_assume!(!text.starts_with("encrypted:") && !text.contains("${"));
        let table = toml::Table::from_iter([(key.clone(), toml::Value::String(text.clone()))]);
        let path = Path::root().key(&key);
        let mut file = document(&format!("# before\n{table}# after\n"));
        file.seal(&path, node_recipients()).unwrap();
        let mut file = document(&file.finish());
        file.unseal(&path, node_identities()).unwrap();
        let plain = file.finish();
        prop_assert!(plain.starts_with("# before\n") && plain.ends_with("# after\n"));
        let (tree, errors) = reader::read(&Source::new("again", plain));
        prop_assert_eq!(errors, []);
        prop_assert_eq!(tree.get(&path.0).unwrap().as_str(), Some(text.as_str()));
    }
}
