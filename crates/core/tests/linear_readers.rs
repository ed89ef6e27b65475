//! Reading JSON and YAML costs linear work, counted in allocated bytes: valid texts, texts of mistakes, and aliases.
#![cfg(feature = "yaml")]

use allocation_counter::measure;
use confgate_core::syntax::Reading;
use confgate_core::value::{Format, Source};

/// Counts the bytes that reading a text and describing its mistakes allocates.
fn allocated(format: Format, text: &str) -> u64 {
    let source = Source::in_format(format, "x", text);
    measure(|| {
        let reading = Reading::of(&source);
        let _ = reading.diagnostics(&source);
    })
    .bytes_total
}

#[test]
fn ten_times_the_text_costs_about_ten_times_the_work() {
    let many = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    let texts: &[(Format, &str, &dyn Fn(usize) -> String)] = &[
        (Format::Json, "entries", &|count| {
            format!("{{{}\"z\": 1}}", many(count, &|index| format!("\"k{index}\": [1, \"x\"], ")))
        }),
        (Format::Json, "duplicates", &|count| format!("{{{}\"z\": 1}}", many(count, &|_| "\"a\": 1, ".to_owned()))),
        (Format::Json, "comments", &|count| {
            format!("{{{}}}", many(count, &|index| format!("\"k{index}\": [1,], // x\n")))
        }),
        (Format::Json, "open lists", &|count| "[".repeat(count)),
        (Format::Json, "escapes", &|count| format!("\"{}\"", "\\u00e9".repeat(count))),
        (Format::Yaml, "entries", &|count| many(count, &|index| format!("k{index}: [1, x]\n"))),
        (Format::Yaml, "duplicates", &|count| many(count, &|_| "a: 1\n".to_owned())),
        (Format::Yaml, "other keys", &|count| many(count, &|index| format!("{index}: x\n"))),
        (Format::Yaml, "anchors", &|count| many(count, &|index| format!("k{index}: &a{index} [x, y]\n")) + "z: *a0\n"),
        (Format::Yaml, "aliases", &|count| {
            format!("a: &a [x, y]\n{}", many(count, &|index| format!("k{index}: *a\n")))
        }),
        (Format::Yaml, "open lists", &|count| "- ".repeat(count)),
        (Format::Yaml, "flow", &|count| format!("[{}]", "{a: b, c: [d]}, ".repeat(count))),
        (Format::Yaml, "a long text", &|count| format!("a: |\n{}", "  line\n".repeat(count))),
    ];
    for (format, name, text) in texts {
        let (few, more) = (allocated(*format, &text(1_000)), allocated(*format, &text(10_000)));
        // Tables and lists grow by doubling.
        assert!(more < 20 * few, "{format} {name}: {few} bytes for 1,000, {more} for 10,000");
    }
}

#[test]
fn aliases_cost_no_more_than_their_limit() {
    let bomb = (1..60).fold("k0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, index| {
        let aliases = vec![format!("*a{}", index - 1); 10].join(", ");
        text + &format!("k{index}: &a{index} [{aliases}]\n")
    });
    let nested = format!("a: &a [{}]\nb: {}*a{}\n", "x, ".repeat(10_000), "&b [", "]");
    let many_anchors = format!(
        "a: &a [{}]\nb: {}*a{}\n",
        "x, ".repeat(20_000),
        (0..100).map(|n| format!("&n{n} [")).collect::<String>(),
        "]".repeat(100)
    );
    for text in [bomb, nested, many_anchors] {
        assert!(allocated(Format::Yaml, &text) < 1 << 30, "{}", &text[..40]);
    }
}
