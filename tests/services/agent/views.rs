//! Pages of the agent for people: its state, the running config, one field.

use confgate_test_support::agent::AgentDirectory;

use super::{PORT, place};

fn with_secret() -> AgentDirectory {
    let config = "[app]\nname = \"<b>\"\n[game]\nmin_bet = 6\n[monitoring]\nalert_webhook = \"${SECRET_HOOK}\"\n";
    place(config).variable("BITCRAPS_SECRET_HOOK", "https://hooks/hunter2")
}

#[test]
fn the_first_page_links_config_fields_metrics_and_health() {
    let place = with_secret();
    let agent = place.start(&PORT);
    let answer = agent.get("/");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let page = &answer.body;
    for part in [
        "<h1>Agent of bitcraps</h1>",
        "<span class=\"mark good\">ok</span>",
        "<dt>Environment</dt><dd>Development</dd>",
        "<a href=\"/view\">Config</a>",
        "<a href=\"/metrics\">Metrics</a>",
        "<a href=\"/health\">Health</a>",
        "<a href=\"/explain?field=game.min_bet\"><code>game.min_bet</code></a>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Each of its links is answered.
    for link in page.split("href=\"/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert_eq!(agent.get(&format!("/{link}")).status, 200, "{link}");
    }
    let view = agent.get("/view").body;
    assert!(view.contains("<article id=\"game.min_bet\" data-entry data-differs>"), "{view}");
    let field = agent.get("/explain?field=game.min_bet").body;
    assert!(field.contains("<code>config.toml:4:1</code>"), "{field}");
    for page in [page, &view, &field, &agent.get("/explain?field=monitoring.alert_webhook").body] {
        assert!(!page.contains("hunter2") && !page.contains("<b>"), "{page}");
    }
    assert!(agent.stop().success());
}

#[test]
fn a_field_that_does_not_exist_is_named_with_the_nearest() {
    let place = with_secret();
    let agent = place.start(&PORT);
    let answer = agent.get("/explain?field=game.min_bets");
    let message = "game.min_bets is not a field of this config: did you mean game.min_bet?; use /explain?field=NAME\n";
    assert_eq!((answer.status, answer.body.as_str()), (404, message));
    let answer = agent.get("/explain");
    assert_eq!(answer.status, 404);
    assert!(answer.body.ends_with("; use /explain?field=NAME\n"), "{answer:?}");
}

#[test]
fn a_client_without_the_token_reads_no_page() {
    let place = with_secret();
    std::fs::write(place.path("token"), "0123456789abcdef").unwrap();
    let agent = place.start(&[&PORT[..], &["--token-file", "token"]].concat());
    for path in ["/", "/view", "/explain?field=game.min_bet"] {
        assert_eq!(agent.get(path).status, 401, "{path}");
        assert_eq!(agent.get_with(path, "Authorization: Bearer 0123456789abcdef\r\n").status, 200, "{path}");
    }
}
