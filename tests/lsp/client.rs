//! A client of the server, and the transcript of their messages.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use confgate_test_support::{confgate, golden, root};
use serde_json::{Value as Json, json};

/// Longest wait for a message.
const WAIT: Duration = Duration::from_secs(60);

pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Json>,
    folder: PathBuf,
    next_id: i64,
    /// The last diagnostics of each file, with the version of its text.
    diagnostics: HashMap<String, (Option<i64>, Json)>,
    versions: HashMap<String, i64>,
    transcript: String,
}

/// Capabilities of a client that can do everything that the server makes use of.
pub fn full_capabilities() -> Json {
    json!({
        "general": { "positionEncodings": ["utf-8", "utf-16"] },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true },
            "completion": { "completionItem": { "snippetSupport": true } },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } } },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
        },
        "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
    })
}

impl Client {
    /// Starts the server for a folder.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[], full_capabilities())
    }

    pub fn start_with(folder: &Path, arguments: &[&str], capabilities: Json) -> Self {
        let mut client = Self::connect(folder, arguments);
        client.initialize(capabilities);
        client
    }

    /// Sends the first messages.
    pub fn initialize(&mut self, capabilities: Json) {
        let folder_uri = self.uri("");
        let params = json!({
            "processId": null,
            "rootUri": folder_uri,
            "workspaceFolders": [{ "uri": folder_uri, "name": "folder" }],
            "capabilities": capabilities,
        });
        self.request("initialize", params);
        self.notify("initialized", json!({}));
    }

    /// Starts the server without the first messages.
    pub fn connect(folder: &Path, arguments: &[&str]) -> Self {
        Self::connect_with(folder, arguments, &[])
    }

    /// Starts the server with variables of the environment, without the first messages.
    pub fn connect_with(folder: &Path, arguments: &[&str], variables: &[(&str, &Path)]) -> Self {
        let mut command = confgate!();
        command.arg("lsp").args(arguments).current_dir(folder);
        command.envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = child.stdin.take();
        Self {
            child,
            input,
            messages,
            folder: folder.canonicalize().unwrap(),
            next_id: 1,
            diagnostics: HashMap::new(),
            versions: HashMap::new(),
            transcript: String::new(),
        }
    }

    pub fn uri(&self, file: &str) -> String {
        let path = if file.is_empty() { self.folder.clone() } else { self.folder.join(file) };
        format!("file://{}", path.display())
    }

    pub fn send(&mut self, message: &Json) {
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        let _ = input.write_all(bytes);
        let _ = input.flush();
    }

    pub fn notify(&mut self, method: &str, params: Json) {
        self.log('→', method, &params);
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request without waiting for the answer. Returns its ID.
    pub fn ask(&mut self, method: &str, params: Json) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a request and returns its result.
    pub fn request(&mut self, method: &str, params: Json) -> Json {
        self.log('→', method, &params);
        let id = self.ask(method, params);
        let response = self.response(id);
        assert_eq!(response.get("error"), None, "{method}");
        let result = response.get("result").cloned().unwrap_or_default();
        self.log('←', method, &result);
        result
    }

    /// Sends a request that fails, and returns its error.
    pub fn request_error(&mut self, method: &str, params: Json) -> Json {
        self.log('→', method, &params);
        let id = self.ask(method, params);
        let error = self.response(id)["error"].clone();
        self.log('←', method, &error);
        error
    }

    /// Waits for the response to a request.
    pub fn response(&mut self, id: i64) -> Json {
        loop {
            let message = self.receive();
            if message["id"] == json!(id) && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// Receives a message. Keeps diagnostics, and answers requests of the server.
    pub fn receive(&mut self) -> Json {
        let message = self.messages.recv_timeout(WAIT).expect("the server answers in time");
        match message["method"].as_str() {
            Some("textDocument/publishDiagnostics") => {
                let params = &message["params"];
                let uri = params["uri"].as_str().unwrap().to_owned();
                self.diagnostics.insert(uri, (params["version"].as_i64(), params["diagnostics"].clone()));
            }
            Some(_) if message.get("id").is_some() => {
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            }
            _ => {}
        }
        message
    }

    /// Waits for a notification of the server.
    pub fn notification(&mut self, method: &str) -> Json {
        loop {
            let message = self.receive();
            if message["method"] == json!(method) {
                return message["params"].clone();
            }
        }
    }

    pub fn open(&mut self, file: &str, text: &str) {
        let language = file.rsplit('.').next().unwrap();
        self.open_as(file, language, text);
    }

    /// Opens a document with a language.
    pub fn open_as(&mut self, file: &str, language: &str, text: &str) {
        let uri = self.uri(file);
        self.versions.insert(uri.clone(), 1);
        self.diagnostics.remove(&uri);
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document by a list of changes, and returns its version.
    pub fn change(&mut self, file: &str, changes: &Json) -> i64 {
        let uri = self.uri(file);
        let version = self.versions.get_mut(&uri).unwrap();
        *version += 1;
        let version = *version;
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        version
    }

    /// Waits for the diagnostics of the newest version of a document.
    pub fn diagnostics(&mut self, file: &str) -> Json {
        let uri = self.uri(file);
        let wanted = self.versions.get(&uri).copied();
        let start = Instant::now();
        loop {
            let has_all = self.diagnostics.get(&uri).is_some_and(|(version, _)| *version == wanted);
            if has_all {
                let (_, diagnostics) = self.diagnostics[&uri].clone();
                self.log('←', "textDocument/publishDiagnostics", &diagnostics);
                return diagnostics;
            }
            assert!(start.elapsed() < WAIT, "no diagnostics of {file}");
            self.receive();
        }
    }

    /// Forgets the diagnostics of a document, to wait for new ones of the same version.
    pub fn expect_new_diagnostics(&mut self, file: &str) {
        let uri = self.uri(file);
        self.diagnostics.remove(&uri);
    }

    /// Returns the parameters of a request about a position in a document.
    pub fn at(&self, file: &str, line: u32, character: u32) -> Json {
        json!({ "textDocument": { "uri": self.uri(file) }, "position": { "line": line, "character": character } })
    }

    fn log(&mut self, direction: char, method: &str, value: &Json) {
        let mut value = value.clone();
        if method == "initialize" && direction == '←' {
            value["serverInfo"]["version"] = json!("VERSION");
        }
        let text = serde_json::to_string_pretty(&value).unwrap().replace(&self.folder.display().to_string(), "FOLDER");
        let _ = writeln!(self.transcript, "{direction} {method}\n{text}\n");
    }

    /// Ends the server, and compares the transcript with a golden file.
    pub fn compare(mut self, name: &str) {
        let mut differences = String::new();
        let file = root().join("tests/lsp/golden").join(format!("{name}.txt"));
        golden::compare(&file, &std::mem::take(&mut self.transcript), &mut differences);
        self.end();
        assert!(differences.is_empty(), "{differences}");
    }

    /// Ends the server as an editor does.
    pub fn end(mut self) {
        self.request("shutdown", Json::Null);
        self.notify("exit", Json::Null);
        self.input = None;
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }

    /// Closes the input of the server, and returns its exit code.
    pub fn hang_up(mut self) -> i32 {
        self.input = None;
        self.child.wait().unwrap().code().expect("no signal ends the server")
    }

    /// Ends the server by a signal, and returns its exit code, if it has one.
    pub fn signal(mut self, name: &str) -> Option<i32> {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &process]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that fails leaves the server running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Json> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
