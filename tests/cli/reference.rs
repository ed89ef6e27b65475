//! `confgate docs`: the reference has every field and rule of any model, and escapes all text.

use std::collections::{BTreeSet, HashMap};
use std::fs;

use confgate::reference::{Reference, html, markdown};
use confgate::{ConfigSpec, Environment, Gate, Model, Rule, Severity, bitcraps};
use confgate_test_support::{confgate, golden, root};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

fn printed(arguments: &[&str]) -> String {
    let output = confgate!().current_dir(root()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn pages(gate: &ConfigSpec) -> (String, String) {
    let reference = Reference::of(gate);
    (markdown::page(&reference), html::page(&reference))
}

fn pages_of_schema(schema: Json) -> (String, String) {
    pages(&Gate::of_schema(schema).unwrap())
}

/// Returns the part of a page about one field, from its heading to the next.
fn part<'p>(page: &'p str, name: &str) -> &'p str {
    let start = page.find(&format!("\n### `{name}`\n")).unwrap_or_else(|| panic!("{name} is missing"));
    let rest = &page[start + 4..];
    &rest[..rest.find("\n##").unwrap_or(rest.len())]
}

#[test]
fn the_committed_reference_is_what_the_schema_and_the_rules_say() {
    let committed = fs::read_to_string(root().join("docs/options.md")).unwrap_or_default();
    let now = printed(&["docs"]);
    let line = committed.lines().zip(now.lines()).position(|(old, new)| old != new);
    let line = line.unwrap_or(committed.lines().count().min(now.lines().count())) + 1;
    assert!(committed == now, "docs/options.md is not what the program prints, from line {line} on: run `make docs`");
}

/// Collects the dotted names of all values that are not tables, independently of the reference's own walk.
fn leaves(schema: &Json, name: &str, found: &mut BTreeSet<String>) {
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        if property["properties"].is_null() && property["deprecated"] != true {
            found.insert(below(key));
        }
        leaves(property, &below(key), found);
    }
    for alternative in ["oneOf", "anyOf"].iter().filter_map(|keyword| schema[keyword].as_array()).flatten() {
        leaves(alternative, name, found);
    }
    leaves_of_items(schema, name, found);
}

fn leaves_of_items(schema: &Json, name: &str, found: &mut BTreeSet<String>) {
    if schema["items"].is_object() {
        leaves(&schema["items"], &format!("{name}[]"), found);
    }
}

#[test]
fn every_field_and_every_rule_is_on_both_pages() {
    let schema: Json = serde_json::from_str(&printed(&["schema"])).unwrap();
    let (text, page) = (printed(&["docs"]), printed(&["docs", "--format", "html"]));
    let mut fields = BTreeSet::new();
    leaves(&schema, "", &mut fields);
    // A table that is one of several choices is a section.
    fields.remove("performance.Custom");
    assert!(fields.len() > 130, "{}", fields.len());
    for name in &fields {
        let variable = format!("`BITCRAPS_{}`", name.to_uppercase().replace('.', "__"));
        let in_files_alone = name.contains("[]") || name == "profiles";
        assert!(in_files_alone || part(&text, name).contains(&variable), "{name} has no variable");
        assert!(page.contains(&format!("<article id=\"{name}\"")), "{name}");
    }
    // Two rules about secrets apply to every model.
    assert_eq!(page.matches("<article id=").count(), fields.len() + Gate::of::<bitcraps::Config>().rules().len() + 2);
    for (short, name) in bitcraps::Config::aliases() {
        assert!(part(&text, name).contains(&format!("`{short}`")), "{short}");
    }
    let rules: Vec<Json> = serde_json::from_str(&printed(&["rules", "--format", "json"])).unwrap();
    for rule in &rules {
        let name = rule["name"].as_str().unwrap();
        let told = part(&text, name);
        for words in ["why", "help", "severity"] {
            let words = rule[words].as_str().unwrap().replace('\n', " ");
            assert!(told.replace("\n  ", " ").contains(&words), "{name}: {words}\n{told}");
        }
        assert!(page.contains(&format!("<article id=\"{name}\"")), "{name}");
        for read in rule["reads"].as_array().unwrap() {
            assert!(part(&text, read.as_str().unwrap()).contains(&format!("[`{name}`](#")), "{name} and {read}");
        }
    }
    assert!(part(&text, "network.turn_servers[].password").contains("Secret: "));
    assert!(part(&text, "network.turn_servers[].url").contains("Default: required"));
    assert!(part(&text, "app.log_level").contains("  - `\"trace\"`: Every step, with messages and timings."));
    assert!(part(&text, "security.pow_difficulty").contains("Type: integer, 1 to 64, in bits"));
    assert!(text.contains("- `last_reload`: ") && page.contains("<code>last_reload</code>"));
}

/// Returns the anchors that code hosts make of the headings of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut anchors = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with('#')) {
        let words = line.trim_start_matches('#').trim().replace('`', "");
        let kept = words.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
        let anchor: String = kept.collect::<String>().to_lowercase().replace(' ', "-");
        let before = times.entry(anchor.clone()).and_modify(|times| *times += 1).or_insert(0);
        anchors.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
    }
    anchors
}

#[test]
fn every_link_of_the_text_leads_to_a_heading() {
    let text = printed(&["docs"]);
    let anchors = anchors(&text);
    let links = text.split("](#").skip(1).map(|rest| &rest[..rest.find(')').unwrap()]);
    let lost: Vec<&str> = links.clone().filter(|link| !anchors.contains(*link)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(links.count() > 200);
    assert!(
        text.lines().filter(|line| !line.starts_with(['|', '-', ' ', '#'])).all(|line| line.chars().count() <= 120)
    );
}

#[test]
fn the_page_names_nothing_outside_of_itself() {
    let page = printed(&["docs", "--format", "html"]);
    let policy = "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';";
    assert!(page.contains(policy));
    for attribute in [" src=", " href=", " action=", "url(", "@import"] {
        for (at, _) in page.match_indices(attribute) {
            let value = page[at + attribute.len()..].trim_start_matches('"');
            assert!(value.starts_with('#') || value.starts_with("data:,"), "{attribute}{}", &value[..40]);
        }
    }
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Clock {
    /// Ticks a second, if it ticks.
    #[schemars(range(min = 1, max = 50), extend("x-unit" = "hertz", "x-reload" = "restart"))]
    rate: Option<u32>,
    /// Appearance.
    face: Face,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
enum Face {
    /// Hands.
    Analog,
    /// Digits.
    Digital,
}

impl Model for Clock {
    const NAME: &'static str = "clock";
    const ENV_PREFIX: &'static str = "CLOCK";

    fn defaults(environment: Environment) -> Self {
        Self { rate: (environment == Environment::Production).then_some(50), face: Face::Analog }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[]
    }
}

#[test]
fn a_small_model_without_tables_rules_and_short_names_has_a_page_as_well() {
    let (text, page) = pages(&Gate::of::<Clock>());
    let mut differences = String::new();
    golden::compare(&root().join("tests/cli/reference/clock.md"), &text, &mut differences);
    assert!(differences.is_empty(), "{differences}");
    assert!(page.contains("<title>Options of clock</title>") && page.contains("<article id=\"rate\""));
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nested {
    store: Store,
    /// By name.
    labels: std::collections::BTreeMap<String, Store>,
}

/// Storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Store {
    rows: Option<u8>,
}

impl Model for Nested {
    const NAME: &'static str = "nested";
    const ENV_PREFIX: &'static str = "NESTED";

    fn defaults(_: Environment) -> Self {
        Self { store: Store { rows: None }, labels: [].into() }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[Rule {
            name: "nested/store",
            severity: Severity::Warning,
            why: "why",
            reads: &["store", "elsewhere"],
            holds: |_| true,
            help: "help",
        }]
    }
}

#[test]
fn a_rule_that_reads_a_table_touches_all_in_it_and_links_to_it() {
    let (text, page) = pages(&Gate::of::<Nested>());
    assert!(part(&text, "store.rows").contains("- Rules: [`nested/store`](#nestedstore)"));
    assert!(part(&text, "nested/store").contains("- Reads: [`store`](#store), `elsewhere`"));
    assert!(part(&text, "labels").contains("- Tables: [`labels.*`](#labels)") || text.contains("## `labels.*`"));
    assert!(!part(&text, "labels.*.rows").contains("variable"), "the key is not known");
    assert!(page.contains("<a href=\"#store\"><code>store</code></a>"));
    assert!(!text.contains("Top level") || part(&text, "labels").contains("By name."));
}

const EVIL: &str =
    "</script>\"' <script>alert(1)</script> | [x](javascript:y) *b* `<i>|` ```` & &amp; \\ _z_\n\n- # 1. > x";

#[test]
fn no_text_of_a_schema_is_taken_for_markup() {
    let field = json!({
        "type": "string", "description": EVIL, "default": EVIL, "x-unit": EVIL, "x-reload": EVIL, "examples": [EVIL],
        "pattern": ".", "patternErrorMessage": EVIL,
    });
    let (text, page) = pages_of_schema(json!({
        "title": EVIL,
        "description": EVIL,
        "properties": {
            EVIL: field,
            "|": { "enum": ["|", "`", EVIL], "enumDescriptions": ["|", EVIL, null] },
            "<table>": { "type": "object", "description": EVIL, "properties": { EVIL: field, "p|q": {} } },
            "old": { "deprecated": true, "description": EVIL },
        },
    }));
    let mut columns = None;
    for line in text.lines() {
        let words = without_links(&without_code(line));
        let raw = words.replace("\\\\", "");
        for markup in ["<", "*b*", "_z_", "[x](javascript"] {
            for (at, _) in raw.match_indices(markup) {
                assert!(raw[..at].ends_with('\\'), "{markup} in {line}");
            }
        }
        // A bar ends a cell of a table, even within code.
        columns = line.starts_with("| ").then(|| line.replace("\\|", "").matches('|').count()).inspect(|bars| {
            assert!(columns.is_none_or(|before| before == *bars), "{line}");
        });
        assert!(!line.trim_start().starts_with("> ") && !line.starts_with("# 1"), "{line}");
    }
    assert!(columns.is_none());
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let script = page.find("<script>").unwrap()..page.rfind("</script>").unwrap();
    assert!(style.end < script.start && script.end < page.find("<body").unwrap());
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    let body = &page[page.find("<body").unwrap()..];
    assert!(!body.contains("<i>") && !body.contains("alert(1)<") && !body.contains("href=\"javascript"));
    assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    // Every attribute ends at its quote: the rest of a tag is letters.
    for tag in body.split('<').skip(1).map(|rest| &rest[..rest.find('>').unwrap()]) {
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(outside.chars().all(|c| c.is_ascii_alphanumeric() || " =/-!".contains(c)), "<{tag}>");
    }
}

/// Removes inline code from a line of Markdown.
fn without_code(line: &str) -> String {
    let mut words = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].chars().take_while(|c| *c == '`').count();
        words.push_str(&rest[..start]);
        if words.ends_with('\\') {
            rest = &rest[start + 1..];
            continue;
        }
        let fence = "`".repeat(ticks);
        let inner = &rest[start + ticks..];
        let ends = inner.match_indices(&fence).map(|(at, _)| at);
        let mut ends = ends.filter(|at| !inner[..*at].ends_with('`') && !inner[at + ticks..].starts_with('`'));
        let end = ends.next().unwrap_or_else(|| panic!("code without an end: {line}"));
        rest = &inner[end + ticks..];
    }
    words + rest
}

/// Removes the targets of links, whose anchors have letters, digits, `-` and `_` only.
fn without_links(line: &str) -> String {
    let mut pieces = line.split("](#");
    let mut words = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (anchor, rest) = piece.split_once(')').unwrap();
        assert!(anchor.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)), "{anchor}");
        words.push_str(rest);
    }
    words
}

#[test]
fn secret_defaults_are_not_shown() {
    let (text, page) = pages_of_schema(json!({ "properties": {
        "key": { "type": "string", "x-secret": true, "default": "hunter2" },
        "pin": { "type": "integer", "x-secret": true, "default": 271828 },
        "url": { "type": "string", "format": "url", "default": "pg://node:hunter2@db/x" },
        "all": { "type": "array", "items": { "type": "string", "x-secret": true }, "default": ["hunter2"] },
        // A default is the value itself, and this one no reference.
        "by_reference": { "type": "string", "x-secret": true, "default": "${SECRET_KEY}" },
    } }));
    for page in [&text, &page.replace("<wbr>", "")] {
        assert!(!page.contains("hunter2") && !page.contains("271828"));
        assert!(page.contains("[secret]") && !page.contains("${SECRET_KEY}"));
    }
    assert!(part(&text, "url").contains("secrets/no-plain-text"));
}

#[test]
fn alternatives_lists_and_open_tables_of_any_schema_are_described() {
    let (text, page) = pages_of_schema(json!({
        "title": "depot",
        "required": ["owner"],
        "properties": {
            "owner": { "type": "string", "minLength": 1 },
            "tags": { "type": "array", "items": { "type": "string", "maxLength": 9 }, "maxItems": 3, "uniqueItems": true },
            "store": { "oneOf": [
                { "description": "On a disk.", "properties": { "kind": { "const": "file" }, "path": { "type": "string" } } },
                { "description": "Far away.", "properties": { "kind": { "const": "s3" }, "bucket": { "type": "string" } } },
            ] },
            "tree": { "$ref": "#/$defs/node" },
            "env": { "type": "object", "additionalProperties": { "type": "integer", "minimum": 0, "maximum": 9 } },
            "size": { "type": ["integer", "string"], "multipleOf": 8 },
        },
        "$defs": { "node": { "type": "object", "properties": {
            "name": { "type": "string" }, "children": { "type": "array", "items": { "$ref": "#/$defs/node" } },
        } } },
    }));
    let type_of = |name: &str| {
        let line = part(&text, name).lines().find_map(|line| line.strip_prefix("- Type: "));
        line.unwrap_or_else(|| panic!("{name} has no type")).to_owned()
    };
    assert_eq!(type_of("owner"), "string, not empty");
    assert!(part(&text, "owner").contains("- Default: required"));
    assert_eq!(type_of("tags"), "list, each a string (at most 9 characters), at most 3 elements, no element twice");
    assert_eq!(type_of("store"), "table");
    assert!(part(&text, "store").contains("  - `{ kind = \"s3\", … }`: Far away.\n"));
    assert!(text.contains("## `store`, `kind = \"s3\"`\n") && text.contains("### `store.bucket`\n"));
    assert_eq!(type_of("env"), "table, each entry an integer (0 to 9)");
    assert_eq!(type_of("size"), "integer or a string, a multiple of 8");
    assert!(part(&text, "tree.children").contains("- Tables: [`tree`](#tree"), "a schema that holds itself ends");
    assert!(!text.contains("variable: "), "a schema without a model has no variables");
    assert!(!text.contains("## Environments") && !page.contains("side-by-side\">"));
    let anchors = anchors(&text);
    assert!(text.split("](#").skip(1).all(|rest| anchors.contains(&rest[..rest.find(')').unwrap()])), "{text}");
}

#[test]
fn a_page_for_standard_output_is_added_to_what_is_in_its_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let log = folder.path().join("log.md");
    for path in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        fs::write(&log, "before\n").unwrap();
        let stdout = fs::OpenOptions::new().append(true).open(&log).unwrap();
        assert!(confgate!().args(["docs", "--output", path]).stdout(stdout).status().unwrap().success());
        assert_eq!(fs::read_to_string(&log).unwrap(), format!("before\n{}", printed(&["docs"])), "{path}");
    }
}

#[test]
fn the_command_writes_files_and_says_when_it_cannot() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("options.md");
    let run = |path: &std::path::Path| confgate!().args(["docs", "--output"]).arg(path).output().unwrap();
    let done = run(&file);
    assert!(done.status.success() && done.stdout.is_empty());
    assert_eq!(fs::read_to_string(&file).unwrap(), printed(&["docs"]));
    let failed = run(&folder.path().join("absent/options.md"));
    assert_eq!(failed.status.code(), Some(2));
    let message = String::from_utf8(failed.stderr).unwrap();
    assert!(
        message.starts_with("error: ")
            && message.ends_with("absent/options.md: No such file or directory (os error 2)\n")
    );
    let schema = root().join("templates/schema/schema.json");
    assert!(printed(&["docs", "--schema", schema.to_str().unwrap()]).starts_with("# Options of "));
}
