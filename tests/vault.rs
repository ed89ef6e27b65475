//! Secrets from a real OpenBao: what a node reads, the errors when it may not, and the behaviour of a running service when a
//! secret or the server changes. Ignored where `bao` is not installed (`scripts/tools` installs it).

#[path = "vault/proxy.rs"]
mod proxy;
#[path = "vault/server.rs"]
mod server;

use std::fs;
use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use confgate::bitcraps::Config;
use confgate::live::{Live, ReloadReason};
use confgate::load::{LoadOptions, Loader};
use confgate::system::SystemContext;
use proxy::Proxy;
use serde_json::json;
use server::{Server, TOKEN};
use tempfile::TempDir;

/// Part of every secret and token in these tests.
const CANARY: &str = "canary-3f9a";

const CONFIG: &str = "[database]\nurl = 'postgresql://node:${SECRET_DB_PASSWORD}@db/bitcraps'\n\
                      [monitoring]\nalert_webhook = '${SECRET_HOOK:-https://example.net/none}'\n";

/// Creates a node with a config that needs a secret.
fn machine(server: &Server) -> (TempDir, SystemContext) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("config")).unwrap();
    fs::write(folder.path().join("config/development.toml"), CONFIG).unwrap();
    let host = SystemContext::bare()
        .folder(folder.path())
        .variable("BITCRAPS_SECRETS", "vault")
        .variable("VAULT_ADDR", server.address())
        .variable("VAULT_TOKEN", TOKEN)
        .variable("BITCRAPS_VAULT_PATH", "secret/bitcraps")
        .variable("BITCRAPS_VAULT_TIMEOUT", "3s");
    (folder, host)
}

fn loader(host: &SystemContext) -> Loader<Config> {
    Loader::of::<Config>(host.clone()).backends(confgate::secret_backends())
}

fn url(host: &SystemContext) -> String {
    loader(host).config(&LoadOptions::default()).unwrap().0.database.url.as_str().to_owned()
}

/// Returns the error of a load, after a check that it holds neither a secret nor a token.
fn refusal(host: &SystemContext) -> String {
    let refused = loader(host).load(&LoadOptions::default()).unwrap_err();
    let said = format!("{refused}{refused:?}{:?}", loader(host));
    assert!(!said.contains(CANARY) && !said.contains(TOKEN), "{said}");
    one_line(&refused)
}

/// A message without its line breaks, which depend on its length.
fn one_line(message: &dyn std::fmt::Display) -> String {
    message.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn url_with(password: &str) -> String {
    format!("postgresql://node:{password}@db/bitcraps")
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: not within 30 s");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[ignore = "needs bao"]
fn a_secret_is_a_field_of_the_entry_or_has_an_entry_of_its_own() {
    let server = Server::start();
    let (_folder, host) = machine(&server);
    server.put("secret/data/bitcraps", json!({ "data": { "db_password": "canary-3f9a-1" } }));
    assert_eq!(url(&host), url_with("canary-3f9a-1"));
    let (_, loaded) = loader(&host).config(&LoadOptions::default()).unwrap();
    let places: Vec<&str> = loaded.secrets.iter().map(|used| used.place.as_str()).collect();
    assert_eq!(places, ["Vault entry secret/bitcraps, field db_password, version 1"]);
    server.put("secret/data/bitcraps/DB_PASSWORD", json!({ "data": { "value": "canary-3f9a-2" } }));
    assert_eq!(url(&host.variable("BITCRAPS_VAULT_PATH", "secret/bitcraps/")), url_with("canary-3f9a-2"));
}

#[test]
#[ignore = "needs bao"]
fn a_version_is_read_when_it_is_named_and_else_the_newest() {
    let server = Server::start();
    let (_folder, host) = machine(&server);
    for password in ["canary-3f9a-1", "canary-3f9a-2"] {
        server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": password } }));
    }
    assert_eq!(url(&host), url_with("canary-3f9a-2"));
    let first = host.clone().variable("BITCRAPS_VAULT_VERSION", "1");
    assert_eq!(url(&first), url_with("canary-3f9a-1"));
    server.put("secret/delete/bitcraps", json!({ "versions": [1, 2] }));
    for (host, version) in [(&first, 1), (&host, 2)] {
        let said = refusal(host);
        let deleted = format!(
            "cannot read secret DB_PASSWORD (needed by database.url): version {version} of Vault entry secret/bitcraps was deleted at 2"
        );
        assert!(said.contains(&deleted), "{said}");
        assert!(said.contains(&format!("`bao kv undelete -mount=secret -versions={version} bitcraps`")), "{said}");
    }
    server.put("secret/destroy/bitcraps", json!({ "versions": [1] }));
    let said = refusal(&first);
    assert!(
        said.contains("version 1 of Vault entry secret/bitcraps, written at 2") && said.contains("was destroyed"),
        "{said}"
    );
    let said = refusal(&host.clone().variable("BITCRAPS_VAULT_VERSION", "999"));
    assert!(said.contains("Vault entry secret/bitcraps has no version 999; the newest is 2"), "{said}");
    // A policy that allows the entry alone is enough to tell these apart.
    server.policy("reader", "path \"secret/data/bitcraps\" { capabilities = [\"read\"] }");
    let token = server.token(json!({ "policies": ["reader"] }));
    let said = refusal(&host.clone().variable("BITCRAPS_VAULT_VERSION", "999").variable("VAULT_TOKEN", &token));
    assert!(said.contains("has no version 999; the newest is 2"), "{said}");
    // An entry that is gone for good is absent.
    server.ask("DELETE", "secret/metadata/bitcraps", json!(null)).unwrap();
    for host in [&first, &host] {
        let said = refusal(host);
        assert!(said.contains("secret DB_PASSWORD not found (needed by database.url)"), "{said}");
        assert!(said.contains("looked for Vault entry secret/bitcraps, field DB_PASSWORD"), "{said}");
    }
}

#[test]
#[ignore = "needs bao"]
fn no_default_stands_for_a_secret_whose_absence_is_not_certain() {
    let server = Server::start();
    let (folder, host) = machine(&server);
    let config = "[monitoring]\nalert_webhook = '${SECRET_HOOK:-https://example.net/none}'\n";
    fs::write(folder.path().join("config/development.toml"), config).unwrap();
    // The entry does not exist: the default is used.
    loader(&host).load(&LoadOptions::default()).unwrap();
    server.put("secret/data/bitcraps", json!({ "data": { "HOOK": "https://a.example/canary-3f9a" } }));
    server.put("secret/data/bitcraps", json!({ "data": { "HOOK": "https://b.example/canary-3f9a" } }));
    server.policy("other", "path \"secret/data/other\" { capabilities = [\"read\"] }");
    let denied = server.token(json!({ "policies": ["other"] }));
    for (variable, value, said) in [
        ("VAULT_NAMESPACE", "nosuch", "has no namespace nosuch: namespace not found"),
        ("BITCRAPS_VAULT_PATH", "nosuch/bitcraps", "has no mount nosuch: no handler for route"),
        ("BITCRAPS_VAULT_VERSION", "999", "Vault entry secret/bitcraps has no version 999; the newest is 2"),
        ("VAULT_TOKEN", &denied, "denies the token access to secret/bitcraps"),
        ("VAULT_TOKEN", "hvs.canary-3f9a", "does not accept the token: it is unknown or expired"),
    ] {
        let message = refusal(&host.clone().variable(variable, value));
        assert!(message.contains(said), "{variable}={value}: {message}");
        assert!(message.contains("cannot read secret HOOK (needed by monitoring.alert_webhook)"), "{message}");
    }
    server.put("sys/namespaces/team", json!({}));
    let message = refusal(&host.clone().variable("VAULT_NAMESPACE", "team"));
    assert!(message.contains("has no mount secret in namespace team"), "{message}");
    server.ask("DELETE", "secret/data/bitcraps", json!(null)).unwrap();
    let message = refusal(&host);
    assert!(message.contains("version 2 of Vault entry secret/bitcraps was deleted at 2"), "{message}");
}

#[test]
#[ignore = "needs bao"]
fn what_the_vault_does_not_have_the_next_provider_is_asked_for() {
    let server = Server::start();
    let (folder, host) = machine(&server);
    fs::create_dir(folder.path().join("keys")).unwrap();
    fs::write(folder.path().join("keys/DB_PASSWORD"), "canary-3f9a-file").unwrap();
    let host = host.variable("BITCRAPS_SECRETS", "vault,./keys");
    assert_eq!(url(&host), url_with("canary-3f9a-file"));
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a-vault" } }));
    assert_eq!(url(&host), url_with("canary-3f9a-vault"));
}

#[test]
#[ignore = "needs bao"]
fn a_machine_logs_in_with_its_role_and_again_when_its_token_ended() {
    let server = Server::start();
    let (folder, host) = machine(&server);
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a" } }));
    let (role, secret) = server.role(json!({ "token_ttl": "3s", "token_max_ttl": "3s" }));
    fs::write(folder.path().join("id"), format!("{secret}\n")).unwrap();
    let host = host
        .without("VAULT_TOKEN")
        .variable("BITCRAPS_VAULT_AUTH", "approle")
        .variable("BITCRAPS_VAULT_ROLE", &role)
        .variable("BITCRAPS_VAULT_SECRET_ID_FILE", "id");
    let loader = loader(&host);
    let warned = loader.load(&LoadOptions::default()).unwrap().report;
    assert!(warned.diagnostics()[0].message.ends_with("/id can be read by everyone (mode 644)"), "{warned:?}");
    std::thread::sleep(Duration::from_secs(4));
    loader.load(&LoadOptions::default()).unwrap();
    // A revoked token is replaced as well, before its lease ends.
    server.put("sys/leases/revoke-prefix/auth/approle", json!({}));
    loader.load(&LoadOptions::default()).unwrap();
    let wrong = refusal(&host.variable("BITCRAPS_VAULT_ROLE", "another"));
    assert!(wrong.contains("Vault rejected the login auth/approle/login (400): invalid role"), "{wrong}");
    assert!(!wrong.contains(&secret), "{wrong}");
}

#[test]
#[ignore = "needs bao"]
fn a_token_that_may_not_read_the_entry_and_one_that_ended_are_told_apart() {
    let server = Server::start();
    let (folder, host) = machine(&server);
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a" } }));
    server.policy("other", "path \"secret/data/other\" { capabilities = [\"read\"] }");
    let token = server.token(json!({ "policies": ["other"], "ttl": "1h" }));
    let said = refusal(&host.clone().variable("VAULT_TOKEN", &token));
    assert!(said.contains("denies the token access to secret/bitcraps"), "{said}");
    assert!(said.contains("path \"secret/data/bitcraps\" { capabilities = [\"read\"] }"), "{said}");
    assert!(!said.contains(&token), "{said}");
    let said = refusal(&host.clone().variable("VAULT_TOKEN", "hvs.canary-3f9a"));
    assert!(said.contains("does not accept the token: it is unknown or expired"), "{said}");
    // The file may hold another token by now.
    let path = folder.path().join("token");
    fs::write(&path, "hvs.canary-3f9a").unwrap();
    let loader = loader(&host.without("VAULT_TOKEN").variable("BITCRAPS_VAULT_TOKEN_FILE", &path));
    loader.load(&LoadOptions::default()).unwrap_err();
    fs::write(&path, TOKEN).unwrap();
    loader.load(&LoadOptions::default()).unwrap();
}

#[test]
#[ignore = "needs bao"]
fn what_is_no_mount_or_of_the_first_version_is_said() {
    let server = Server::start();
    let (_folder, host) = machine(&server);
    let said = refusal(&host.clone().variable("BITCRAPS_VAULT_PATH", "secrets/bitcraps"));
    assert!(said.contains("has no mount secrets"), "{said}");
    server.put("sys/mounts/old", json!({ "type": "kv" }));
    let said = refusal(&host.clone().variable("BITCRAPS_VAULT_PATH", "old/bitcraps"));
    assert!(said.contains("mount old of Vault") && said.contains("is not a KV store of version 2"), "{said}");
    assert!(said.contains("`bao kv enable-versioning old`"), "{said}");
    for (value, kind) in [(json!(["canary-3f9a"]), "a list"), (json!(1.5), "a number"), (json!(true), "a boolean")] {
        server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": value } }));
        let said = refusal(&host);
        assert!(said.contains(&format!(": the field is {kind}, not text")), "{said}");
        assert!(said.contains("write it as text, in quotes in JSON"), "{said}");
    }
}

#[test]
#[ignore = "needs bao"]
fn the_line_end_of_echo_is_not_a_part_of_a_password() {
    let server = Server::start();
    let (_folder, host) = machine(&server);
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a\n" } }));
    assert_eq!(url(&host), url_with("canary-3f9a"));
    let report = loader(&host).load(&LoadOptions::default()).unwrap().report;
    let warning = &report.diagnostics()[0];
    assert_eq!(warning.code, "secrets/line-end");
    assert!(
        warning.message.ends_with("field DB_PASSWORD, version 1: the secret ends with a line end, which is removed")
    );
    assert_eq!(warning.help.as_deref(), Some("store the secret without it: `printf %s` in place of `echo`"));
}

#[test]
#[ignore = "needs bao"]
fn secrets_of_a_namespace_are_read_in_it_alone() {
    let server = Server::start();
    let (_folder, host) = machine(&server);
    server.put("sys/namespaces/team", json!({}));
    server.put("team/sys/mounts/secret", json!({ "type": "kv", "options": { "version": "2" } }));
    eventually("the store of the namespace", || {
        server.ask("POST", "team/secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a" } })).is_ok()
    });
    assert_eq!(url(&host.clone().variable("VAULT_NAMESPACE", "team")), url_with("canary-3f9a"));
    assert!(refusal(&host).contains("not found"));
}

#[test]
#[ignore = "needs bao"]
fn a_server_is_trusted_when_the_authority_that_signed_it_is() {
    let server = Server::start_with_tls();
    let (folder, host) = machine(&server);
    let trusted = host.clone().variable("VAULT_CACERT", server.authority());
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a" } }));
    assert_eq!(url(&trusted), url_with("canary-3f9a"));
    let began = Instant::now();
    let said = refusal(&host);
    assert!(said.contains("is not trusted: invalid peer certificate"), "{said}");
    assert!(said.contains("set VAULT_CACERT to the certificate of the authority"), "{said}");
    let other = Server::start_with_tls();
    fs::copy(other.authority(), folder.path().join("other.pem")).unwrap();
    let said = refusal(&host.variable("VAULT_CACERT", "other.pem"));
    assert!(said.contains("is not trusted: invalid peer certificate"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(20), "a mistake is not tried again");
}

#[test]
#[ignore = "needs bao"]
fn a_proxy_of_the_environment_is_not_used() {
    let server = Server::start();
    let (folder, _) = machine(&server);
    server
        .put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a", "HOOK": "https://a.example/" } }));
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_confgate"));
    command.args(["secrets", "check"]).current_dir(folder.path()).env_clear();
    for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(variable, format!("http://user:canary-3f9a@{}", proxy.local_addr().unwrap()));
    }
    command.env("BITCRAPS_SECRETS", "vault").env("BITCRAPS_VAULT_PATH", "secret/bitcraps");
    let output = command.env("VAULT_ADDR", server.address()).env("VAULT_TOKEN", TOKEN).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.contains("present") && !said.contains(CANARY), "{said}");
    proxy.set_nonblocking(true).unwrap();
    assert_eq!(proxy.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

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
    eventually("the change that was refused before", || hook() == "https://c.example/canary-3f9a");
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

#[test]
#[ignore = "needs bao"]
fn a_pod_logs_in_with_the_token_of_its_service_account() {
    let server = Server::start();
    let (folder, host) = machine(&server);
    server.put("secret/data/bitcraps", json!({ "data": { "DB_PASSWORD": "canary-3f9a" } }));
    let jwt = server.kubernetes();
    fs::write(folder.path().join("jwt"), &jwt).unwrap();
    let host = host
        .without("VAULT_TOKEN")
        .variable("BITCRAPS_VAULT_AUTH", "kubernetes")
        .variable("BITCRAPS_VAULT_ROLE", "node")
        .variable("BITCRAPS_VAULT_JWT_FILE", "jwt");
    assert_eq!(url(&host), url_with("canary-3f9a"));
    let said = refusal(&host.variable("BITCRAPS_VAULT_ROLE", "another"));
    assert!(said.contains("Vault rejected the login auth/kubernetes/login"), "{said}");
    assert!(!said.contains(&jwt), "{said}");
}

/// All records of `log` and `tracing` in this process, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn begin() -> Self {
        let log = Self::default();
        tracing::subscriber::set_global_default(log.clone()).unwrap();
        log::set_boxed_logger(Box::new(log.clone())).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(self.0.lock().unwrap(), "{} {}: {}", record.level(), record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        writeln!(self.0.lock().unwrap(), "{event:?}").unwrap();
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
