//! Reports of many diagnostics cost linear work, counted in allocations.

use confgate_core::gate::Gate;
use confgate_core::render::human;
use confgate_core::value::Source;
use serde_json::json;

fn gate() -> Gate {
    let text = |tag: &str| {
        json!({ "type": "object", "properties": { "kind": { "const": tag }, tag: { "type": "integer" } },
        "required": ["kind"], "additionalProperties": false })
    };
    let names = (0..50).map(|index| (format!("known_key_{index}"), json!({ "type": "integer" })));
    let mut properties: serde_json::Map<String, serde_json::Value> = names.collect();
    properties.extend([
        ("numbers".to_owned(), json!({ "type": "array", "items": { "type": "integer" } })),
        (
            "stores".to_owned(),
            json!({ "type": "array", "items": { "oneOf": [text("disk"), text("memory"), text("net")] } }),
        ),
        ("set".to_owned(), json!({ "type": "array", "uniqueItems": true })),
        (
            "table".to_owned(),
            json!({ "oneOf": [
            { "properties": { "kind": { "const": "a" } }, "additionalProperties": { "type": "integer" } },
            { "properties": { "kind": { "const": "b" } }, "additionalProperties": { "type": "boolean" } },
        ] }),
        ),
    ]);
    Gate::of_schema(json!({ "properties": properties, "additionalProperties": false })).unwrap()
}

/// Counts the allocations of a check and its report.
fn allocations(gate: &Gate, text: &str) -> u64 {
    let measured = allocation_counter::measure(|| {
        let report = gate.check(&Source::new("x.toml", text), None).report;
        assert!(report.errors() > 0);
        assert!(!human::report(&report, human::Style::default()).is_empty());
    });
    measured.count_total
}

#[test]
fn ten_times_the_mistakes_cost_about_ten_times_the_work() {
    let gate = gate();
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let texts: [(&str, &dyn Fn(usize) -> String); 6] = [
        ("wrong elements", &|count| format!("numbers = [{}]\n", many(count, &|index| format!("\"{index}\", ")))),
        ("unknown keys", &|count| many(count, &|index| format!("unknwn_key_{index} = {index}\n"))),
        ("unions", &|count| many(count, &|_| "[[stores]]\nkind = \"dsk\"\n".to_owned())),
        ("entries of a union", &|count| {
            format!("[table]\nkind = \"a\"\n{}", many(count, &|index| format!("k{index} = '{index}'\n")))
        }),
        ("repeated elements", &|count| format!("set = [{}0]\n", many(count, &|index| format!("{index}, ")))),
        ("syntax mistakes", &|count| many(count, &|index| format!("a{index} = [{index} 2]\n"))),
    ];
    for (name, text) in texts {
        // Suggestions are tried on small configs alone, so that the smaller one does comparatively more.
        let (small, large) = (allocations(&gate, &text(200)), allocations(&gate, &text(2000)));
        assert!(large < small * 15, "{name}: {small} allocations for 200 and {large} for 2000");
    }
}
