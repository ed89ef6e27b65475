//! Formatting of any text: it keeps the values and the comments, and formats its own result to the same text. An edit of one value
//! gives a text with that value.
#![no_main]

use confgate::format::{FormatError, format};
use confgate::value::{Format, Path, Source};
use confgate::{Gate, ValidateOptions, edit, toml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let schema = serde_json::json!({ "properties": { "a": {}, "b": { "properties": { "c": {} } } } });
    let gate = Gate::of_schema(schema).unwrap();
    for format_of in Format::ALL {
        let source = |text: &str| Source::in_format(format_of, "x", text);
        match format(&gate, &source(text), ValidateOptions::default()) {
            Ok(first) => {
                let second = format(&gate, &source(&first), ValidateOptions::default());
                assert_eq!(second.as_deref(), Ok(first.as_str()), "{format_of}");
            }
            Err(FormatError::Comments) => panic!("a comment of {format_of} has no position"),
            Err(_) => {}
        }
    }
    let source = Source::new("x", text);
    let (tree, errors) = toml::read(&source);
    let path = Path::dotted("b.c");
    if errors.is_empty()
        && tree.get(&path.0[..1]).is_none_or(|node| node.as_table().is_some())
        && let Some(edited) = edit::set(text, &path, "17")
    {
        let (edited, errors) = toml::read(&Source::new("x", edited));
        if errors.is_empty() {
            assert_eq!(edited.get(&path.0).map(toml::inline).as_deref(), Some("17"));
        }
    }
});
