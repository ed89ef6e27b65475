//! The pages of a diff, a config, a field, a code and the generations: each on a desktop and on a phone, in both themes, by keyboard
//! and on paper; and axe-core over every page of the program.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::assert::OutputAssertExt;
#[cfg(feature = "agent")]
use confgate_test_support::agent::{Agent, AgentDirectory};
#[cfg(feature = "agent")]
use confgate_test_support::program;
use confgate_test_support::{Bundle, confgate, root};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::devtools::Browser;
use crate::{DESK, PHONE, SMALL_PHONE, photograph};

/// A text that would be a problem if it were markup.
const EVIL: &str = "</script><img src=x onerror='window.caught = 1'>{{style}}";

/// Folder with the pages that commands write.
struct Pages(TempDir);

impl Pages {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fleets(folder.path());
        Self(folder)
    }

    /// Runs a command that prints a page, and returns the address of it.
    fn page(&self, name: &str, arguments: &[&str], code: i32) -> String {
        let mut command = confgate!();
        command.current_dir(self.0.path()).args(arguments).env("BITCRAPS_GAME__MIN_BET", "7");
        command.env("BITCRAPS_ENV", "development").env_remove("CI");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let path = self.0.path().join(format!("{name}.html"));
        fs::write(&path, output.stdout).unwrap();
        format!("file://{}", path.display())
    }

    fn diff(&self) -> String {
        self.page("diff", &["diff", "old", "new", "--format", "html", "--links", "{file}#L{line}"], 1)
    }

    fn config(&self) -> String {
        self.page("config", &["show", "--config", "own", "--format", "html", "--links", "{file}#L{line}"], 0)
    }

    /// The page of a config whose texts would be problems if they were markup.
    fn hostile_config(&self) -> String {
        self.page("hostile", &["show", "--config", "hostile", "--format", "html"], 0)
    }

    fn field(&self) -> String {
        self.page("field", &["explain", "game.min_bet", "--config", "own", "--format", "html"], 0)
    }

    fn code(&self) -> String {
        self.page("code", &["explain", "schema/unknown-key", "--format", "html"], 0)
    }

    /// The page of the generations of a node with three deployments.
    #[cfg(feature = "deploy")]
    fn history(&self) -> String {
        let generations = "generations";
        for bet in [5, 6, 7] {
            let bundle = Bundle { config: &format!("game.min_bet = {bet}\n"), ..Bundle::default() };
            let bundle = bundle.write(&self.0.path().join(format!("bundle-{bet}")));
            let mut deploy = confgate!();
            deploy.current_dir(self.0.path()).args(["deploy", "--state", generations]).arg(bundle);
            deploy.assert().success();
        }
        self.page("history", &["history", "--state", generations, "--format", "html"], 0)
    }

    fn reference(&self) -> String {
        self.page("options", &["docs", "--format", "html"], 0)
    }
}

/// Starts an agent with a config that differs from the defaults in two fields.
#[cfg(feature = "agent")]
fn agent() -> (AgentDirectory, Agent) {
    let place = AgentDirectory::new(program!(), "[game]\nmin_bet = 6\n[network]\nlisten_port = 8400\n");
    let agent = place.start(&["--listen", "127.0.0.1:0"]);
    (place, agent)
}

/// Writes two fleets, and one bundle with places.
fn fleets(folder: &Path) {
    let origins = r#"{"/network": {"set": [{"file": "config/base.nix", "line": 3, "column": 5}]},
        "/network/listen_port": {"set": [{"file": "nodes/ams.nix", "line": 7, "column": 3}]}}"#;
    let write = |path: PathBuf, config: &str| {
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("config.toml"), config).unwrap();
        fs::write(path.join("origins.json"), origins).unwrap();
        fs::write(path.join("manifest.json"), "{}").unwrap();
    };
    for number in 1..=20 {
        let node = format!("ams{number:02}");
        write(folder.join("old").join(&node), "[network]\nlisten_port = 8400\n");
        write(folder.join("new").join(&node), "[network]\nlisten_port = 8401\nmax_connections = 700\n");
    }
    let peers: Vec<String> = (1..20).map(|number| format!("\"192.0.2.{number}:8333\"")).collect();
    write(folder.join("old/fra1"), "[game]\nmin_bet = 5\n");
    let changed =
        format!("[game]\nmin_bet = 6\n[app]\nname = \"{EVIL}\"\n[network]\nbootstrap_nodes = [{}]\n", peers.join(", "));
    write(folder.join("new/fra1"), &changed);
    write(folder.join("old/gone"), "");
    write(folder.join("new/fresh"), "");
    for (name, text) in [("own", "ams-1".to_owned()), ("hostile", EVIL.replace('{', "("))] {
        let config = format!("[app]\nname = \"{text}\"\n[network]\nlisten_port = 8400\n[game]\nmin_bet = 6\n");
        let bundle = Bundle { config: &config, ..Bundle::default() }.write(&folder.join(name));
        fs::write(bundle.join("origins.json"), origins).unwrap();
    }
}

/// Asserts that a page fits every screen, has contrast in both themes, names its parts, asks for nothing, and runs no text.
fn fits_everywhere(browser: &mut Browser, name: &str, url: &str) {
    for scheme in ["light", "dark"] {
        browser.prefer(scheme, "screen");
        for (screen, (width, height)) in [("desk", DESK), ("phone", PHONE), ("small-phone", SMALL_PHONE)] {
            browser.resize(width, height);
            browser.open(url);
            browser.value("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
            let size = browser.value("[innerWidth, document.documentElement.scrollWidth]");
            assert_eq!(size, json!([width, width]), "{name} {scheme} {screen} scrolls sideways");
            let weak = browser.value(include_str!("contrast.js"));
            assert_eq!(weak, json!([]), "{name} {scheme} {screen}");
            photograph(browser, &format!("{name}-{scheme}-{screen}"));
        }
    }
    assert_eq!(browser.value("typeof window.caught"), json!("undefined"), "{name}");
    assert_eq!(browser.requests(), [url], "{name}");
    assert_eq!(browser.complaints(), [""; 0], "{name}");
    let levels = "[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => +h.tagName[1])\
        .filter((level, place, all) => place ? level > all[place - 1] + 1 : level !== 1)";
    assert_eq!(browser.value(levels), json!([]), "{name}: a heading skips a level");
    browser.resize(DESK.0, DESK.1);
    browser.prefer("dark", "print");
    assert_eq!(browser.value("document.querySelector('header').checkVisibility()"), json!(false), "{name}");
    assert_eq!(browser.value("getComputedStyle(document.body).backgroundColor"), json!("rgb(255, 255, 255)"), "{name}");
    browser.prefer("light", "screen");
}

/// Returns the violations that axe-core finds in the open page, each with its elements.
pub fn violations(browser: &mut Browser) -> Json {
    let installed = root().join("target/peers/node_modules/axe-core/axe.min.js");
    let path = std::env::var_os("CONFGATE_AXE").map_or(installed, PathBuf::from);
    let axe = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `benches/peers install` installs axe-core", path.display()));
    browser.value(&format!("{axe}; 0"));
    browser.value(
        "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map((violation) => \
         [violation.id, violation.help, violation.nodes.map((node) => node.html.slice(0, 200)).slice(0, 5)]))",
    )
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn every_page_fits_every_screen_in_both_themes() {
    let pages = Pages::new();
    let mut browser = Browser::start();
    #[cfg(feature = "deploy")]
    fits_everywhere(&mut browser, "history", &pages.history());
    let pages = [
        ("diff", pages.diff()),
        ("config", pages.config()),
        ("hostile", pages.hostile_config()),
        ("field", pages.field()),
        ("code", pages.code()),
    ];
    for (name, url) in pages {
        fits_everywhere(&mut browser, name, &url);
    }
    #[cfg(feature = "agent")]
    {
        let (_place, agent) = agent();
        fits_everywhere(&mut browser, "agent", &format!("http://{}/", agent.address()));
    }
}

#[test]
#[ignore = "needs Chromium and axe-core: `make test` runs it"]
fn axe_finds_no_violation_on_any_page() {
    let pages = Pages::new();
    let mut browser = Browser::start();
    let mut all = vec![
        ("diff", pages.diff()),
        ("config", pages.config()),
        ("field", pages.field()),
        ("code", pages.code()),
        ("reference", pages.reference()),
    ];
    #[cfg(feature = "deploy")]
    all.push(("history", pages.history()));
    #[cfg(feature = "agent")]
    let (_place, agent) = agent();
    #[cfg(feature = "agent")]
    all.insert(0, ("agent", format!("http://{}/", agent.address())));
    for (name, url) in all {
        for (scheme, (width, height)) in [("light", DESK), ("dark", DESK), ("light", PHONE)] {
            browser.prefer(scheme, "screen");
            browser.resize(width, height);
            browser.open(&url);
            // Contrast is a matter of the theme, names and roles are not: what is folded is checked once.
            if (scheme, width) == ("light", DESK.0) {
                browser.value("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
            }
            assert_eq!(violations(&mut browser), json!([]), "{name} {scheme} {width}");
        }
    }
}

/// Expression for the names of the visible entries of a page of options.
const SHOWN: &str =
    "[...document.querySelectorAll('article')].filter((entry) => entry.checkVisibility()).map((entry) => entry.id)";

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn a_diff_unfolds_filters_and_searches_by_keyboard() {
    let pages = Pages::new();
    let mut browser = Browser::start();
    browser.resize(DESK.0, DESK.1);
    browser.open(&pages.diff());
    let rows = "[...document.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility()).length";
    assert_eq!(browser.value(rows), json!(0), "the groups are folded at first");
    photograph(&mut browser, "diff-folded");
    browser.value("document.querySelector('.group > summary').focus()");
    browser.press("Enter");
    assert_eq!(browser.value(rows), json!(2));
    photograph(&mut browser, "diff");
    browser.press("/");
    browser.write("min_bet");
    assert_eq!(browser.value(rows), json!(1), "a search unfolds what it finds");
    let found = "document.querySelector('#found').textContent";
    assert_eq!(browser.value(found), json!("1 of 5 different changes"));
    browser.press("Escape");
    assert_eq!(browser.value(rows), json!(5));
    browser.value("document.querySelector('#restart-only').click()");
    let effects = "[...new Set([...document.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility()).map((row) => row.dataset.effect))]";
    assert_eq!(browser.value(effects), json!(["restart"]));
    browser.value("document.querySelector('#restart-only').click(); document.querySelector('#unfold').click()");
    assert_eq!(browser.value(rows), json!(0));
    // A name of a node finds all of its changes. The search was emptied, and is left now.
    browser.press("Escape");
    browser.press("/");
    browser.write("ams03");
    assert_eq!(browser.value(rows), json!(2));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn a_config_shows_what_differs_alone_and_its_layers() {
    let pages = Pages::new();
    let mut browser = Browser::start();
    browser.resize(DESK.0, DESK.1);
    browser.open(&pages.config());
    let all = browser.value(SHOWN).as_array().unwrap().len();
    assert!(all > 100, "{all}");
    browser.value("document.querySelector('#differing').focus()");
    browser.press(" ");
    assert_eq!(browser.value(SHOWN), json!(["app.name", "network.listen_port", "game.min_bet"]));
    assert_eq!(browser.value("document.querySelector('#found').textContent"), json!(format!("3 of {all} options")));
    photograph(&mut browser, "config-differing");
    let link = "document.getElementById('network.listen_port').querySelector('dd a').getAttribute('href')";
    assert_eq!(browser.value(link), json!("nodes/ams.nix#L7"));
    browser.value("document.getElementById('game.min_bet').querySelector('summary').focus()");
    browser.press("Enter");
    let layers = "[...document.getElementById('game.min_bet').querySelectorAll('.stack li')].filter((layer) => layer.checkVisibility()).map((layer) => layer.querySelector('.layer').textContent)";
    assert_eq!(browser.value(layers), json!(["variable", "file", "default"]));
    browser.value("document.getElementById('game.min_bet').scrollIntoView()");
    photograph(&mut browser, "config-layers");
    browser.value("location.hash = '#database.url'");
    let is_seen =
        "new Promise((done) => setTimeout(() => done(document.getElementById('database.url').checkVisibility()), 200))";
    assert_eq!(browser.value(is_seen), json!(true), "the target of a link is visible");
    assert_eq!(browser.complaints(), [""; 0]);
}
