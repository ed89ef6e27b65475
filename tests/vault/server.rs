//! An OpenBao server for tests.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// The root token.
pub const TOKEN: &str = "canary-3f9a-root";

/// The token of a service account `node` in the namespace `default`, with a signature that the fake cluster below accepts.
const JWT: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50Iiwia3ViZXJuZXRlcy5pby9zZXJ2aWNlYWNjb3VudC9uYW1lc3BhY2UiOiJkZWZhdWx0Iiwia3ViZXJuZXRlcy5pby9zZXJ2aWNlYWNjb3VudC9zZXJ2aWNlLWFjY291bnQubmFtZSI6Im5vZGUiLCJrdWJlcm5ldGVzLmlvL3NlcnZpY2VhY2NvdW50L3NlcnZpY2UtYWNjb3VudC51aWQiOiJ1MSIsInN1YiI6InN5c3RlbTpzZXJ2aWNlYWNjb3VudDpkZWZhdWx0Om5vZGUifQ.Y2FuYXJ5LTNmOWFjYW5hcnktM2Y5YWNhbmFyeS0zZjlhY2FuYXJ5LTNmOWFjYW5hcnktM2Y5YWNhbmFyeS0zZjlhY2FuYXJ5LTNmOWFjYW5hcnktM2Y5YQ";

/// The CA certificate of the cluster. OpenBao demands one, although the fake cluster does not use TLS.
const AUTHORITY: &str = "-----BEGIN CERTIFICATE-----\n\
MIIBOjCB7aADAgECAhR7NlEOnd21ze46jOUsbPdyrC1aIDAFBgMrZXAwEjEQMA4G\n\
A1UEAwwHY2x1c3RlcjAgFw0yNjExMjQxMzI2MTBaGA8yMTI2MTAzMTEzMjYxMFow\n\
EjEQMA4GA1UEAwwHY2x1c3RlcjAqMAUGAytlcAMhAF+/mQjbMNqVdOKVP4HQGIKn\n\
C2GXZ9ycCW3Ctlhhkrdmo1MwUTAdBgNVHQ4EFgQUpDwVqtrgNUoeZ8ASosNEZ8L8\n\
tggwHwYDVR0jBBgwFoAUpDwVqtrgNUoeZ8ASosNEZ8L8tggwDwYDVR0TAQH/BAUw\n\
AwEB/zAFBgMrZXADQQDsYhgG6N53gU3cJjQ7LBs9p57Feu6A7ZYwQCXBrjxQnVsw\n\
nHN3/3Iw27SOSj/QuXoGIuyL1ivkYfug40AmAZ4F\n\
-----END CERTIFICATE-----";

/// A development server, which keeps its data in memory.
pub struct Server {
    port: u16,
    tls: bool,
    folder: TempDir,
    child: Option<Child>,
}

impl Server {
    /// Starts a server.
    pub fn start() -> Self {
        Self::new(false)
    }

    /// Starts a server with TLS and an authority of its own.
    pub fn start_with_tls() -> Self {
        Self::new(true)
    }

    fn new(tls: bool) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { port, tls, folder: TempDir::new().unwrap(), child: None };
        server.start_again();
        server
    }

    /// Starts the server at the same address, without data.
    pub fn start_again(&mut self) {
        let mut command = Command::new(program());
        command.arg("server").arg("-dev").arg("-dev-no-store-token").arg(format!("-dev-root-token-id={TOKEN}"));
        command.arg(format!("-dev-listen-address=127.0.0.1:{}", self.port));
        if self.tls {
            command.arg("-dev-tls").arg(format!("-dev-tls-cert-dir={}", self.folder.path().display()));
        }
        let printed = File::create(self.folder.path().join("printed")).unwrap();
        command.env("HOME", self.folder.path()).stdout(printed).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        let began = Instant::now();
        while self.ask("GET", "sys/internal/ui/mounts/secret", Json::Null).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Unseals the server with the key that it printed at its start.
    pub fn unseal(&self) {
        let printed = std::fs::read_to_string(self.folder.path().join("printed")).unwrap();
        let key =
            printed.lines().find_map(|line| line.strip_prefix("Unseal Key: ")).expect("the server printed its key");
        let state = self.put("sys/unseal", json!({ "key": key.trim() }));
        assert_eq!(state["sealed"], json!(false));
    }

    /// Stops the server.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends a signal to the server: `STOP` suspends it, as a machine without memory does, and `CONT` lets it go on.
    pub fn signal(&self, signal: &str) {
        let id = self.child.as_ref().expect("the server runs").id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    }

    /// Returns the address of the server.
    pub fn address(&self) -> String {
        format!("{}://127.0.0.1:{}", if self.tls { "https" } else { "http" }, self.port)
    }

    /// Returns the path of the CA certificate.
    pub fn authority(&self) -> PathBuf {
        self.authority_if_there().expect("the server wrote its CA certificate")
    }

    /// Sends a request with the root token. The error is the status and the response.
    pub fn ask(&self, method: &str, path: &str, body: Json) -> Result<Json, String> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--max-time", "20", "--request", method, "--write-out", "\n%{http_code}"]);
        curl.arg("--header").arg(format!("X-Vault-Token: {TOKEN}"));
        if let Some(authority) = self.authority_if_there() {
            curl.arg("--cacert").arg(authority);
        }
        if !body.is_null() {
            curl.arg("--data").arg(body.to_string());
        }
        let output = curl.arg(format!("{}/v1/{path}", self.address())).output().expect("curl is installed");
        let text = String::from_utf8(output.stdout).unwrap();
        let (answer, status) = text.rsplit_once('\n').unwrap_or_default();
        match status.starts_with('2') {
            true => Ok(serde_json::from_str(answer).unwrap_or_default()),
            false => Err(format!("{status}: {answer}")),
        }
    }

    fn authority_if_there(&self) -> Option<PathBuf> {
        Some(self.folder.path().join("vault-ca.pem")).filter(|path| path.exists())
    }

    /// Sends a POST with the root token.
    pub fn put(&self, path: &str, body: Json) -> Json {
        self.ask("POST", path, body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Creates a policy.
    pub fn policy(&self, name: &str, rules: &str) {
        self.put(&format!("sys/policies/acl/{name}"), json!({ "policy": rules }));
    }

    /// Creates a token.
    pub fn token(&self, of: Json) -> String {
        self.put("auth/token/create", of)["auth"]["client_token"].as_str().unwrap().to_owned()
    }

    fn reader(&self) {
        self.policy("reader", "path \"secret/data/bitcraps\" { capabilities = [\"read\"] }");
    }

    /// Creates an AppRole that may read the entry of the tests. Returns its id and its secret id.
    pub fn role(&self, mut more: Json) -> (String, String) {
        self.reader();
        self.put("sys/auth/approle", json!({ "type": "approle" }));
        more["token_policies"] = json!(["reader"]);
        self.put("auth/approle/role/node", more);
        let role = self.ask("GET", "auth/approle/role/node/role-id", Json::Null).unwrap();
        let secret = self.put("auth/approle/role/node/secret-id", json!({}));
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        (text(&role["data"]["role_id"]), text(&secret["data"]["secret_id"]))
    }

    /// Allows the pod `node` to log in, with a fake cluster that accepts its token. Returns the token.
    pub fn kubernetes(&self) -> String {
        self.reader();
        self.put("sys/auth/kubernetes", json!({ "type": "kubernetes" }));
        let cluster = cluster();
        let config = json!({ "kubernetes_host": cluster, "token_reviewer_jwt": JWT, "disable_local_ca_jwt": true, "kubernetes_ca_cert": AUTHORITY });
        self.put("auth/kubernetes/config", config);
        let bound = json!({
            "bound_service_account_names": ["node"], "bound_service_account_namespaces": ["default"],
            "token_policies": ["reader"], "audience": "",
        });
        self.put("auth/kubernetes/role/node", bound);
        JWT.to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts a fake cluster that answers every token review with the service account `node`. Returns its address.
fn cluster() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                let header = line.to_lowercase();
                length = header.strip_prefix("content-length:").map_or(length, |text| text.trim().parse().unwrap());
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let user = json!({ "username": "system:serviceaccount:default:node", "uid": "u1", "groups": [] });
            let review = json!({
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview",
                "status": { "authenticated": true, "user": user },
            });
            let review = review.to_string();
            let head = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close";
            let _ = write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{review}", review.len());
        }
    });
    address
}

/// Returns the program: `CONFGATE_BAO`, else the one that `scripts/tools` installs, else `bao` in the search path.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("CONFGATE_BAO") {
        return named.into();
    }
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/bin/bao");
    if installed.exists() { installed } else { "bao".into() }
}
