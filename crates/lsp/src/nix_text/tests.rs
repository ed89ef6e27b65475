//! The option at a position, and what is expected there, in settings as users write them.

use confgate_core::gate::Gate;
use proptest::prelude::*;

use super::*;

fn gate() -> Gate {
    Gate::of_schema(serde_json::json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "network": { "type": "object", "properties": {
                "port": { "type": "integer" }, "hosts": { "type": "array", "items": { "type": "string" } },
            } },
            "level": { "enum": ["debug", "info"] },
            "peers": { "type": "array", "items": { "type": "object", "properties": { "url": { "type": "string" } } } },
            "zones": { "type": "object", "additionalProperties": { "type": "object", "properties": { "x": {} } } },
        },
    }))
    .unwrap()
}

/// Splits a text at its bar.
fn split(marked: &str) -> (String, usize) {
    (marked.replacen('|', "", 1), marked.find('|').unwrap())
}

#[track_caller]
fn option(marked: &str, expected: &str) {
    let (gate, (text, at)) = (gate(), split(marked));
    let found = option_at(Settings { gate: &gate, service: Some("relay") }, &text, at);
    let found = found.map(|(option, range)| format!("{} {}", option.path, &text[range]));
    assert_eq!(found.as_deref().unwrap_or_default(), expected, "{marked}");
}

#[track_caller]
fn context(marked: &str, expected: &str) {
    let (gate, (text, at)) = (gate(), split(marked));
    let found = context_at(Settings { gate: &gate, service: Some("relay") }, &text, at);
    let found = found.map(|NixContext { expected, replaced }| {
        let kind = match expected {
            NixExpected::Attribute(option) => format!("attribute of {}", option.path),
            NixExpected::Name(option) => format!("name in {}", option.path),
            NixExpected::Value(option, ends) => format!("value of {}{}", option.path, if ends { ";" } else { "" }),
        };
        format!("{kind} [{}]", &text[replaced])
    });
    assert_eq!(found.as_deref().unwrap_or_default(), expected, "{marked}");
}

#[test]
fn an_option_is_found_below_each_wrapper() {
    option("{ network.po|rt = 1; }", "network.port port");
    option("{ net|work.port = 1; }", "network network");
    option("{ network = { port = |1; }; }", "network.port 1");
    option(
        "{ lib, ... }: { network = lib.mkIf true (lib.mkMerge [ { a = 1; } { po|rt = 1; } ]); }",
        "network.port port",
    );
    option("{ network = with lib; mkDefault { \"po|rt\" = -1; }; }", "network.port \"port\"");
    option("{ config = { imports = [ { network.por|t = 1; } ]; }; }", "network.port port");
    option("{ imports = [ ./a.nix ({ lib, ... }: { network.por|t = 1; }) ]; }", "network.port port");
    option("{ network = if x then { } else assert y; { port| = 1; }; }", "network.port port");
    option("{ network = { } // { port| = 1; }; }", "network.port port");
    option("{ peers = [ { } { url| = \"x\"; } ]; }", "peers[1].url url");
    option("{ peers = (lib.optional y { url = \"x|\"; }) ++ z; }", "peers[0].url \"x\"");
    option("{ peers = map (host: { ur|l = host; }) hosts; }", "peers[0].url url");
    option("{ zones = lib.mapAttrs (name: x: { x| = 1; }) y; }", "zones.NAME.x x");
    option("{ zones.${y}.x| = 1; }", "zones.NAME.x x");
    option("{ network.hosts = [ \"a\" \"b|\" ]; }", "network.hosts[1] \"b\"");
    option("{ network = { inherit (x) por|t; }; }", "network.port port");
    option("{ level = mkOverride 10 \"de|bug\"; }", "level \"debug\"");
}

#[test]
fn an_option_is_found_through_names() {
    option("let common = { por|t = 1; }; in { network = common; }", "network.port port");
    option("let network = { por|t = 1; }; in { inherit network; }", "network.port port");
    option("let all = { a.network.por|t = 1; }; in all.a", "network.port port");
    option("let f = port: { network = { inherit port; }; }; in f { x| = 1; }", "network.port.x x");
    option("let f = x: { network = x; }; in f { por|t = 1; }", "network.port port");
    option("let f = a: { x }: { network = x; }; in f 1 { x.port| = 1; }", "network.port port");
    option("let a = b; b = a; in { network = a; x = { po|rt = 1; }; }", "");
    option("let a = [ { url| = \"\"; } ]; in { peers = mkMerge [ a ]; }", "peers[0].url url");
    // A reference to another option.
    option("{ config, ... }: { level = config.network.po|rt; }", "network.port port");
    option("{ config, ... }: let net = config.network; in { level = net.por|t; }", "network.port port");
    option("{ config, ... }: { x = config.services.relay.settings.level|; }", "level level");
}

#[test]
fn settings_are_found_in_machines_bundles_and_fleets() {
    option("{ services.relay.settings.network.po|rt = 1; }", "network.port port");
    option("{ config = mkIf x { services.relay = { settings = { network.port| = 1; }; }; }; }", "network.port port");
    option("{ services.other.settings.network.po|rt = 1; }", "");
    option("{ services.relay.po|rt = 1; }", "");
    option(
        "{ outputs = { self, confgate }: confgate.lib.mkBundle { modules = [ ./x.nix { level| = \"info\"; } ]; }; }",
        "level level",
    );
    option("{ common = [ { level| = \"info\"; } ]; tags.a = [ ./b.nix ]; }", "level level");
    option("{ tags.a = [ { level| = \"info\"; } ]; }", "level level");
    let fleet = "{ nodes = let node = tags: settings: { modules = [ settings ]; inherit tags; }; in { a = node [ \"x\" ] { network.port| = 1; }; }; }";
    option(fleet, "network.port port");
    option("f { level| = 1; }", "level level");
    option("f { other.level| = 1; }", "");
}

#[test]
fn what_is_no_setting_has_no_option() {
    for marked in [
        "{ network = mkIf (x == \"po|rt\") { }; }",
        "{ network.port = f 1| 2; }",
        "{ port|s2 = 1; }",
        "# net|work\n{ }",
        "{ x = \"${network.p|ort}\"; }",
        "{ lib, ne|twork, ... }: { }",
        "let { network.por|t = 1; body = 1; }",
        "|",
    ] {
        option(marked, "");
    }
}

#[test]
fn attributes_are_expected_in_sets() {
    context("{ | }", "attribute of  []");
    context("{ ne| }", "attribute of  [ne]");
    context("{ lib, ... }:\n{\n  network = {\n    po|\n  };\n  level = \"info\";\n}\n", "attribute of network [po]");
    context("{ network.| }", "attribute of network []");
    context("{\n  network.po|\n  level = \"info\";\n}", "attribute of network [po]");
    context("{ network.p|o = 1; }", "attribute of network [po]");
    context("{ \"net|work\" = 1; }", "attribute of  [\"network\"]");
    context("{ network = lib.mkIf x { | }; }", "attribute of network []");
    context("{ peers = [ { url = \"a\"; } { u| } ]; }", "attribute of peers[1] [u]");
    context("{ services.relay.settings = { net| }; }", "attribute of  [net]");
    context("{ imports = [ ./a.nix ]; | }", "attribute of  []");
    // The entry before is not finished.
    context("{ network.port = 1\n  le| }", "attribute of  [le]");
    // Mistakes above and below.
    context("{ level = = ; network = { po|", "attribute of network [po]");
    context("{ level = ;\n network = {\n  po|\n }\n}", "attribute of network [po]");
    context("{ a = [ 1 2; network = { po|", "");
    // A machine has more than settings.
    context("{ imports = [ ]; networking.hostName = \"x\"; | }", "");
    context("f { | }", "");
}

#[test]
fn values_are_expected_behind_a_sign_of_equality() {
    context("{ level = | }", "value of level; []");
    context("{ level = |; }", "value of level []");
    context("{ level = \"|info\"; }", "value of level [\"info\"]");
    context("{ level = \"|\n  network.port = 1;\n}", "value of level; [\"]");
    context("{ level = mkDefault |; }", "value of level []");
    context("{ level = lib.mkIf x \"de|\"; }", "value of level [\"de\"]");
    context("{ network.hosts = [ \"a\" | ]; }", "value of network.hosts[1] []");
    context("{ level = config.network.|; }", "name in network []");
    context("{ level = config.network.po|", "name in network [po]");
    context("{ inherit |; }", "");
    context("{ # |\n }", "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_position_of_any_text_has_an_answer(
        text in "(network|level|peers|config|port|url|let |in |inherit |with |mkIf |mkMerge |[a-c.]|é|\n|[\\[\\]{}()=:;\"'$, #]|''|\\$\\{){0,30}",
        at in 0..120_usize,
    ) {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let gate = gate();
        let settings = Settings { gate: &gate, service: None };
        if let Some((_, range)) = option_at(settings, &text, at) {
            prop_assert!(text.get(range).is_some());
        }
        if let Some(context) = context_at(settings, &text, at) {
            prop_assert!(text.get(context.replaced.clone()).is_some());
            prop_assert!(context.replaced.start <= at && at <= context.replaced.end);
        }
    }
}
