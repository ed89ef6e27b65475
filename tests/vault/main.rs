//! Secrets from a real OpenBao: what a node reads, the errors when it may not, and the behaviour of a running service when a
//! secret or the server changes. Ignored where `bao` is not installed (`scripts/tools` installs it).

mod log;
mod proxy;
mod running;
mod server;

use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use confgate::bitcraps::Config;
use confgate::load::{LoadOptions, Loader};
use confgate::system::SystemContext;
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
