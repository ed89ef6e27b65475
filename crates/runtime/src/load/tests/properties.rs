//! Properties of any value and any layers.

use super::*;

/// A valid value for a leaf, as the text of a variable and as JSON.
fn leaf_value(view: confgate_core::schema::Subschema<'_>, example: &Node) -> BoxedStrategy<String> {
    let written = match &example.value {
        Value::String(text) => text.clone(),
        Value::List(_) => toml::inline(example),
        _ => toml::inline(example),
    };
    let constrained = ["format", "enum", "pattern", "const"].iter().any(|keyword| view.get(keyword).is_some());
    match &example.value {
        Value::String(_) if !constrained && view.types() == ["string"] => {
            let max = view.get("maxLength").and_then(serde_json::Value::as_u64).unwrap_or(40);
            "[^\\x00]{1,40}".prop_filter("short enough", move |text| text.chars().count() as u64 <= max).boxed()
        }
        _ => Just(written).boxed(),
    }
}

#[test]
fn every_leaf_of_the_schema_comes_back_from_its_variable_as_it_was_written() {
    let gate = Gate::of::<Config>();
    let names = VariableNames::of(&gate).unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(16));
    // Every leaf has a value in one of the presets or defaults.
    let mut custom = gate.defaults(Production);
    let performance = Node::generated(Value::Table(
        [("Custom".to_owned(), Node::generated(Value::Table(Default::default())))].into_iter().collect(),
    ));
    custom.as_table_mut().unwrap().insert("performance", performance);
    confgate_core::gate::fill::fill_defaults(gate.view(), &mut custom, Production);
    let mut tried = 0;
    for leaf in settable_fields(gate.view()).into_iter().filter(|leaf| !leaf.view.marked("x-profiles")) {
        let defaults = gate.defaults(Production);
        let Some(example) = custom.get(&leaf.path.0).or_else(|| defaults.get(&leaf.path.0)).cloned() else { continue };
        tried += 1;
        let variable = gate.variables(&leaf.path)[0].clone();
        let strategy = leaf_value(leaf.view, &example);
        runner
            .run(&strategy, |text| {
                let system = SystemContext::bare().variable(&variable, &text);
                let read = read_variables(&names, &system);
                let [(variable, read_text)] = &read.values[..] else { panic!("{:?}", read.values) };
                prop_assert_eq!(&variable.path, &leaf.path);
                let node = value_of(&gate, variable, read_text);
                match &node.value {
                    Value::String(back) => prop_assert_eq!(back, &text),
                    _ => prop_assert_eq!(&node.value, &example.value),
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{variable}: {error}"));
    }
    assert!(tried > 120, "only {tried} leaves have a value");
}

/// A few fields, a layer for each bit of a mask, and which values they set.
fn masks() -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0usize..3, 0u8..8), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn explain_names_the_layer_that_a_merge_by_hand_names(masks in masks()) {
        let fields = [("network", "max_connections"), ("game", "max_players_per_game"), ("security", "max_session_count")];
        let mut wanted = [(LayerKind::Default, None); 3];
        let (mut file, mut system, mut overrides) = (String::new(), SystemContext::bare(), Vec::new());
        for (field, mask) in masks.iter().enumerate().map(|(index, (field, mask))| ((field + index) % 3, mask)) {
            let (section, name) = fields[field];
            let path = Path::dotted(&format!("{section}.{name}"));
            // One field may come up twice: the later mask adds to the earlier.
            if mask & 1 != 0 && !file.contains(name) {
                file += &format!("[{section}]\n{name} = 11\n");
                if wanted[field].0 < LayerKind::File { wanted[field] = (LayerKind::File, Some(11)); }
            }
            if mask & 2 != 0 {
                system = system.variable(format!("BITCRAPS_{}__{}", section.to_uppercase(), name.to_uppercase()), "12");
                if wanted[field].0 < LayerKind::Variable { wanted[field] = (LayerKind::Variable, Some(12)); }
            }
            if mask & 4 != 0 {
                overrides.push(Override::json(path, 13.into()));
                wanted[field] = (LayerKind::Override, Some(13));
            }
        }
        let (_folder, folder_host) = node(&[("config/development.toml", &file)]);
        let mut machine = folder_host;
        for (name, value) in system.with_prefix("BITCRAPS_") { machine = machine.variable(name, value); }
        let loader = loader(machine);
        let loaded = loader.load(&LoadOptions { overrides: &overrides, ..LoadOptions::default() }).unwrap();
        for ((section, name), (kind, value)) in fields.into_iter().zip(wanted) {
            let explained = loaded.explain(loader.gate(), &format!("{section}.{name}")).unwrap();
            prop_assert_eq!(explained.contributions[0].layer, kind, "{}", name);
            if let Some(value) = value {
                prop_assert_eq!(explained.value, Some(serde_json::json!(value)));
            }
        }
    }

    #[test]
    fn no_value_of_a_variable_makes_a_load_panic(
        which in 0usize..200, text in "\\PC{0,16}|[\\[\\]{},='\"0-9a.-]{0,16}",
    ) {
        let gate = Gate::of::<Config>();
        let all: Vec<Path> = settable_fields(gate.view()).into_iter().map(|leaf| leaf.path).collect();
        let path = &all[which % all.len()];
        prop_assume!(!text.contains('\0') && path.0 != [Segment::Key("profiles".into())]);
        let system = SystemContext::bare().folder("/nowhere").variable(&gate.variables(path)[0], text);
        let _ = Loader::new(gate, system).load(&LoadOptions::default());
    }
}
