use proptest::prelude::*;
use serde_json::json;

use super::*;

fn gate() -> Gate {
    let schema = json!({
        "properties": {
            "name": { "type": "string" },
            "port": { "type": "integer" },
            "ratio": { "type": "number" },
            "peers": { "type": "array" },
            "listen": { "properties": { "host": {}, "port": {} } },
            "routes": { "type": "array", "items": { "properties": { "path": {}, "to": {} } } },
        },
    });
    Gate::of_schema(schema).unwrap()
}

fn formatted(format_of: Format, text: &str) -> Result<String, FormatError> {
    format(&gate(), &Source::in_format(format_of, "x", text), ValidateOptions::default())
}

/// Asserts the formatted text, and that it stays as it is.
fn assert_formatted(format_of: Format, text: &str, expected: &str) {
    let actual = formatted(format_of, text).unwrap();
    assert_eq!(actual, expected, "{text}");
    assert_eq!(formatted(format_of, &actual).unwrap(), actual, "not stable");
}

#[test]
fn comments_of_toml_follow_their_values() {
    assert_formatted(
        Format::Toml,
        "#:schema x.json\n# Head of the file.\n\n\n# ports\nport=1 # one\nname='a'   # two\n",
        "#:schema x.json\n# Head of the file.\n\nname = \"a\" # two\n\n# ports\nport = 1 # one\n",
    );
    assert_formatted(
        Format::Toml,
        "[listen] # where\n# port first\nport = 1\n\n# host\n# second line\nhost = 'a'\n\n# routes\n[[routes]]\npath = '/' # root\n[[routes]]\n# the other\npath = '/b'\n# end\n",
        "[listen] # where\n\n# host\n# second line\nhost = \"a\"\n# port first\nport = 1\n\n# routes\n[[routes]]\npath = \"/\" # root\n\n[[routes]]\n# the other\npath = \"/b\"\n# end\n",
    );
}

#[test]
fn comments_in_lists_stay_at_their_elements() {
    assert_formatted(
        Format::Toml,
        "peers = [ # all\n  'a', # first\n  # second\n  'b',\n  # none\n] # done\n",
        "# all\n# none\npeers = [\n    \"a\", # first\n    # second\n    \"b\",\n] # done\n",
    );
    // The list has one line in canonical form.
    assert_formatted(Format::Toml, "peers = [\n  # only\n  'a', # why\n]\n", "# only\npeers = [\"a\"] # why\n");
    assert_formatted(
        Format::Toml,
        "name = '''\na # no comment\n''' # a comment\n",
        "name = \"\"\"\na # no comment\n\"\"\" # a comment\n",
    );
}

#[cfg(feature = "yaml")]
#[test]
fn comments_of_yaml_follow_their_values() {
    assert_formatted(
        Format::Yaml,
        "# yaml-language-server: $schema=x.json\nport: 1 # one\n# the name\nname: \"a # b\" # two\npeers: # all\n  # first\n  - a # x\n  - 'b'\nlisten: {host: a#b, port: 2} # flow\n",
        "# yaml-language-server: $schema=x.json\n\n# the name\nname: \"a # b\" # two\nport: 1 # one\n# all\npeers:\n  # first\n  - a # x\n  - b\nlisten:\n  host: \"a#b\"\n  port: 2 # flow\n",
    );
}

#[test]
fn settings_that_are_commented_out_stay_in_their_tables() {
    for (text, expected) in [
        (
            "[routing]\npool = 5\n# url = \"x\"\n\n[listen]\nport = 80\n# host = \"0.0.0.0\"\n",
            "[listen]\nport = 80\n# host = \"0.0.0.0\"\n\n[routing]\npool = 5\n# url = \"x\"\n",
        ),
        // Without a blank line above the header, and with prose in the same block.
        (
            "[routing]\npool = 5\n# A list.\n# urls = [\n#   'x',\n# ]\n[listen]\nport = 80\n",
            "[listen]\nport = 80\n\n[routing]\npool = 5\n# A list.\n# urls = [\n#   'x',\n# ]\n",
        ),
        // A table with nothing but comments, and a title of the next one.
        (
            "[routing]\n# port = 1\n\n# where it listens\n[listen]\n# host = 'a'\n",
            "# where it listens\n[listen]\n# host = 'a'\n\n[routing]\n# port = 1\n",
        ),
        // Between two entries that change their order: the blank line stays, so that it is not attached to the next one.
        ("port = 1\n# tls = true\n\nname = 'a'\nratio = 1\n", "name = \"a\"\nport = 1\n# tls = true\n\nratio = 1.0\n"),
        // Apart from the entries, and before the first table.
        (
            "ratio = 1\nport = 2\n\n# name = 'a'\n\n# [tls]\n# cert = 'x'\n\n[listen]\nport = 1\n",
            "port = 2\nratio = 1.0\n\n# name = 'a'\n\n# [tls]\n# cert = 'x'\n\n[listen]\nport = 1\n",
        ),
        ("# name = 'a'\n[routing]\n[listen]\n", "# name = 'a'\n\n[listen]\n\n[routing]\n"),
        // The entry beside it gets a table of its own.
        ("# name = 'a'\nlisten.port = 1\nport = 1\n", "port = 1\n# name = 'a'\n\n[listen]\nport = 1\n"),
        ("listen.port = 1\n# name = 'a'\n\nport = 1\n", "port = 1\n# name = 'a'\n\n[listen]\nport = 1\n"),
        (
            "[[routes]]\nto = 'a'\n# path = '/'\n[[routes]]\nto = 'b'\n# path = '/b'\n\n[listen]\nport = 1\n",
            "[listen]\nport = 1\n\n[[routes]]\nto = \"a\"\n# path = '/'\n\n[[routes]]\nto = \"b\"\n# path = '/b'\n",
        ),
    ] {
        assert_formatted(Format::Toml, text, expected);
    }
}

#[test]
fn prose_before_a_header_stays_at_the_header() {
    assert_formatted(
        Format::Toml,
        "[routing]\npool = 5\n# what listens\n[listen]\nport = 80\n\n# end of the file\n",
        "# what listens\n[listen]\nport = 80\n\n[routing]\npool = 5\n\n# end of the file\n",
    );
}

#[cfg(feature = "yaml")]
#[test]
fn comments_of_yaml_stay_in_the_table_of_their_indentation() {
    for (text, expected) in [
        (
            "routing:\n  pool: 5\n  # url: x\nlisten:\n  port: 80\n  # host: x\n\n# end\n",
            "listen:\n  port: 80\n  # host: x\nrouting:\n  pool: 5\n  # url: x\n\n# end\n",
        ),
        // Indented otherwise, below a table in a table, and before a title.
        (
            "routing:\n    a:\n        b: 1\n        # c: 2\n    # d: 3\n\n# what listens\nlisten:\n    port: 80\n",
            "# what listens\nlisten:\n  port: 80\nrouting:\n  a:\n    b: 1\n    # c: 2\n  # d: 3\n",
        ),
        (
            "routes:\n  - to: a\n    # path: /\n  # the other\n  - to: b\n    # path: /b\nport: 1\n# name: a\n\nratio: 1.5\n",
            "port: 1\n# name: a\n\nratio: 1.5\nroutes:\n  - to: a\n    # path: /\n  # the other\n  - to: b\n    # path: /b\n",
        ),
        // A table with nothing but comments.
        (
            "routing:\n  # port: 1\nother:\n  # host: a\n\nport: 1\n",
            "port: 1\nother: null\n  # host: a\nrouting: null\n  # port: 1\n",
        ),
        ("peers:\n- a\n# b\n\n# the name\nname: x\n", "# the name\nname: x\npeers:\n  - a\n  # b\n"),
    ] {
        assert_formatted(Format::Yaml, text, expected);
    }
}

#[test]
fn json_is_written_in_the_order_of_the_schema() {
    assert_formatted(Format::Json, "{\"port\":1,\"name\":\"a\"}", "{\n  \"name\": \"a\",\n  \"port\": 1\n}\n");
}

#[cfg(feature = "yaml")]
#[test]
fn anchors_stay_as_they_are() {
    let error = formatted(Format::Yaml, "name: a & b\nport: 1\nlisten: &l {host: 1}\n").unwrap_err();
    assert_eq!(error, FormatError::Anchor { line: 3 });
    assert_eq!(
        error.to_string(),
        "the text has an anchor or an alias in line 3, which formatting would write out; write the values out, or leave the file as it is"
    );
}

#[test]
fn rejected_configs_stay_as_they_are() {
    let error = formatted(Format::Toml, "port = 'x'\n").unwrap_err();
    assert!(matches!(&error, FormatError::Rejected(report) if report.errors() == 1), "{error}");
    assert!(error.to_string().starts_with("the config is not formatted, because it is rejected:\nerror: port must be"));
    assert!(matches!(formatted(Format::Toml, "port = \n"), Err(FormatError::Rejected(_))));
}

/// A TOML text of the schema with comments in every position that the grammar has.
fn commented() -> impl Strategy<Value = String> {
    let comment = || prop_oneof![Just(String::new()), "#[ a-z\"'=\\[]{0,6}".prop_map(|text| text)];
    let above = || prop::collection::vec(prop_oneof![comment(), Just("\n".to_owned())], 0..3);
    let value = prop_oneof![
        Just("port = 1".to_owned()),
        Just("name = 'a#b'".to_owned()),
        Just("ratio = 1".to_owned()),
        Just("peers = [\n # in\n 'a', # beside\n 'b'\n # last\n]".to_owned()),
        Just("peers = ['a'\n# x\n]".to_owned()),
        Just("listen.host = \"\"\"x\n# y\n\"\"\"".to_owned()),
        Just("listen = { port = 1, # in\n host = 'b' }".to_owned()),
        Just("[listen]".to_owned()),
        Just("[[routes]]\npath = 1".to_owned()),
        Just("other = 1".to_owned()),
    ];
    let entry = (above(), value, comment()).prop_map(|(above, value, beside)| {
        let above: String = above.into_iter().map(|line| if line == "\n" { line } else { line + "\n" }).collect();
        format!("{above}{value} {beside}\n")
    });
    (prop::collection::vec(entry, 0..6), above()).prop_map(|(entries, end)| entries.concat() + &end.join("\n"))
}

proptest! {
    #[test]
    fn every_comment_is_kept_and_a_formatted_text_is_stable(text in commented()) {
        if let Ok(first) = formatted(Format::Toml, &text) {
            let second = formatted(Format::Toml, &first);
            prop_assert_eq!(second.as_deref(), Ok(first.as_str()), "{}", text);
        }
    }

    #[test]
    fn no_text_causes_a_panic(text in "([a-c]|é|\n|[\\[\\]{}=:\"'., #&*|>-]|port|name){0,40}") {
        for format_of in Format::ALL {
            if let Err(error) = formatted(format_of, &text) {
                prop_assert!(!matches!(error, FormatError::Comments), "{:?} {}", format_of, text);
            }
        }
    }
}
