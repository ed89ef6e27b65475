//! An agent with flags, and requests to it.

use std::fs;

use confgate_test_support::agent::{Agent, AgentDirectory, Answer};
use confgate_test_support::cargo_bin;

/// Flags of most tests.
pub const FLAGS: &str = r#"
[context]
plan = "string"
email = "string"

[metadata]
version = "7"

["$evaluators"]
internal = { ends_with = [{ var = "email" }, "@example.org"] }

[flags.lobby]
description = "The new lobby"
owner = "team-lobby"
variants = { on = true, off = false }
defaultVariant = "off"
targeting = { if = [{ "==" = [{ var = "plan" }, "pro"] }, "on"] }

[flags.title]
variants = { short = "Hi", long = "Good day" }
defaultVariant = "short"
targeting = { if = [{ "$ref" = "internal" }, "long"] }

[flags.limit]
variants = { low = 10, high = 1.5 }
defaultVariant = "low"

[flags.layout]
variants = { wide = { columns = 3, dense = true } }
defaultVariant = "wide"

[flags.split]
variants = { a = "A", b = "B" }
defaultVariant = "a"
targeting.fractional = [["a", 50], ["b", 50]]

[flags.gone]
variants = { on = true, off = false }
defaultVariant = "on"
state = "DISABLED"

[flags.open]
variants = { on = true, off = false }
targeting = { if = [{ "==" = [{ var = "plan" }, "pro"] }, "on"] }
"#;

/// Makes a folder with a config, and the flags in `flags.toml`.
pub fn place(flags: &str) -> AgentDirectory {
    let place = AgentDirectory::new(&cargo_bin("confgate"), "");
    write_flags(&place, flags);
    place
}

/// Replaces the flags by a rename.
pub fn write_flags(place: &AgentDirectory, flags: &str) {
    fs::write(place.path("flags.next"), flags).unwrap();
    fs::rename(place.path("flags.next"), place.path("flags.toml")).unwrap();
}

/// Starts an agent with the flags.
pub fn start(place: &AgentDirectory, arguments: &[&str]) -> Agent {
    place.start(&[&["--listen", "127.0.0.1:0", "--flags", "flags.toml"], arguments].concat())
}

/// Sends a POST request with more headers, each with its line end.
pub fn post(agent: &Agent, path: &str, headers: &str, body: &str) -> Answer {
    agent.send(&format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    ))
}

/// Evaluates one flag in a context.
pub fn evaluate(agent: &Agent, key: &str, context: &str) -> Answer {
    post(agent, &format!("/ofrep/v1/evaluate/flags/{key}"), "", &format!("{{\"context\":{context}}}"))
}
