//! The HTML reference, and the page of a fleet, in a real browser: light and dark, on a desktop and on a phone.
//!
//! These need Chromium, which `make test` installs where it may. Run alone: `cargo test --test browser -- --ignored`. With
//! `CONFGATE_SCREENSHOTS=DIR` they write screenshots there.

mod devtools;
#[cfg(feature = "fleet")]
mod fleet;
#[cfg(feature = "live")]
mod pages;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use confgate_test_support::confgate;
use devtools::Browser;
use serde_json::json;
use tempfile::TempDir;

const DESK: (u32, u32) = (1280, 1000);
const PHONE: (u32, u32) = (390, 844);
const SMALL_PHONE: (u32, u32) = (320, 568);

/// Folder with the page that the command writes.
struct Page {
    folder: TempDir,
}

impl Page {
    fn written(arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("options.html");
        let mut command = confgate!();
        command.args(["docs", "--format", "html", "--output"]).arg(&path).args(arguments);
        assert!(command.status().unwrap().success());
        Self { folder }
    }

    fn url(&self) -> String {
        format!("file://{}", self.folder.path().join("options.html").display())
    }
}

/// Starts a browser and opens the reference of the bundled model.
fn opened() -> (Browser, Page) {
    let page = Page::written(&[]);
    let mut browser = Browser::start();
    browser.resize(DESK.0, DESK.1);
    browser.open(&page.url());
    (browser, page)
}

/// Writes a screenshot, if `CONFGATE_SCREENSHOTS` is set.
fn photograph(browser: &mut Browser, name: &str) {
    let Some(folder) = env::var_os("CONFGATE_SCREENSHOTS") else { return };
    let picture = browser.call("Page.captureScreenshot", json!({}))["data"].as_str().unwrap().to_owned();
    fs::create_dir_all(&folder).unwrap();
    fs::write(Path::new(&folder).join(format!("{name}.png")), from_base64(&picture)).unwrap();
}

fn from_base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|c| DIGITS.iter().position(|digit| *digit == c));
    let digits: Vec<u32> = digits.map(|digit| digit as u32).collect();
    let groups = digits.chunks(4).flat_map(|group| {
        let bits = group.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    });
    groups.collect()
}

/// Expression for the names of the visible options.
const SHOWN: &str = "[...document.querySelectorAll('section:not(#rules) > article')]\
    .filter((article) => article.checkVisibility()).map((article) => article.querySelector('h3').textContent)";

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn the_page_fits_and_can_be_read_on_every_screen_in_both_themes() {
    let (mut browser, page) = opened();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme, "screen");
        for (name, (width, height)) in [("desk", DESK), ("phone", PHONE), ("small-phone", SMALL_PHONE)] {
            browser.resize(width, height);
            browser.open(&page.url());
            let told = browser.value("[innerWidth, document.documentElement.scrollWidth]");
            assert_eq!(told, json!([width, width]), "{scheme} {name} scrolls sideways");
            let wide = browser.value(
                "[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.matches('.unseen') \
                 && e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 99))",
            );
            assert_eq!(wide, json!([]), "{scheme} {name} is cut off");
            let weak = browser.value(include_str!("contrast.js"));
            assert_eq!(weak, json!([]), "{scheme} {name}");
            photograph(&mut browser, &format!("{scheme}-{name}"));
            for place in ["network.listen_port", "security/tls-paths", "environments"] {
                browser.value(&format!("document.getElementById('{place}').scrollIntoView()"));
                photograph(&mut browser, &format!("{scheme}-{name}-{}", place.replace('/', "-")));
            }
        }
        let dark = browser.value("getComputedStyle(document.body).backgroundColor") == json!("rgb(22, 24, 27)");
        assert_eq!(dark, scheme == "dark");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn the_search_finds_names_texts_and_variables() {
    let (mut browser, _page) = opened();
    let all = browser.value(SHOWN).as_array().unwrap().len();
    assert_eq!(browser.value("document.querySelector('#found').textContent"), json!(format!("{all} options")));
    for (words, found) in [
        ("listen_port", "network.listen_port"),
        ("BITCRAPS_LISTEN_PORT", "network.listen_port"),
        ("bitcraps_database__url", "database.url"),
        ("zero bits proof", "security.pow_difficulty"),
    ] {
        browser.press("/");
        browser.write(words);
        let shown = browser.value(SHOWN);
        let shown: Vec<&str> = shown.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert!(shown.contains(&found) && shown.len() < 5, "{words}: {shown:?}");
        let count = browser.value("document.querySelector('#found').textContent");
        assert_eq!(count, json!(format!("{} of {all} options", shown.len())));
        assert_eq!(browser.value("scrollY"), json!(0));
        photograph(&mut browser, "search");
        browser.press("Escape");
        browser.press("Escape");
    }
    browser.press("/");
    browser.write("zero bits proof");
    let headings = "[...document.querySelectorAll('main > section > h2')].filter((h) => h.checkVisibility()).length";
    assert_eq!(browser.value(headings), json!(1), "sections without a match are shown");
    browser.press("/");
    assert_eq!(browser.value("document.querySelector('#search').value"), json!("zero bits proof/"));
    assert_eq!(browser.value("document.querySelector('#nothing').checkVisibility()"), json!(true));
    photograph(&mut browser, "search-in-vain");
    browser.press("Escape");
    assert_eq!(browser.value(SHOWN).as_array().unwrap().len(), all);
    assert_eq!(browser.value("document.querySelector('#nothing').checkVisibility()"), json!(false));
    browser.press("Escape");
    assert_eq!(browser.value("document.activeElement === document.body"), json!(true));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn every_link_leads_somewhere_even_to_what_the_search_hides() {
    let (mut browser, _page) = opened();
    let lost = "[...document.querySelectorAll('a')].filter((a) => a.protocol !== location.protocol || \
        !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map((a) => a.outerHTML)";
    assert_eq!(browser.value(lost), json!([]));
    let twice = "[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, at, all) => all.indexOf(id) < at)";
    assert_eq!(browser.value(twice), json!([]));
    browser.press("/");
    browser.write("zero bits proof");
    browser.value("location.hash = '#network.listen_port'");
    let told = browser.value(
        "new Promise((done) => setTimeout(() => done([document.querySelector('#search').value, \
         document.getElementById('network.listen_port').getBoundingClientRect().top]), 200))",
    );
    assert_eq!(told[0], json!(""));
    let top = told[1].as_f64().unwrap();
    assert!((56.0..200.0).contains(&top), "below the bar, and at {top}");
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn the_page_asks_for_nothing_and_keeps_the_theme_that_was_chosen() {
    let page = Page::written(&[]);
    let html = fs::read(page.folder.path().join("options.html")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/options.html", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    thread::spawn(move || {
        for visitor in listener.incoming() {
            let mut visitor = visitor.unwrap();
            let mut request = [0; 4096];
            let length = visitor.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let Some(path) = request.split(' ').nth(1) else { continue };
            noted.lock().unwrap().push(path.to_owned());
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n", html.len());
            // The browser may close the connection early; ignore the error.
            let _ = visitor.write_all(format!("{head}connection: close\r\n\r\n").as_bytes());
            let _ = visitor.write_all(&html);
        }
    });
    let mut browser = Browser::start();
    browser.prefer("dark", "screen");
    browser.open(&url);
    assert_eq!(browser.requests(), [url.as_str()]);
    let paper = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.value(paper), json!("rgb(22, 24, 27)"));
    browser.value(
        "{ const theme = document.querySelector('#theme'); theme.value = 'light'; theme.dispatchEvent(new Event('change')) }",
    );
    assert_eq!(browser.value(paper), json!("rgb(253, 253, 251)"));
    assert_eq!(browser.complaints(), [""; 0]);
    browser.open(&url);
    assert_eq!(browser.value(paper), json!("rgb(253, 253, 251)"));
    assert_eq!(browser.value("document.querySelector('#theme').value"), json!("light"));
    assert_eq!(browser.complaints(), [""; 0]);
    // The content security policy blocks requests of the page itself.
    let refused = browser.value("fetch('/other').then(() => 'answered', () => 'refused')");
    assert_eq!(refused, json!("refused"));
    assert_eq!(*asked.lock().unwrap(), ["/options.html", "/options.html"]);
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn two_environments_can_be_compared_alone() {
    let (mut browser, _page) = opened();
    let rows = "[...document.querySelectorAll('.side-by-side tbody tr')].filter((row) => row.checkVisibility())\
        .map((row) => [...row.cells].filter((cell) => cell.checkVisibility()).map((cell) => cell.textContent))";
    let all = browser.value(rows).as_array().unwrap().clone();
    assert!(all.contains(&json!(["network.listen_port", "8334", "8336", "8335", "8333"])), "{all:?}");
    browser.value("document.querySelectorAll('.compare input').forEach((box, place) => place < 2 && box.click())");
    let two = browser.value(rows).as_array().unwrap().clone();
    assert!(two.contains(&json!(["network.listen_port", "8335", "8333"])), "{two:?}");
    let same = |row: &serde_json::Value| row[0] == "app.data_dir";
    assert!(all.iter().any(same) && !two.iter().any(same), "{two:?}");
    browser.value("document.getElementById('environments').scrollIntoView()");
    photograph(&mut browser, "compare");
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn the_keyboard_reaches_everything_and_paper_shows_the_text_alone() {
    let (mut browser, _page) = opened();
    browser.press("Tab");
    assert_eq!(browser.value("document.activeElement.className"), json!("skip"));
    photograph(&mut browser, "skip");
    browser.press("Enter");
    assert_eq!(browser.value("document.activeElement.id"), json!("main"));
    let levels = "[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => +h.tagName[1])\
        .filter((level, place, all) => place && level > all[place - 1] + 1)";
    assert_eq!(browser.value(levels), json!([]), "a heading skips a level");
    browser.prefer("dark", "print");
    let seen = "['header', 'nav', '.compare', 'h1', '#network', 'table'].map((s) => document.querySelector(s).checkVisibility())";
    assert_eq!(browser.value(seen), json!([false, false, false, true, true, true]));
    assert_eq!(browser.value("getComputedStyle(document.body).backgroundColor"), json!("rgb(255, 255, 255)"));
    photograph(&mut browser, "print");
}

#[test]
#[ignore = "needs Chromium: `make test` runs it"]
fn texts_of_a_schema_are_texts_in_the_browser_too() {
    let evil =
        "</script></style></textarea>\"'><script>window.caught = 1</script><img src=x onerror='window.caught = 1'>";
    let schema = json!({
        "title": evil,
        "description": evil,
        "properties": {
            evil: { "type": "string", "description": evil, "default": evil, "x-unit": evil, "pattern": ".", "patternErrorMessage": evil },
            "choice": { "enum": [evil, "b"], "enumDescriptions": [evil, "`<b>`"], "x-reload": evil, "examples": [evil] },
            "table": { "type": "object", "description": evil, "properties": { "{{script}}": { "x-defaults": { "Production": evil } } } },
        },
    });
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("schema.json");
    fs::write(&file, schema.to_string()).unwrap();
    let page = Page::written(&["--schema", file.to_str().unwrap()]);
    let mut browser = Browser::start();
    browser.resize(PHONE.0, PHONE.1);
    browser.open(&page.url());
    assert_eq!(browser.value("typeof window.caught"), json!("undefined"));
    assert_eq!(browser.value("document.title"), json!(format!("Options of {evil}")));
    assert_eq!(browser.value("document.querySelectorAll('script, style, img, iframe, [onerror]').length"), json!(2));
    assert_eq!(browser.value(SHOWN).as_array().unwrap().len(), 3);
    assert_eq!(browser.value("document.documentElement.scrollWidth <= innerWidth"), json!(true));
    photograph(&mut browser, "hostile");
    assert_eq!(browser.complaints(), [""; 0]);
}
