//! `confgate flags`: the commands.

use std::fs;

use confgate_test_support::confgate;
use serde_json::{Value as Json, json};

use crate::support::FLAGS;

/// A folder with the flags in `flags.toml`.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(flags: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("flags.toml"), flags).unwrap();
        Self(folder)
    }

    /// Runs a command, and returns its exit code and all that it prints.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = confgate!().current_dir(self.0.path()).arg("flags").args(arguments).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text)
    }

    fn json(&self, arguments: &[&str]) -> Json {
        let (_, text) = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

#[test]
fn the_list_has_a_line_for_each_flag() {
    let folder = Folder::new(FLAGS);
    let (code, text) = folder.run(&["list", "flags.toml"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(
        text,
        "FLAG    STATE     TYPE     VARIANTS     SELECTED BY  OWNER       UNTIL\n\
         gone    disabled  boolean  off on*      default\n\
         layout  enabled   object   wide*        default\n\
         limit   enabled   number   high low*    default\n\
         lobby   enabled   boolean  off* on      targeting    team-lobby\n\
         open    enabled   boolean  off on       targeting\n\
         split   enabled   string   a* b         targeting\n\
         title   enabled   string   long short*  targeting\n"
    );
    let json = folder.json(&["list", "flags.toml"]);
    assert_eq!(json["flags"][3]["variants"], json!({ "off": false, "on": true }));
}

#[test]
fn an_evaluation_prints_value_variant_and_reason() {
    let folder = Folder::new(FLAGS);
    let (code, text) = folder.run(&["eval", "flags.toml", "lobby", "--set", "plan=pro"]);
    assert_eq!((code, text.as_str()), (0, "lobby = true  (variant on, TARGETING_MATCH)\n"));
    let (code, text) = folder.run(&["eval", "flags.toml", "gone"]);
    assert_eq!((code, text.as_str()), (0, "gone has no value: the program uses its own default  (DISABLED)\n"));
    let (code, text) = folder.run(&["eval", "flags.toml", "lobbi"]);
    assert_eq!((code, text.as_str()), (1, "lobbi: flag \"lobbi\" not found: did you mean lobby?  (FLAG_NOT_FOUND)\n"));
    let json = folder.json(&["eval", "flags.toml", "--context", r#"{"plan":"pro"}"#, "--key", "u1"]);
    assert_eq!(json["flags"].as_array().unwrap().len(), 7);
    assert_eq!(
        json["flags"][3],
        json!({ "key": "lobby", "value": true, "variant": "on", "reason": "TARGETING_MATCH" })
    );
}

#[test]
fn the_value_of_an_attribute_is_json_or_a_text() {
    let folder = Folder::new(
        "[flags.kind]\nvariants = { number = 1, text = 2, object = 3, other = 4 }\ntargeting = { if = [\n\
         { '===' = [{ var = 'a' }, 3] }, 'number', { '===' = [{ var = 'a' }, '007'] }, 'text',\n\
         { '===' = [{ var = 'a.b' }, 1] }, 'object', 'other'] }\n",
    );
    let variant = |arguments: &[&str]| {
        let json = folder.json(&[&["eval", "flags.toml", "kind"], arguments].concat());
        json["flags"][0]["variant"].as_str().unwrap().to_owned()
    };
    assert_eq!(variant(&["--set", "a=3"]), "number");
    assert_eq!(variant(&["--set", "a=007"]), "text");
    assert_eq!(variant(&["--set", "a={\"b\":1}"]), "object");
    assert_eq!(variant(&["--set", "a.b=1"]), "object");
    assert_eq!(variant(&["--context", "{\"a\":3}"]), "number");
    assert_eq!(variant(&["--context", "{\"a\":3}", "--set", "a=x=y"]), "other");
}

#[test]
fn an_attribute_has_the_type_that_the_flags_declare() {
    let folder = Folder::new(
        "[context]\nversion = 'string'\nage = 'number'\n[flags.new]\nvariants = { on = true, off = false }\n\
         targeting = { if = [{ '==' = [{ var = 'version' }, '1.10'] }, 'on', 'off'] }\n",
    );
    let run = |set: &str| folder.run(&["eval", "flags.toml", "new", "--set", set]);
    assert_eq!(run("version=1.10"), (0, "new = true  (variant on, TARGETING_MATCH)\n".to_owned()));
    let refused = |arguments: &[&str]| folder.run(&[&["eval", "flags.toml", "new"], arguments].concat());
    let undeclared = "error: --set vesion: `context` of the flags does not declare vesion: did you mean version?\n";
    assert_eq!(refused(&["--set", "vesion=1"]), (2, undeclared.to_owned()));
    let within = "error: --set age.years: another option sets a part of its name to a value\n";
    assert_eq!(refused(&["--set", "age=3", "--set", "age.years=3"]), (2, within.to_owned()));
    let deep = format!("age={}", "[".repeat(400) + &"]".repeat(400));
    assert_eq!(refused(&["--set", &deep]), (2, "error: --set: nested more than 256 levels deep\n".to_owned()));
}

#[test]
fn an_explanation_names_what_cannot_be_evaluated_and_hashes_texts_alone() {
    let folder = Folder::new(
        "[flags.adult]\nvariants = { on = true, off = false }\ndefaultVariant = 'off'\n\
         targeting = { if = [{ '>=' = [{ var = 'age' }, 18] }, 'on', 'off'] }\n\
         [flags.share]\nvariants = { on = true, off = false }\ndefaultVariant = 'off'\n\
         targeting = { fractional = [{ var = 'uid' }, ['on', 50], ['off', 50]] }\n",
    );
    let explained = |arguments: &[&str]| folder.run(&[&["explain", "flags.toml"], arguments].concat()).1;
    let text = explained(&["adult", "--set", "age=old"]);
    assert!(text.contains("{\">=\":[{\"var\":\"age\"},18]} cannot be evaluated: "), "{text}");
    assert!(!text.contains("does not hold") && !text.contains("result"), "{text}");
    let text = explained(&["share", "--set", "uid=7", "--key", "k"]);
    assert!(text.starts_with("share = false  (variant off, DEFAULT)\n"), "{text}");
    assert!(text.contains("share selects nothing: no text to hash"), "{text}");
    let text = explained(&["share", "--set", "uid=u7"]);
    assert!(text.contains(" of 100 for \"u7\" selects "), "{text}");
}

#[test]
fn a_context_that_cannot_be_read_is_an_error() {
    let folder = Folder::new(FLAGS);
    let refused = |context: &str| {
        let (code, text) = folder.run(&["eval", "flags.toml", "lobby", "--context", context]);
        assert_eq!(code, 2, "{text}");
        text.lines().next().unwrap().rsplit_once("': ").unwrap().1.to_owned()
    };
    let way_out = "; write an object such as {\"plan\": \"pro\"}";
    assert_eq!(refused("[1]"), format!("not a JSON object{way_out}"));
    assert_eq!(refused("{\"a\":"), format!("not JSON, from byte 5{way_out}"));
    let nested = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(refused(&nested(256)), format!("nested more than 256 levels deep{way_out}"));
    assert_eq!(folder.run(&["eval", "flags.toml", "lobby", "--context", &nested(255)]).0, 0);
}

#[test]
fn an_explanation_names_the_rule_the_bucket_and_the_lines() {
    let folder = Folder::new(FLAGS);
    let (code, text) = folder.run(&["explain", "flags.toml", "title", "--set", "email=a@example.org"]);
    assert_eq!(code, 0, "{text}");
    let rows = [
        ("state is ENABLED", "default"),
        ("defaultVariant is short", "flags.toml:21:1"),
        ("condition {\"$ref\":\"internal\"} holds", "flags.toml:22:21"),
        ("result \"long\"", "flags.toml:22:46"),
    ];
    let rows: String = rows.iter().map(|(text, place)| format!("  {text:35}  {place}\n")).collect();
    assert_eq!(text, format!("title = \"Good day\"  (variant long, TARGETING_MATCH)\n{rows}"));
    let (_, text) = folder.run(&["explain", "flags.toml", "split", "--key", "u1"]);
    assert!(text.contains("bucket ") && text.contains(" of 100 for \"splitu1\" selects "), "{text}");
    let json = folder.json(&["explain", "flags.toml", "split", "--key", "u1"]);
    let share = &json["steps"][0]["share"];
    assert_eq!(share["variant"], json["variant"], "{json}");
    assert_eq!(
        share["ranges"],
        json!([{ "variant": "a", "start": 0, "end": 50 }, { "variant": "b", "start": 50, "end": 100 }])
    );
}

#[test]
fn an_explanation_agrees_with_the_evaluation_for_every_key() {
    let folder = Folder::new(FLAGS);
    for number in 0..20 {
        let json = folder.json(&["explain", "flags.toml", "split", "--key", &format!("user-{number}")]);
        assert_eq!(json["steps"][0]["share"]["variant"], json["variant"], "{json}");
    }
}

#[test]
fn a_ramp_is_evaluated_and_explained_at_a_time() {
    let ramp = "[flags.new]\nvariants = { on = true, off = false }\ndefaultVariant = \"off\"\n[flags.new.ramp]\nvariant = \"on\"\n\
        steps = [{ at = \"2027-01-01T00:00:00Z\", percent = 0.5 }, { at = \"2027-01-02T00:00:00Z\", percent = 100 }]\n";
    let folder = Folder::new(ramp);
    let at = |time: &str| folder.run(&["explain", "flags.toml", "new", "--key", "u1", "--at", time]).1;
    let before = at("2026-12-31T23:59:59Z");
    assert!(before.starts_with("new = false") && before.contains("ramp has not begun"), "{before}");
    let first = at("2027-01-01T00:00:00Z");
    assert!(first.contains("ramp at 0.5 % since 2027-01-01T00:00:00Z"), "{first}");
    assert!(first.contains("of 10000 for \"newu1\""), "{first}");
    let last = at("2027-01-02T00:00:00Z");
    assert!(last.starts_with("new = true") && last.contains("flags.toml:6:"), "{last}");
}

#[test]
fn stale_flags_are_expired_or_not_in_the_sources() {
    let folder = Folder::new(
        "[flags.old]\nvariants = { on = true, off = false }\nuntil = \"2020-01-31\"\n[flags.used]\nvariants = { on = true }\n",
    );
    fs::create_dir(folder.0.path().join("src")).unwrap();
    fs::write(folder.0.path().join("src/main.rs"), "flags.boolean(\"used\", false, &context)").unwrap();
    let (code, text) = folder.run(&["stale", "flags.toml", "--sources", "."]);
    assert_eq!(code, 1);
    assert_eq!(
        text,
        "old: expired: it was needed until 2020-01-31\nold: its key stands in no file of the sources\n2 findings in 2 flags\n"
    );
    let (code, text) = folder.run(&["stale", "flags.toml", "--on", "2019-01-01"]);
    assert_eq!((code, text.as_str()), (0, "0 findings in 2 flags\n"));
    let (code, text) = folder.run(&["stale", "flags.toml", "--prometheus", "http://127.0.0.1:1"]);
    assert_eq!(code, 2);
    assert!(text.starts_with("error: cannot query Prometheus at http://127.0.0.1:1: "), "{text}");
}

#[test]
fn a_check_reports_every_mistake_with_its_line() {
    let folder = Folder::new(
        "[flags.lobby]\nvariants = { on = true, off = false }\ndefaultVariant = \"offf\"\nuntil = \"2020-01-31\"\n",
    );
    let (code, text) = folder.run(&["check", "flags.toml"]);
    assert_eq!(code, 1);
    assert_eq!(
        text,
        "error: flags.lobby.defaultVariant is \"offf\", which is not a variant     flags/default-variant\n  ┌─ flags.toml:3:1\n\
         3 │ defaultVariant = \"offf\"\n  │ ^^^^^^^^^^^^^^ set here\n  = help: did you mean \"off\"?\n\n\
         warning: flags.lobby is expired: it was needed until 2020-01-31         flags/expired\n  ┌─ flags.toml:4:1\n\
         4 │ until = \"2020-01-31\"\n  │ ^^^^^ set here\n  = help: remove the flag and the code that it selects, or set a later date\n\n\
         refused in Development: 1 error, 1 warning\n"
    );
    let (code, _) = folder.run(&["check", "flags.toml", "--on", "2020-01-31"]);
    assert_eq!(code, 1);
    let (code, text) = Folder::new(FLAGS).run(&["check", "flags.toml", "--deny-warnings"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn the_rendered_configuration_is_that_of_flagd() {
    let folder = Folder::new(
        "[flags.new]\nowner = \"x\"\nvariants = { on = true, off = false }\ndefaultVariant = \"off\"\ntargeting = { if = [{ var = \"x\" }, \"on\"] }\n",
    );
    let (code, text) = folder.run(&["render", "flags.toml"]);
    assert_eq!(code, 0);
    let json: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(json["flags"]["new"]["targeting"], json!({ "if": [{ "var": "x" }, "on", null] }));
    assert_eq!(json["flags"]["new"]["metadata"], json!({ "owner": "x" }));
    assert_eq!(json["flags"]["new"]["state"], "ENABLED");
}

#[test]
fn the_committed_schema_of_flags_files_is_that_of_the_types() {
    let printed = confgate!().args(["schema", "--flags"]).output().unwrap();
    let committed = fs::read(confgate_test_support::root().join("modules/flags.schema.json")).unwrap();
    assert!(printed.stdout == committed, "modules/flags.schema.json is not that of the types: run `make schema`");
}
