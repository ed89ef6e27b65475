//! Generators of values of all kinds, and of values that a schema admits.

use super::*;

pub fn environment() -> impl Strategy<Value = Environment> {
    select(Environment::ALL.to_vec())
}

/// Generates keys: ordinary ones, those of the schema, and ones that need quotes and escapes.
pub fn key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] =
        &["app", "network", "listen_port", "performance", "Custom", "battery", "tls_cert_path", "turn_servers"];
    prop_oneof![
        "[a-z_]{1,8}",
        select(KNOWN).prop_map(str::to_owned),
        "[0-9]{1,3}",
        "\\PC{0,6}",
        "[./~\"'\\\\\n\t]{1,3}"
    ]
}

/// Generates leaves of any kind, among them numbers that JSON does not have, references and secrets.
pub fn leaf() -> impl Strategy<Value = Value> {
    const TEXTS: &[&str] =
        &["", "30s", "MAX", "Balanced", "${A}", "$${", "pg://u:hunter2@h/x", "encrypted:x", "\u{202E}x\u{1b}[31m"];
    const DATES: &[&str] = &["1979-05-27", "07:32:00.999", "1979-05-27T07:32:00Z", "1979-05-27T00:32:00-07:00"];
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        select(&[0, 1, -1, 8333, i64::MAX, i64::MIN]).prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        select(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1.0, 1e300]).prop_map(Value::Float),
        "\\PC{0,12}".prop_map(Value::String),
        select(TEXTS).prop_map(|text| Value::String(text.to_owned())),
        select(DATES).prop_map(|text| Value::Datetime(text.to_owned())),
    ]
}

pub fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|values| Value::List(nodes(values))),
            prop::collection::vec((key(), inner), 0..6).prop_map(table),
        ]
    })
}

/// Generates any table, and tables with the sections of a config and anything in them.
pub fn tree() -> impl Strategy<Value = Node> {
    let sections: Vec<String> = GATE.schema()["properties"].as_object().unwrap().keys().cloned().collect();
    let section = select(sections.clone()).prop_flat_map(move |section| {
        let properties = GATE.schema()["properties"][&section]["properties"].as_object();
        let fields: Vec<String> = properties.into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        let field = if fields.is_empty() { key().boxed() } else { prop_oneof![select(fields), key()].boxed() };
        let fields = prop::collection::vec((field, value()), 0..5).prop_map(table);
        (Just(section), prop_oneof![3 => fields, 1 => value()])
    });
    prop_oneof![
        prop::collection::vec((key(), value()), 0..8).prop_map(table),
        prop::collection::vec(section, 0..6).prop_map(table),
    ]
    .prop_map(Node::generated)
}

pub fn table(entries: Vec<(String, Value)>) -> Value {
    Value::Table(entries.into_iter().map(|(key, value)| (key, Node::generated(value))).collect())
}

pub fn nodes(values: Vec<Value>) -> Vec<Node> {
    values.into_iter().map(Node::generated).collect()
}

/// Generates values that a part of the schema admits; `None` leaves out an optional value.
pub fn valid(schema: &Json) -> BoxedStrategy<Option<Value>> {
    if let Some(alternatives) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return proptest::strategy::Union::new(alternatives.iter().map(valid)).boxed();
    }
    let of_kind = match (&schema["enum"], &schema["const"], schema["type"].as_str()) {
        (Json::Array(words), _, _) => select(words.clone()).prop_map(|word| json::read(word).unwrap().value).boxed(),
        (_, constant, _) if !constant.is_null() => Just(json::read(constant.clone()).unwrap().value).boxed(),
        (_, _, Some("boolean")) => any::<bool>().prop_map(Value::Bool).boxed(),
        // A config of another version is migrated or refused.
        (_, _, Some("integer")) if schema["x-version"] == true => {
            Just(json::read(schema["default"].clone()).unwrap().value).boxed()
        }
        (_, _, Some("integer")) => {
            let bound = |keyword: &str, other| schema[keyword].as_i64().unwrap_or(other);
            (bound("minimum", i64::MIN)..=bound("maximum", i64::MAX)).prop_map(Value::Integer).boxed()
        }
        (_, _, Some("number")) => {
            let bound = |keyword: &str, other| schema[keyword].as_f64().unwrap_or(other);
            let (from, to) = (bound("minimum", -1e9), bound("maximum", 1e9));
            let whole = (from.ceil() as i64..=to.floor().max(from.ceil()) as i64).prop_map(Value::Integer);
            if from.ceil() > to { number(from, to).boxed() } else { prop_oneof![number(from, to), whole].boxed() }
        }
        (_, _, Some("string")) => text(schema).prop_map(Value::String).boxed(),
        (_, _, Some("array")) => {
            let element = valid(&schema["items"]).prop_map(Option::unwrap);
            let fewest = schema["minItems"].as_u64().unwrap_or(0) as usize;
            prop::collection::vec(element, fewest..4).prop_map(|values| Value::List(nodes(values))).boxed()
        }
        (_, _, Some("object")) if schema["x-overlay"] == true => overlay().boxed(),
        (_, _, Some("object")) => {
            let properties = schema["properties"].as_object().unwrap().iter();
            let known = properties.filter(|(_, property)| property["deprecated"] != true);
            let entries: Vec<_> = known.map(|(name, property)| (Just(name.clone()), valid(property))).collect();
            let written = |(key, value): (String, Option<Value>)| Some((key, value?));
            entries.prop_map(move |entries| table(entries.into_iter().filter_map(written).collect())).boxed()
        }
        other => panic!("no strategy for {other:?}"),
    };
    if schema["x-optional"] == true { proptest::option::of(of_kind).boxed() } else { of_kind.prop_map(Some).boxed() }
}

/// Generates a part of a BitCraps config.
pub fn overlay() -> impl Strategy<Value = Value> {
    let one = |name: &str, value| table(vec![(name.to_owned(), value)]);
    let network = (1i64..10_000).prop_map(move |most| one("network", one("max_connections", Value::Integer(most))));
    let database = (1u32..600).prop_map(move |secs| {
        let wait = table(vec![("secs".into(), Value::Integer(secs.into())), ("nanos".into(), Value::Integer(0))]);
        one("database", one("idle_timeout", wait))
    });
    prop_oneof![network, database]
}

/// Removes conditions of profiles that require other conditions, which may be absent.
pub fn settle_conditions(tree: &mut Node) {
    let list = tree.as_table_mut().and_then(|table| table.get_mut("profiles"));
    let Some(Value::List(profiles)) = list.map(|list| &mut list.value) else { return };
    for when in profiles.iter_mut().filter_map(|profile| profile.as_table_mut()?.get_mut("when")?.as_table_mut()) {
        if !when.contains_key("time") && !when.contains_key("days") {
            when.shift_remove("zone");
        }
        when.shift_remove("hysteresis");
        if !(when.contains_key("flag") && when.contains_key("variant")) {
            when.shift_remove("flag");
            when.shift_remove("variant");
        }
    }
}

pub fn number(from: f64, to: f64) -> impl Strategy<Value = Value> {
    (from..=to).prop_map(Value::Float)
}

pub fn text(schema: &Json) -> BoxedStrategy<String> {
    let secret = "\\$\\{SECRET_[A-Z]{1,8}\\}";
    let plain = match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("ip"), _) => any::<IpAddr>().prop_map(|ip| ip.to_string()).boxed(),
        (Some("socket-address"), _) => any::<SocketAddr>().prop_map(|address| address.to_string()).boxed(),
        (Some("host-port"), _) => "[a-z]([a-z0-9]{0,8}[a-z0-9])?(\\.[a-z]{2,5}){0,3}:[1-9][0-9]{0,3}".boxed(),
        (Some("semver"), _) => "(0|[1-9][0-9]{0,3})\\.0\\.(0|[1-9][0-9]{0,3})(-rc\\.[1-9])?(\\+b[0-9])?".boxed(),
        (Some("url"), _) => prop_oneof![
            "https://[a-z]{1,8}\\.example(:[1-9][0-9]{0,3})?(/[a-z0-9]{0,8}){0,2}",
            "postgresql://[a-z]{1,8}:\\$\\{SECRET_[A-Z]{1,5}\\}@[a-z]{1,8}/[a-z]{1,8}",
            Just("sqlite::memory:".to_owned()),
        ]
        .boxed(),
        (Some("human-duration"), _) => {
            // Within the bounds of the only field that has bounds, in each of the equivalent forms.
            let millis = if schema["formatMinimum"].is_null() { 0..=86_400_000u64 } else { 10..=3_600_000 };
            let forms = |millis: u64| {
                let (secs, rest) = (millis / 1000, millis % 1000);
                select(vec![format!("{millis}ms"), format!("{secs}s {rest}ms"), format!("{}us", millis * 1000)])
            };
            millis.prop_flat_map(forms).boxed()
        }
        // Long enough to differ from one another.
        (Some("name"), _) => "[a-z][A-Za-z0-9_-]{9,20}".boxed(),
        (Some("time-range"), _) => {
            (0..24u32, 0..60u32, 1..24u32).prop_map(|(hour, minute, hours)| {
                format!("{hour:02}:{minute:02}-{:02}:{minute:02}", (hour + hours) % 24)
            })
        }
        .boxed(),
        (Some("time-zone"), _) => select(vec!["UTC".to_owned(), "Europe/Berlin".to_owned()]).boxed(),
        (None, Some("^turns?:.")) => "turns?:[a-z]{1,8}:[1-9][0-9]{0,3}".boxed(),
        (None, Some("^(0[xX])?[0-9A-Fa-f]{64}$")) => "(0[xX])?[0-9A-Fa-f]{64}".boxed(),
        (None, None) => prop_oneof!["[a-z0-9._/-]{1,16}", "\\PC{1,8}", secret].boxed(),
        other => panic!("no strategy for {other:?}"),
    };
    if schema["x-secret"] == true { secret.boxed() } else { plain }
}

/// Generates whole BitCraps configs of which the schema admits every value, with their environment. Rules between fields may
/// be broken.
pub fn config() -> impl Strategy<Value = (Environment, Node)> {
    let whole = valid(GATE.schema()).prop_map(Option::unwrap);
    (environment(), whole).prop_map(|(environment, config)| {
        let mut tree = Node::generated(config);
        let app = tree.as_table_mut().unwrap()["app"].as_table_mut().unwrap();
        app["environment"].value = Value::String(environment.name().to_owned());
        settle_conditions(&mut tree);
        (environment, tree)
    })
}

// ── Properties ──────────────────────────────────────────────────────────────────────────────────────────────────────
