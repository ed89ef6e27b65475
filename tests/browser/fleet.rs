//! The page of a fleet in a real browser: as a file and live, light and dark, on a desktop and on a phone.
//!
//! These need etcd too. `CONFGATE_SCREENSHOTS=docs/images` writes the pictures of the docs.

use std::fs;

use assert_cmd::assert::OutputAssertExt;
use confgate_test_support::agent::Agent;
use confgate_test_support::fleet::{NodeConfig, PublishedFleet};
use confgate_test_support::signals::with_default_signals;
use confgate_test_support::{eventually, program};
use serde_json::{Value as Json, json};

use crate::devtools::Browser;
use crate::pages::violations;
use crate::{DESK, PHONE, SMALL_PHONE, photograph};

const SET: &[&str] = &["/network/max_connections", "/network/listen_port", "/monitoring/enable_metrics"];

/// A text that would be a problem if it were markup.
const EVIL: &str = "</script><img src=x onerror='window.caught = 1'>{{style}}";

/// Returns the config of a node: one is odd in two fields, and each has a port of its own.
fn config(number: usize, connections: u32) -> String {
    let (connections, metrics) = if number == 7 { (900, false) } else { (connections, true) };
    format!(
        "[network]\nmax_connections = {connections}\nlisten_port = {}\n[monitoring]\nenable_metrics = {metrics}\n",
        8300 + number
    )
}

/// Publishes releases for `count` nodes, and reports all but one of them in all their states. A rollout is in its second wave.
fn fleet(count: usize) -> (PublishedFleet, String) {
    let fleet = PublishedFleet::new(program!());
    let names: Vec<String> = (0..count).map(|number| format!("node-{number:02}")).collect();
    let nodes = |connections: u32| -> Vec<NodeConfig<'_>> {
        let named = names.iter().enumerate();
        named.map(|(number, name)| (name.as_str(), config(number, connections), SET)).collect()
    };
    let before = fleet.publish("before", &nodes(500), &["--commit", "c0ffee1"]);
    let after = fleet.publish("after", &nodes(600), &["--store-only"]);
    for (number, name) in names.iter().enumerate().skip(1) {
        let region = if number % 2 == 0 { "eu" } else { "us" };
        let error =
            json!({ "release": before, "message": format!("rejected by the gate\nsecret DB not found {EVIL}") });
        let changes = match number {
            2 => json!({ "error": error }),
            3 => json!({ "bundle": null, "release": null, "active": false }),
            4 => json!({ "restart_pending": true }),
            5 => json!({ "healthy": false }),
            _ => json!({}),
        };
        let mut report = json!({ "region": region, "tags": if number == 6 { json!(["canary"]) } else { json!([]) } });
        report.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        fleet.report(name, &before, &report);
    }
    let rollout = "[rollout]\nwaves = ['canary', '50%', '100%']\nbake = '10m'\nprometheus.url = 'http://127.0.0.1:9'\n\
                   [[rollout.alarm]]\nname = 'errors'\nquery = 'up'\nabove = 2.0\n\
                   [[rollout.alarm]]\nname = 'latency'\nquery = 'up'\nabove = 2.0\n";
    fs::write(fleet.folder.path("rollout.toml"), rollout).unwrap();
    let start =
        ["rollout", "start", &after, "--file", "rollout.toml", "--detach", "--author", "bob@ci", "--commit", "c0ffee2"];
    fleet.command(&start).assert().success();
    change_state(&fleet, |state| {
        state["wave"] = json!(1);
        state["admitted"] = json!(count / 3);
        state["alarms"][0]["last"] = json!({ "raised": "3.2 is above 2" });
        state["alarms"][0]["held_ms"] = json!(45_000);
        state["alarms"][1]["last"] = json!({ "quiet": "0.8" });
    });
    fleet.report("node-06", &after, &json!({ "region": "eu", "tags": ["canary"] }));
    let values = [
        "network.max_packet_size=65536",
        "--region",
        "eu",
        "--for",
        "2h",
        "--reason",
        "large packets",
        "--key-file",
        "ops-1.key",
    ];
    fleet.command(&[&["fleet", "override"][..], &values].concat()).assert().success();
    (fleet, after)
}

/// Changes the stored state of the rollout, as a controller does.
fn change_state(fleet: &PublishedFleet, change: impl FnOnce(&mut Json)) {
    let key = "/confgate/bitcraps/controller/state";
    let mut state: Json = serde_json::from_str(&fleet.etcd.ctl(&["get", "--print-value-only", key])).unwrap();
    change(&mut state);
    fleet.etcd.ctl(&["put", key, &state.to_string()]);
}

/// Writes the page as a file, and returns its address.
fn file(fleet: &PublishedFleet) -> String {
    fleet.reading(&["fleet", "page", "-o", "fleet.html"]).assert().success();
    format!("file://{}", fleet.folder.path("fleet.html").display())
}

fn serve(fleet: &PublishedFleet) -> (Agent, String) {
    let command = fleet.reading(&["fleet", "serve", "--listen", "127.0.0.1:0"]);
    let agent = fleet.folder.spawn(with_default_signals(&command));
    eventually("the configs are read", || agent.get("/live").body.contains("fields differ"));
    let url = format!("http://{}/", agent.address());
    (agent, url)
}

fn count(browser: &mut Browser, selector: &str) -> u64 {
    browser.value(&format!("document.querySelectorAll({selector:?}).length")).as_u64().unwrap()
}

fn text(browser: &mut Browser, selector: &str) -> String {
    browser.value(&format!("document.querySelector({selector:?}).textContent")).as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs Chromium and etcd: `make test` runs it"]
fn the_page_of_a_fleet_fits_and_can_be_read_on_every_screen_in_both_themes() {
    let (fleet, _) = fleet(20);
    let url = file(&fleet);
    let mut browser = Browser::start();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme, "screen");
        for (name, (width, height)) in [("desk", DESK), ("phone", PHONE), ("small-phone", SMALL_PHONE)] {
            browser.resize(width, height);
            browser.open(&url);
            let told = browser.value("[innerWidth, document.documentElement.scrollWidth]");
            assert_eq!(told, json!([width, width]), "{scheme} {name} scrolls sideways");
            let wide = browser.value(
                "[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('.scroll') \
                 && !e.matches('.unseen') && e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 99))",
            );
            assert_eq!(wide, json!([]), "{scheme} {name} is cut off");
            let weak = browser.value(include_str!("contrast.js"));
            assert_eq!(weak, json!([]), "{scheme} {name}");
            photograph(&mut browser, &format!("fleet-{scheme}-{name}"));
        }
    }
    assert_eq!(browser.complaints(), [""; 0]);
    // Only the file itself was requested.
    assert!(browser.requests().iter().all(|request| *request == url), "{:?}", browser.requests());
    assert_eq!(browser.value("typeof window.caught"), json!("undefined"));
    assert_eq!(count(&mut browser, "img, iframe, [onerror], link[rel=stylesheet]"), 0);
}

#[test]
#[ignore = "needs Chromium, axe-core and etcd: `make test` runs it"]
fn axe_finds_no_violation_on_the_page_of_a_fleet() {
    let (fleet, _) = fleet(20);
    let url = file(&fleet);
    let mut browser = Browser::start();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme, "screen");
        for (width, height) in [DESK, PHONE] {
            browser.resize(width, height);
            browser.open(&url);
            assert_eq!(violations(&mut browser), json!([]), "{scheme} {width}");
        }
    }
    browser.value("document.querySelector('tr[data-node=\"node-07\"] td.odd').click()");
    assert_eq!(violations(&mut browser), json!([]), "a detail");
}

#[test]
#[ignore = "needs Chromium and etcd: `make test` runs it"]
fn odd_nodes_and_fields_come_first_and_a_click_shows_the_origin() {
    let (fleet, _) = fleet(20);
    let url = file(&fleet);
    let mut browser = Browser::start();
    browser.resize(DESK.0, DESK.1);
    browser.open(&url);
    let nodes = "[...document.querySelectorAll('#nodes tbody tr')].filter((row) => !row.hidden)\
                 .map((row) => `${row.dataset.node} ${row.dataset.state}`)";
    let rows = browser.value(nodes);
    let rows: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
    assert_eq!(rows.len(), 20);
    assert_eq!(
        rows[..7],
        [
            "node-00 dead",
            "node-02 failed",
            "node-05 unhealthy",
            "node-06 behind",
            "node-03 behind",
            "node-04 restart",
            "node-07 current",
        ]
    );
    let fields = browser.value("[...document.querySelectorAll('thead [data-at]')].map((cell) => cell.textContent)");
    let fields: Vec<&str> = fields.as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
    // The port differs everywhere, so that it says nothing.
    assert_eq!((fields.first(), fields.last()), (Some(&"monitoring.enable_metrics"), Some(&"network.listen_port")));

    browser.value("document.querySelector('tr[data-node=\"node-07\"] td.odd').click()");
    assert_eq!(text(&mut browser, "#detail-title"), "monitoring.enable_metrics on node-07");
    let detail = text(&mut browser, "#detail-text");
    assert!(detail.contains("valuefalse") && detail.contains("set atnode-07.nix:7:5"), "{detail}");
    assert!(detail.contains("17 nodestrue") && detail.contains("1 nodefalse"), "{detail}");
    photograph(&mut browser, "fleet-detail");
    browser.press("Escape");
    assert_eq!(browser.value("document.querySelector('#detail').open"), json!(false));

    browser.value("document.querySelector('tr[data-node=\"node-02\"] [data-at=state]').click()");
    let detail = text(&mut browser, "#detail-text");
    assert!(
        detail.contains("secret DB not found </script><img") && detail.contains("since2026-11-30 00:00:00 UTC"),
        "{detail}"
    );
    browser.press("Escape");

    browser.value("document.querySelector('[data-state=failed]').click()");
    assert_eq!(browser.value(nodes), json!(["node-02 failed"]));
    assert_eq!(text(&mut browser, "#found"), "1 of 20 nodes");
    browser.value("document.querySelector('[data-state=failed]').click()");
    browser.press("/");
    browser.write("node-1");
    assert_eq!(text(&mut browser, "#found"), "10 of 20 nodes");
    browser.press("Escape");
    assert_eq!(text(&mut browser, "#found"), "20 nodes");
    browser.value("document.querySelector('#odd-only').click()");
    let ports = "[...document.querySelectorAll('td[data-in=\"network.listen_port\"]')].filter((cell) => cell.checkVisibility()).length";
    assert_eq!(browser.value(ports), json!(0));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
#[ignore = "needs Chromium and etcd: `make test` runs it"]
fn the_keyboard_walks_through_the_cells() {
    let (fleet, _) = fleet(20);
    let url = file(&fleet);
    let mut browser = Browser::start();
    browser.resize(DESK.0, DESK.1);
    browser.open(&url);
    assert_eq!(count(&mut browser, "#nodes [data-at][tabindex='0']"), 1, "the table is one stop of the tabulator");
    browser.value("document.querySelector('#nodes [data-at][tabindex=\"0\"]').focus()");
    let at = "(() => { const cell = document.activeElement; return `${cell.closest('tr').dataset.node} ${cell.dataset.at}`; })()";
    let mut moves = |key: &str| {
        browser.press(key);
        browser.value(at).as_str().unwrap().to_owned()
    };
    // A dead node has no values, and a state.
    assert_eq!(moves("ArrowDown"), "node-00 state");
    assert_eq!(moves("ArrowDown"), "node-02 state");
    assert_eq!(moves("ArrowRight"), "node-02 0");
    assert_eq!(moves("ArrowDown"), "node-05 0");
    assert_eq!(moves("End"), "node-05 2");
    assert_eq!(moves("ArrowUp"), "node-02 2");
    assert_eq!(moves("Home"), "node-02 state");
    browser.press("Enter");
    assert_eq!(browser.value("document.querySelector('#detail').open"), json!(true));
    browser.press("Escape");
    assert_eq!(browser.value(at), json!("node-02 state"), "the focus comes back");
    assert_eq!(count(&mut browser, "#nodes [data-at][tabindex='0']"), 1);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
#[ignore = "needs Chromium and etcd: `make test` runs it"]
fn a_served_page_follows_the_rollout_and_keeps_the_place_of_the_reader() {
    let (fleet, after) = fleet(20);
    let (agent, url) = serve(&fleet);
    let mut browser = Browser::start();
    browser.resize(DESK.0, DESK.1);
    browser.open(&url);
    assert!(text(&mut browser, ".waves .present").contains("50%0 of 9 nodes"), "{}", text(&mut browser, ".waves"));
    assert!(text(&mut browser, ".alarms").contains("errorsraised for 45 s: 3.2 is above 2"));
    assert!(text(&mut browser, "#overrides").contains("network.max_packet_size = 65536"));
    assert!(text(&mut browser, "#timeline").contains("by alice, commit c0ffee1"));
    browser.value("document.querySelector('tr[data-node=\"node-07\"] [data-at=\"1\"]').focus()");
    browser.press("/");
    browser.write("node");
    browser.value("document.querySelector('tr[data-node=\"node-07\"] [data-at=\"1\"]').focus()");
    let mut shows = |condition: &str| {
        eventually(condition, || browser.value(&format!("Boolean({condition})")) == json!(true));
    };
    fleet.report("node-08", &after, &json!({ "region": "eu", "healthy": false }));
    shows("document.querySelector('tr[data-node=\"node-08\"]').dataset.state === 'behind'");
    change_state(&fleet, |state| {
        state["paused"] = json!({ "reason": "the database is slow", "by": "carol", "at": "2026-11-30T03:00:00Z" });
    });
    shows(
        "document.querySelector('.paused')?.textContent.includes('by carol since 2026-11-30 03:00:00 UTC: the database is slow')",
    );
    shows(
        "document.activeElement.closest('tr')?.dataset.node === 'node-07' && document.activeElement.dataset.at === '1'",
    );
    shows("document.querySelector('#search').value === 'node'");
    photograph(&mut browser, "fleet-live");
    let origin = url.trim_end_matches('/');
    assert!(browser.requests().iter().all(|request| request.starts_with(origin)), "{:?}", browser.requests());
    assert_eq!(browser.complaints(), [""; 0]);
    drop(agent);
    let lost = "document.body.hasAttribute('data-lost')";
    eventually("the page says that the server is away", || browser.value(lost) == json!(true));
    assert_eq!(text(&mut browser, "#connection"), "not connected; trying again");
}

#[test]
#[ignore = "needs Chromium and etcd: `make test` runs it"]
fn a_phone_shows_cards_and_paper_the_table() {
    let (fleet, _) = fleet(20);
    let url = file(&fleet);
    let mut browser = Browser::start();
    browser.resize(PHONE.0, PHONE.1);
    browser.open(&url);
    let visible = |selector: &str| {
        format!("[...document.querySelectorAll({selector:?})].filter((cell) => cell.checkVisibility()).length")
    };
    // Odd values alone at first: the others say little on a small screen.
    assert_eq!(browser.value(&visible("td.even")), json!(0));
    assert_ne!(browser.value(&visible("td.odd")), json!(0));
    browser.value("document.querySelector('#odd-only').click()");
    assert_ne!(browser.value(&visible("td.even")), json!(0));
    assert_eq!(browser.value("document.documentElement.scrollWidth <= innerWidth"), json!(true));
    browser.value("document.querySelector('#odd-only').click()");
    browser.value("document.querySelector('tr[data-node=\"node-02\"]').scrollIntoView()");
    photograph(&mut browser, "fleet-phone-cards");
    browser.value("document.querySelector('tr[data-node=\"node-07\"] td.odd').click()");
    assert_eq!(
        browser.value("document.querySelector('#detail').getBoundingClientRect().right <= innerWidth"),
        json!(true)
    );
    photograph(&mut browser, "fleet-phone-detail");
    browser.press("Escape");
    browser.resize(DESK.0, DESK.1);
    browser.prefer("light", "print");
    assert_eq!(browser.value("document.querySelector('header').checkVisibility()"), json!(false));
    assert_eq!(browser.value("document.querySelector('#nodes table').checkVisibility()"), json!(true));
}
