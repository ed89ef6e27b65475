//! `show`, `explain` and `history` with `--format html`: a page each, without secrets and without markup of a config.

use std::fs;

use confgate_test_support::{Printed, confgate, files, golden, root};
use predicates::str::contains;

use super::run_in;

const CONFIG: &str =
    "[app]\nname = \"<b>\"\n[network]\nlisten_port = 8400\n[monitoring]\nalert_webhook = \"https://hooks/hunter2\"\n";

fn page(arguments: &[&str]) -> String {
    let folder = files(&[("development.toml", CONFIG)]);
    let mut command = confgate!();
    command.current_dir(folder.path()).args(arguments).args(["--config", "development.toml", "--format", "html"]);
    command.env("BITCRAPS_LISTEN_PORT", "9000").env("BITCRAPS_ENV", "development");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the content of a page without its frame.
fn content(page: &str) -> &str {
    let (_, rest) = page.split_once("<main ").expect("a page has a content");
    rest.split_once("</main>").expect("it ends").0
}

fn article<'p>(page: &'p str, field: &str) -> &'p str {
    let start = page.find(&format!("<article id=\"{field}\"")).unwrap_or_else(|| panic!("{field} is missing"));
    &page[start..start + page[start..].find("</article>").unwrap()]
}

#[test]
fn the_page_of_a_config_has_each_value_beside_its_default() {
    let page = page(&["show", "--links", "https://git.test/{file}#L{line}"]);
    assert!(!page.contains("hunter2") && !page.contains("<b>"), "{page}");
    let port = article(&page, "network.listen_port");
    for part in [
        " data-differs>",
        "<span class=\"now-value\"><code>9000</code></span>",
        "<dt>Set by</dt><dd>variable <span class=\"place\"><code>BITCRAPS_LISTEN_PORT</code></span></dd>",
        "<dt>Default</dt><dd><code>8334</code></dd>",
        "<a href=\"https://git.test/development.toml#L4\"><code>development.toml:4:1</code></a>",
        "<summary>3 layers<span class=\"unseen\"> of network.listen_port</span></summary>",
    ] {
        assert!(port.contains(part), "{part}: {port}");
    }
    assert!(!article(&page, "network.max_connections").contains("data-differs"));
    assert!(page.contains("<input type=\"checkbox\" id=\"differing\">Only what differs from the defaults"), "{page}");
}

#[test]
fn the_page_of_a_field_is_a_stack_of_layers() {
    let page = page(&["explain", "network.listen_port"]);
    let mut differences = String::new();
    golden::compare(&root().join("tests/cli/reference/field.html"), content(&page), &mut differences);
    assert_eq!(differences, "");
}

#[test]
fn codes_and_rules_have_pages_too() {
    let code = page(&["explain", "schema/unknown-key"]);
    assert!(
        code.contains("<h1><code>schema/unknown-key</code></h1>")
            && code.contains("<span class=\"mark error\">error</span>"),
        "{code}"
    );
    let rule = page(&["explain", "game/bets-ordered"]);
    assert!(rule.contains("<dt>Reads</dt><dd><code>game.min_bet</code>"), "{rule}");
}

#[test]
fn important_options_come_first() {
    let schema = r#"{ "title": "x", "type": "object", "properties": { "a": { "type": "integer", "default": 1 }, "b": { "type": "integer", "default": 2, "x-important": true } } }"#;
    let folder = files(&[("x.json", schema), ("x.toml", "a = 5\n")]);
    let order = |page: String| (page.find("<article id=\"b\"").unwrap(), page.find("<article id=\"a\"").unwrap(), page);
    let (b, a, page) = order(run_in(folder.path(), &["docs", "--schema", "x.json", "--format", "html"]).code(0).out());
    assert!(b < a && page.contains("<span class=\"mark important\">important</span>"), "{page}");
    let show = ["show", "--schema", "x.json", "--service", "x", "--config", "x.toml", "--format", "html"];
    let (b, a, _) = order(run_in(folder.path(), &show).code(0).out());
    assert!(b < a);
}

#[cfg(feature = "deploy")]
#[test]
fn the_page_of_the_generations_is_a_timeline() {
    let folder = files(&[]);
    let history = || run_in(folder.path(), &["history", "--state", "state", "--format", "html"]).code(0).out();
    assert!(content(&history()).contains("<p class=\"note\">No deployments.</p>"));
    for bet in [5, 6] {
        let config = format!("game.min_bet = {bet}\n");
        let bundle = confgate_test_support::Bundle { config: &config, ..Default::default() };
        bundle.write(&folder.path().join(format!("bundle-{bet}")));
        run_in(folder.path(), &["deploy", &format!("bundle-{bet}"), "--state", "state"]).code(0);
    }
    let page = history();
    let items: Vec<&str> = content(&page).split("<li").skip(1).collect();
    assert_eq!(items.len(), 2, "{page}");
    assert!(
        items[0].starts_with(" aria-current=\"true\">") && items[0].contains("<strong>Generation 2</strong>"),
        "{page}"
    );
    assert!(
        items[0].contains("<span class=\"mark good\">active</span>") && !items[1].contains("active</span>"),
        "{page}"
    );
    fs::remove_file(folder.path().join("state/bitcraps/generations/1.json")).unwrap();
    assert!(history().contains("<span class=\"mark error\">damaged</span>"));
    run_in(folder.path(), &["history", "--state", "state"]).stdout(contains("damaged"));
}
