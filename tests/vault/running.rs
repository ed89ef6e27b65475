//! The behaviour of a running service when a secret or the server changes.

use std::fs;
use std::time::{Duration, Instant};

use confgate::bitcraps::Config;
use confgate::live::{Live, ReloadReason};
use confgate::system::SystemContext;
use serde_json::json;
use tempfile::TempDir;

use super::log::Log;
use super::proxy::Proxy;
use super::server::{Server, TOKEN};
use super::{CANARY, CONFIG, eventually, loader, machine, one_line, url_with};

#[test]
#[ignore = "needs bao"]
fn a_running_service_sees_a_new_version_and_keeps_what_runs_while_the_server_is_away() {
    let mut server = Server::start();
    let (folder, host) = machine(&server);
    server.put(
        "secret/data/bitcraps",
        json!({ "data": { "HOOK": "https://a.example/canary-3f9a", "DB_PASSWORD": "x" } }),
    );
    let host = host.variable("BITCRAPS_VAULT_POLL", "1s");
    let log = Log::begin();
    let live = Live::<Config>::builder(loader(&host)).watch(Duration::from_millis(20)).start().unwrap();
    let hook = || live.load().monitoring.alert_webhook.as_ref().unwrap().expose().to_owned();
    server.put(
        "secret/data/bitcraps",
        json!({ "data": { "HOOK": "https://b.example/canary-3f9a", "DB_PASSWORD": "x" } }),
    );
    eventually("the new version", || hook() == "https://b.example/canary-3f9a");
    assert_eq!(live.snapshot().reason, ReloadReason::Secret);

    server.put("sys/seal", json!({}));
    let said = live.reload().unwrap_err().to_string();
    assert!(said.contains("is sealed") && said.contains("help: unseal it: `bao operator unseal`"), "{said}");
    assert_eq!(hook(), "https://b.example/canary-3f9a");

    server.stop();
    let began = Instant::now();
    let said = one_line(&live.reload().unwrap_err());
    assert!(said.contains("cannot connect to Vault at") && said.contains(": connection refused"), "{said}");
    // A check of the secrets that runs already is waited for, and each attempt has a time limit of its own.
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    assert_eq!((hook().as_str(), live.load().version()), ("https://b.example/canary-3f9a", 2));
    fs::write(folder.path().join("config/development.toml"), format!("{CONFIG}[network]\nmax_connections = 9\n"))
        .unwrap();
    eventually("the refusal", || {
        live.last_refusal().is_some_and(|refused| one_line(&refused).contains(": connection refused"))
    });
    assert_eq!(live.load().network.max_connections, 50);

    eventually("the warning in the log", || log.text().contains("; the secrets already loaded stay in use"));

    // A development server keeps nothing: after its restart the entry has another version.
    server.start_again();
    for _ in 0..3 {
        server.put(
            "secret/data/bitcraps",
            json!({ "data": { "HOOK": "https://c.example/canary-3f9a", "DB_PASSWORD": "x" } }),
        );
    }
    eventually("the change that was refused before", || {
        hook() == "https://c.example/canary-3f9a" && live.last_refusal().is_none()
    });
    assert_eq!((live.load().network.max_connections, live.last_refusal()), (9, None));
    let seen = format!("{live:?}{:?}{:?}{}", live.snapshot(), live.history(), live.metrics().text());
    assert!(!seen.contains(CANARY) && !seen.contains(TOKEN), "{seen}");
    let logged = log.text();
    assert!(!logged.contains(CANARY) && !logged.contains(TOKEN), "{logged}");
    // At the level trace the HTTP client writes bytes in hexadecimal, which the two searches above do not find.
    assert!(logged.contains("DEBUG ureq") && !logged.contains("TRACE ureq"), "{logged}");
}

/// A service whose webhook is a secret, with checks so rare that only the recovery from an outage explains a fast one.
struct Running {
    live: Live<Config>,
    _folder: TempDir,
}

impl Running {
    fn start(server: &Server, host: impl FnOnce(SystemContext) -> SystemContext) -> Self {
        let (folder, context) = machine(server);
        let config = "[monitoring]\nalert_webhook = '${SECRET_HOOK}'\n";
        fs::write(folder.path().join("config/development.toml"), config).unwrap();
        server.put("secret/data/bitcraps", json!({ "data": { "HOOK": "https://a.example/canary-3f9a" } }));
        let context = host(context.variable("BITCRAPS_VAULT_POLL", "1h").variable("BITCRAPS_VAULT_TIMEOUT", "1s"));
        let live = Live::<Config>::builder(loader(&context)).watch(Duration::from_millis(20)).start().unwrap();
        let running = Self { live, _folder: folder };
        running.assert_hook("https://a.example/canary-3f9a");
        running
    }

    fn hook(&self) -> String {
        self.live.load().monitoring.alert_webhook.as_ref().unwrap().expose().to_owned()
    }

    fn assert_hook(&self, hook: &str) {
        assert_eq!(self.hook(), hook);
    }

    /// Reloads, and asserts that the running config stays and that the reason is reported.
    fn assert_refused(&self, reason: &str) {
        let (version, hook) = (self.live.load().version(), self.hook());
        let started = Instant::now();
        self.live.reload().unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
        // The agent reports the last refusal in /health.
        let said = one_line(&self.live.last_refusal().unwrap());
        assert!(said.contains("cannot read secret HOOK (needed by monitoring.alert_webhook)"), "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(!said.contains(CANARY) && !said.contains(TOKEN), "{said}");
        assert_eq!((self.live.load().version(), self.hook()), (version, hook));
    }

    /// Asserts that the refusal is over within five seconds.
    fn assert_recovers(&self) {
        let started = Instant::now();
        eventually("the recovery", || self.live.last_refusal().is_none());
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[test]
#[ignore = "needs bao"]
fn a_service_recovers_from_a_killed_server_within_seconds() {
    let mut server = Server::start();
    let running = Running::start(&server, |host| host);
    server.stop();
    running.assert_refused(": connection refused");
    server.start_again();
    // A development server starts without data: the secret is absent until it is written again.
    server.put("secret/data/bitcraps", json!({ "data": { "HOOK": "https://b.example/canary-3f9a" } }));
    running.assert_recovers();
    running.assert_hook("https://b.example/canary-3f9a");
}

#[test]
#[ignore = "needs bao"]
fn a_service_recovers_from_a_sealed_server_within_seconds() {
    let server = Server::start();
    let running = Running::start(&server, |host| host);
    server.put("sys/seal", json!({}));
    running.assert_refused("is sealed");
    server.unseal();
    running.assert_recovers();
    running.assert_hook("https://a.example/canary-3f9a");
    // A new version is read after it.
    server.put("secret/data/bitcraps", json!({ "data": { "HOOK": "https://b.example/canary-3f9a" } }));
    running.live.reload().unwrap();
    running.assert_hook("https://b.example/canary-3f9a");
}

#[test]
#[ignore = "needs bao"]
fn a_service_recovers_from_a_server_that_hangs_or_is_slow() {
    let server = Server::start();
    let proxy = Proxy::start(&server.address());
    let running = Running::start(&server, |host| host.variable("VAULT_ADDR", proxy.address()));
    server.signal("STOP");
    running.assert_refused("no response from Vault at");
    server.signal("CONT");
    running.assert_recovers();
    proxy.set_delay(Duration::from_secs(3));
    running.assert_refused("within 1s");
    proxy.set_delay(Duration::from_millis(300));
    running.assert_recovers();
    running.assert_hook("https://a.example/canary-3f9a");
}

#[test]
#[ignore = "needs bao"]
fn a_service_whose_token_was_revoked_or_expired_reads_the_next_one() {
    let server = Server::start();
    server.policy("reader", "path \"secret/data/bitcraps\" { capabilities = [\"read\"] }");
    let issue = |ttl: &str| server.token(json!({ "policies": ["reader"], "ttl": ttl, "renewable": false }));
    let file = tempfile::NamedTempFile::new().unwrap();
    let (first, second) = (issue("1h"), issue("3s"));
    fs::write(file.path(), &first).unwrap();
    let path = file.path().to_owned();
    let running =
        Running::start(&server, |host| host.without("VAULT_TOKEN").variable("BITCRAPS_VAULT_TOKEN_FILE", path));
    server.put("auth/token/revoke", json!({ "token": first }));
    running.assert_refused("does not accept the token: it is unknown or expired");
    fs::write(file.path(), &second).unwrap();
    running.assert_recovers();
    std::thread::sleep(Duration::from_millis(3500));
    running.assert_refused("does not accept the token: it is unknown or expired");
    fs::write(file.path(), issue("1h")).unwrap();
    running.assert_recovers();
}

#[test]
#[ignore = "needs bao"]
fn a_service_recovers_when_a_deleted_or_missing_version_is_there_again() {
    let server = Server::start();
    let running = Running::start(&server, |host| host);
    server.ask("DELETE", "secret/data/bitcraps", json!(null)).unwrap();
    running.assert_refused("version 1 of Vault entry secret/bitcraps was deleted at 2");
    server.put("secret/undelete/bitcraps", json!({ "versions": [1] }));
    running.assert_recovers();
    running.assert_hook("https://a.example/canary-3f9a");
    let pinned = Running::start(&server, |host| host.variable("BITCRAPS_VAULT_VERSION", "2"));
    server.put("secret/destroy/bitcraps", json!({ "versions": [2] }));
    pinned.assert_refused("version 2 of Vault entry secret/bitcraps, written at 2");
}

#[test]
#[ignore = "needs bao"]
fn a_service_recovers_when_its_namespace_is_there_again() {
    let server = Server::start();
    server.put("sys/namespaces/team", json!({}));
    server.put("team/sys/mounts/secret", json!({ "type": "kv", "options": { "version": "2" } }));
    let hook = json!({ "data": { "HOOK": "https://a.example/canary-3f9a" } });
    eventually("the store", || server.ask("POST", "team/secret/data/bitcraps", hook.clone()).is_ok());
    let running = Running::start(&server, |host| host.variable("VAULT_NAMESPACE", "team"));
    server.ask("DELETE", "sys/namespaces/team", json!(null)).unwrap();
    let read = || server.ask("GET", "team/secret/data/bitcraps", json!(null));
    eventually("the end of the namespace", || read().is_err());
    running.assert_refused("has no namespace team: namespace not found");
    server.put("sys/namespaces/team", json!({}));
    server.put("team/sys/mounts/secret", json!({ "type": "kv", "options": { "version": "2" } }));
    eventually("the store", || server.ask("POST", "team/secret/data/bitcraps", hook.clone()).is_ok());
    running.assert_recovers();
}

#[test]
#[ignore = "needs bao"]
fn a_sealed_server_is_noticed_without_a_reload_by_hand() {
    let server = Server::start();
    let running = Running::start(&server, |host| host.variable("BITCRAPS_VAULT_POLL", "1s"));
    server.put("sys/seal", json!({}));
    eventually("the refusal", || {
        running.live.last_refusal().is_some_and(|refused| one_line(&refused).contains("is sealed"))
    });
    running.assert_hook("https://a.example/canary-3f9a");
}

#[cfg(all(feature = "agent", feature = "wipe-memory"))]
#[test]
#[ignore = "needs bao"]
fn an_agent_says_why_it_keeps_a_secret_of_vault_and_leaves_no_copies_in_memory() {
    use confgate_test_support::agent::AgentDirectory;
    use confgate_test_support::{copies_in_memory, program};

    let secret = |number: u32| format!("https://hooks.example/{CANARY}-in-the-memory-of-an-agent-{number}");
    let server = Server::start();
    let put = |number| server.put("secret/data/bitcraps", json!({ "data": { "HOOK": secret(number) } }));
    put(1);
    let place = AgentDirectory::new(program!(), "[monitoring]\nalert_webhook = '${SECRET_HOOK}'\n");
    fs::write(place.path("token"), TOKEN).unwrap();
    let token = place.path("token").display().to_string();
    let place = place
        .variable("BITCRAPS_SECRETS", "vault")
        .variable("VAULT_ADDR", &server.address())
        .variable("BITCRAPS_VAULT_TOKEN_FILE", &token)
        .variable("BITCRAPS_VAULT_PATH", "secret/bitcraps")
        .variable("BITCRAPS_VAULT_POLL", "1s")
        .variable("RUST_LOG", "trace");
    let agent = place.start(&["--output", "resolved.toml", "--listen", "127.0.0.1:0", "--log", "debug"]);
    let clean = || {
        let said =
            [agent.log(), agent.get("/health").body, agent.get("/metrics").body, agent.get("/config").body].concat();
        assert!(!said.contains(CANARY) && !said.contains(TOKEN), "{said}");
    };
    assert!(place.read("resolved.toml").contains(&secret(1)));
    // The running config has it, and the provider keeps the entry until the next load.
    let copies = |number| copies_in_memory(agent.pid(), &secret(number)[8..]);
    assert!((1..=2).contains(&copies(1)), "{}", copies(1));
    clean();
    server.put("sys/seal", json!({}));
    eventually("the reason", || agent.get("/health").body.contains("is sealed"));
    clean();
    assert!(place.read("resolved.toml").contains(&secret(1)));
    server.unseal();
    put(2);
    let unsealed = Instant::now();
    eventually("the recovery", || place.read("resolved.toml").contains(&secret(2)));
    assert!(unsealed.elapsed() < Duration::from_secs(5), "{:?}", unsealed.elapsed());
    assert!((1..=2).contains(&copies(2)), "{}", copies(2));
    clean();
}

#[test]
#[ignore = "needs bao"]
fn a_running_service_renews_its_token_and_logs_in_again_when_that_ends() {
    let server = Server::start();
    let (_folder, host) = machine(&server);
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a-1" } }));
    let (role, secret) = server.role(json!({ "token_ttl": "4s", "token_max_ttl": "7s" }));
    let host = host
        .without("VAULT_TOKEN")
        .variable("BITCRAPS_VAULT_AUTH", "approle")
        .variable("BITCRAPS_VAULT_ROLE", role)
        .variable("BITCRAPS_VAULT_SECRET_ID", secret)
        .variable("BITCRAPS_VAULT_POLL", "1s");
    let live = Live::<Config>::builder(loader(&host)).watch(Duration::from_millis(20)).start().unwrap();
    std::thread::sleep(Duration::from_secs(9));
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a-2" } }));
    // The URL needs a restart, so the change is pending. It was read with the token of the second login.
    eventually("the new version", || !live.snapshot().pending.is_empty());
    assert_eq!(live.load().database.url.as_str(), url_with("canary-3f9a-1"));
    assert_eq!(live.last_refusal(), None);
    let pending = format!("{:?}", live.snapshot());
    assert!(!pending.contains(CANARY), "{pending}");
}
