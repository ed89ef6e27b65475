//! The server beside a client in the same process: the loop, and what no transcript shows.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use confgate_core::gate::{Gate, Input, ValidateOptions};
use confgate_core::value::{Format, Source};
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};

use crate::{Analysis, Checked, Host, serve};

/// A host with the bundled model for all files.
struct ModelHost(Arc<Gate>);

impl Host for ModelHost {
    fn check(&self, file: &Path, language: Option<Format>, text: &str) -> Checked {
        if file.ends_with("failing.toml") {
            return Checked::Failed("no schema".to_owned());
        }
        let format = Format::of_file(file).or(language).unwrap_or_default();
        let source = Source::in_format(format, file.display().to_string(), text);
        let Input { tree, sources, found, options } = Input::text(&source, ValidateOptions::default());
        let report = self.0.validate_as_written(tree.clone(), &sources, found, options).report;
        Checked::File(Analysis { source, tree, report, gate: Some(self.0.clone()), schema_file: None, options })
    }
}

/// Sends messages, and returns those of the server up to its end.
fn conversation(messages: Vec<Message>) -> (Vec<Json>, bool) {
    let (server, client) = Connection::memory();
    let served = thread::spawn(move || {
        let host = ModelHost(Arc::new(Gate::of::<confgate_bitcraps::Config>().untyped()));
        serve(&server, &host, None).is_ok()
    });
    let request = |id: i32, method: &str, params: Json| {
        Message::Request(Request { id: RequestId::from(id), method: method.to_owned(), params })
    };
    let notification =
        |method: &str, params: Json| Message::Notification(Notification { method: method.to_owned(), params });
    client.sender.send(request(0, "initialize", json!({ "capabilities": {} }))).unwrap();
    client.sender.send(notification("initialized", json!({}))).unwrap();
    for message in messages {
        client.sender.send(message).unwrap();
    }
    client.sender.send(request(1000, "shutdown", Json::Null)).unwrap();
    client.sender.send(notification("exit", Json::Null)).unwrap();
    let answers = client.receiver.iter().map(|message| serde_json::to_value(message).unwrap()).collect();
    (answers, served.join().unwrap())
}

fn open(name: &str, text: &str) -> Message {
    let document = json!({ "uri": format!("file:///x/{name}"), "languageId": "toml", "version": 1, "text": text });
    let params = json!({ "textDocument": document });
    Message::Notification(Notification { method: "textDocument/didOpen".to_owned(), params })
}

#[test]
fn changes_that_wait_are_validated_once() {
    let change = |version: i32| {
        let params = json!({
            "textDocument": { "uri": "file:///x/a.toml", "version": version },
            "contentChanges": [{ "text": format!("[network]\nlisten_port = {}\n", version - 2) }],
        });
        Message::Notification(Notification { method: "textDocument/didChange".to_owned(), params })
    };
    let mut messages = vec![open("a.toml", "")];
    messages.extend((2..200).map(change));
    let symbols = json!({ "textDocument": { "uri": "file:///x/a.toml" } });
    let method = "textDocument/documentSymbol".to_owned();
    messages.push(Message::Request(Request { id: RequestId::from(1), method, params: symbols }));
    let (answers, is_ok) = conversation(messages);
    assert!(is_ok);
    let published: Vec<&Json> = answers.iter().filter(|it| it["method"] == "textDocument/publishDiagnostics").collect();
    assert!(published.len() < 100, "{}", published.len());
    // A client without nested symbols gets a list.
    let symbols = answers.iter().find(|answer| answer["id"] == 1).unwrap();
    assert_eq!(symbols["result"][1]["containerName"], "network");
}

#[test]
fn a_file_that_cannot_be_validated_is_reported_to_the_user() {
    let (answers, is_ok) = conversation(vec![open("failing.toml", "a = 1\n")]);
    assert!(is_ok);
    let message = answers.iter().find(|answer| answer["method"] == "window/showMessage");
    assert!(message.is_none_or(|message| message["params"]["message"] == "no schema"), "{answers:?}");
}
