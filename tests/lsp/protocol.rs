//! The protocol: encodings, cancellation, mistakes of clients, limits, the end.

use std::fs;

use confgate_test_support::files;
use serde_json::{Value as Json, json};

use super::client::{Client, full_capabilities};

#[test]
fn positions_count_in_the_unit_that_was_negotiated() {
    let folder = files(&[]);
    let text = "[app]\nname = \"é😀\"\nfoo = \"😀\" # 😀\n";
    for (offered, chosen, column) in [
        (json!(["utf-16", "utf-8"]), "utf-8", 13),
        (json!(["utf-16"]), "utf-16", 11),
        (json!(["utf-32"]), "utf-32", 10),
        (json!(null), "utf-16", 11),
    ] {
        let mut capabilities = full_capabilities();
        capabilities["general"]["positionEncodings"] = offered;
        let mut client = Client::connect(folder.path(), &[]);
        let result = client.request("initialize", json!({ "capabilities": capabilities }));
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
        client.notify("initialized", json!({}));
        client.open("a.toml", text);
        client.diagnostics("a.toml");
        // The end of `foo = "😀"`: an `x` before the closing quote makes it longer.
        let before_quote = match chosen {
            "utf-8" => 11,
            "utf-16" => 9,
            _ => 8,
        };
        let at = json!({ "line": 2, "character": before_quote });
        client.change("a.toml", &json!([{ "range": { "start": at, "end": at }, "text": "é" }]));
        let diagnostics = client.diagnostics("a.toml");
        let unknown = diagnostics.as_array().unwrap().iter().find(|it| it["message"].as_str().unwrap().contains("foo"));
        assert_eq!(unknown.unwrap()["range"]["end"]["character"], 3, "{diagnostics}");
        let symbols =
            client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": client.uri("a.toml") } }));
        let end = &symbols[0]["children"][1]["range"]["end"]["character"];
        let expected = if chosen == "utf-8" { column + 1 } else { column };
        assert_eq!(*end, expected, "{chosen}");
        client.end();
    }
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", "[network]\nlisten_port = 1\n");
    client.diagnostics("a.toml");
    // The first one keeps the server busy, so that the others wait.
    let large: String = (0..20_000).map(|index| format!("key{index} = {index}\n")).collect();
    client.open("large.toml", &large);
    let params = client.at("a.toml", 1, 2);
    let first = client.ask("textDocument/hover", params.clone());
    let second = client.ask("textDocument/hover", params);
    client.notify("$/cancelRequest", json!({ "id": second }));
    assert!(client.response(first).get("error").is_none());
    let cancelled = client.response(second);
    // The server may have answered before the notification arrived.
    if let Some(error) = cancelled.get("error") {
        assert_eq!(error["code"], -32800);
    }
    // An ID that is not known is ignored.
    client.notify("$/cancelRequest", json!({ "id": "unknown" }));
    client.end();
}

#[test]
fn mistakes_of_a_client_do_not_end_the_server() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    assert_eq!(client.request_error("textDocument/rename", json!({}))["code"], -32601);
    assert_eq!(client.request_error("textDocument/hover", json!({ "position": 1 }))["code"], -32602);
    client.notify("textDocument/didOpen", json!({ "textDocument": 1 }));
    let log = client.notification("window/logMessage");
    assert!(log["message"].as_str().unwrap().starts_with("confgate: a notification cannot be read"), "{log}");
    // Documents that are not open or not files.
    let params = client.at("missing.toml", 0, 0);
    assert_eq!(client.request("textDocument/hover", params), Json::Null);
    let document = json!({ "uri": "untitled:Untitled-1", "languageId": "toml", "version": 1, "text": "a = 1" });
    client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": "untitled:Untitled-1", "version": 2 }, "contentChanges": [{ "text": "" }],
        }),
    );
    client.notify("unknown/notification", json!({}));
    // A range outside of the text, and one that ends before its start.
    client.open("a.toml", "[app]\nname = 'x'\n");
    let far = json!({ "line": 1_000_000, "character": 4_000_000 });
    let start = json!({ "line": 0, "character": 0 });
    client.change(
        "a.toml",
        &json!([
            { "range": { "start": far, "end": far }, "text": "# é\n" },
            { "range": { "start": far, "end": start }, "text": "# end\n" },
        ]),
    );
    assert_eq!(client.diagnostics("a.toml"), json!([]));
    client.end();
}

#[test]
fn a_closed_document_has_no_diagnostics() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", "[network]\nlisten_port = 0\n");
    assert_eq!(client.diagnostics("a.toml").as_array().unwrap().len(), 1);
    let uri = client.uri("a.toml");
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    let message = client.notification("textDocument/publishDiagnostics");
    assert_eq!((message["uri"].as_str(), &message["diagnostics"]), (Some(uri.as_str()), &json!([])));
    client.end();
}

#[test]
fn a_text_beyond_the_limit_is_not_validated() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    let text = "# a comment of forty characters, exactly\n".repeat((16 << 20) / 41 + 1);
    client.open("a.toml", &text);
    let message = client.notification("window/showMessage");
    assert!(message["message"].as_str().unwrap().contains("larger than 16 MiB"), "{message}");
    assert_eq!(client.diagnostics("a.toml"), json!([]));
    client.end();
}

#[test]
fn many_open_documents_take_little_memory() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    let body: String = (0..1000).map(|index| format!("\"10.0.0.{index}:80\",\n")).collect();
    let text = format!("[network]\nbootstrap_nodes = [\n{body}]\n");
    for index in 0..64 {
        let name = format!("{index}.toml");
        client.open(&name, &text);
        client.diagnostics(&name);
    }
    let status = fs::read_to_string(format!("/proc/{}/status", client.process_id())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kilobytes: u64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 80_000, "{kilobytes} kB");
    client.end();
}

#[test]
fn the_end_of_the_connection_ends_the_server() {
    let folder = files(&[]);
    assert_eq!(Client::start(folder.path()).hang_up(), 2);
    let mut client = Client::start(folder.path());
    client.notify("exit", Json::Null);
    assert_eq!(client.hang_up(), 2);
    let mut client = Client::start(folder.path());
    client.request("shutdown", Json::Null);
    let params = client.at("a.toml", 0, 0);
    assert_eq!(client.request_error("textDocument/hover", params)["code"], -32600);
    let mut client = Client::connect(folder.path(), &[]);
    client.send_bytes(b"Content-Length: 2\r\n\r\n{}");
    assert_eq!(client.hang_up(), 2);
    let mut client = Client::connect(folder.path(), &[]);
    client.send_bytes(b"nonsense\r\n\r\n");
    assert_eq!(client.hang_up(), 2);
}

#[test]
#[cfg(all(target_os = "linux", feature = "small-pages"))]
fn the_server_has_no_huge_page() {
    let folder = files(&[]);
    let mut client = Client::start(folder.path());
    client.open("a.toml", "[network]\nlisten_port = 1\n");
    client.diagnostics("a.toml");
    let maps = fs::read_to_string(format!("/proc/{}/smaps", client.process_id())).unwrap();
    let huge: Vec<&str> = maps.lines().filter_map(|line| line.strip_prefix("AnonHugePages:")).map(str::trim).collect();
    assert!(!huge.is_empty() && huge.iter().all(|size| *size == "0 kB"), "{huge:?}");
    client.end();
}
