//! Any text as a Nix settings file in the language server: hover, completion and definition at four positions of the whole text, and
//! of its start, as if the rest were not typed yet. The places in the answers are in the text.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::thread;

use confgate_core::gate::Gate;
use confgate_core::value::Format;
use confgate_lsp::{Checked, Host, NixSchema, serve};
use libfuzzer_sys::{Corpus, fuzz_target};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response, ResponseKind};
use serde_json::{Value as Json, json};

const URI: &str = "file:///project/settings.nix";

const REQUESTS: [&str; 3] = ["textDocument/hover", "textDocument/completion", "textDocument/definition"];

/// A host whose Nix files have the settings of the bundled model.
struct Model(Arc<Gate>);

impl Host for Model {
    fn check(&self, file: &Path, _: Option<Format>, _: &str) -> Checked {
        panic!("{} is not validated without an evaluation", file.display())
    }

    fn nix_schema(&self, _: &Path, _: &str) -> Option<NixSchema> {
        Some(NixSchema { gate: self.0.clone(), schema_file: Some(PathBuf::from("/project/schema.json")), service: None })
    }
}

/// A server that has opened an empty document, and that serves all texts in turn.
static CLIENT: LazyLock<Connection> = LazyLock::new(|| {
    let (server, client) = Connection::memory();
    thread::spawn(move || {
        let host = Model(Arc::new(Gate::of::<confgate_bitcraps::Config>().untyped()));
        serve(&server, &host, None)
    });
    let capabilities = json!({ "general": { "positionEncodings": ["utf-8"] } });
    answer(&client, "initialize", json!({ "capabilities": capabilities }));
    notify(&client, "initialized", json!({}));
    let document = json!({ "uri": URI, "languageId": "nix", "version": 1, "text": "" });
    notify(&client, "textDocument/didOpen", json!({ "textDocument": document }));
    client
});

fuzz_target!(|data: &[u8]| -> Corpus {
    // The first bytes choose the positions.
    let Some((places, text)) = data.split_first_chunk::<4>() else { return Corpus::Reject };
    let Ok(text) = std::str::from_utf8(text) else { return Corpus::Reject };
    let bytes = places.map(|place| boundary(text, usize::from(place) * text.len() / 255));
    ask_at(text, &bytes);
    for byte in bytes {
        ask_at(&text[..byte], &[byte]);
    }
    Corpus::Keep
});

fn ask_at(text: &str, bytes: &[usize]) {
    let params = json!({ "textDocument": { "uri": URI, "version": 1 }, "contentChanges": [{ "text": text }] });
    notify(&CLIENT, "textDocument/didChange", params);
    for byte in bytes {
        let params = json!({ "textDocument": { "uri": URI }, "position": position(text, *byte) });
        for method in REQUESTS {
            assert_in(text, &answer(&CLIENT, method, params.clone()));
        }
    }
}

/// Asserts that the ranges of an answer are in the text. A definition is in another file.
fn assert_in(text: &str, answer: &Json) {
    match answer {
        Json::Object(object) if object.contains_key("start") && object.contains_key("end") => {
            let lines: Vec<&str> = text.split('\n').collect();
            for end in ["start", "end"] {
                let number = |key: &str| usize::try_from(object[end][key].as_u64().unwrap()).unwrap();
                let (line, character) = (number("line"), number("character"));
                assert!(lines[line].is_char_boundary(character), "{line}:{character}");
            }
        }
        Json::Object(object) if object.get("uri").is_none_or(|uri| uri == URI) => {
            object.values().for_each(|value| assert_in(text, value));
        }
        Json::Array(elements) => elements.iter().for_each(|element| assert_in(text, element)),
        _ => {}
    }
}

fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn position(text: &str, byte: usize) -> Json {
    let before = &text[..byte];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    json!({ "line": before.matches('\n').count(), "character": byte - start })
}

fn notify(client: &Connection, method: &str, params: Json) {
    client.sender.send(Notification::new(method.to_owned(), params).into()).expect("the server runs");
}

/// Returns the result of a request.
fn answer(client: &Connection, method: &str, params: Json) -> Json {
    let id = RequestId::from(method.to_owned());
    client.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).expect("the server runs");
    loop {
        if let Message::Response(Response { id: of, response_kind }) = client.receiver.recv().expect("the server answers") {
            assert_eq!(of, id);
            match response_kind {
                ResponseKind::Ok { result } => return result,
                ResponseKind::Err { error } => panic!("{method}: {error:?}"),
            }
        }
    }
}
