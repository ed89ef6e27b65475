//! Hyperlinks of terminals (OSC 8): to files, and to the codes of diagnostics in the docs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::diagnostics::codes;

/// The page of the docs with all codes.
const CODES: &str = "https://github.com/confgate/confgate/blob/main/docs/codes.md";

/// Addresses of the hyperlinks of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hyperlinks {
    /// The working directory, which the names of files are relative to; an absolute path.
    pub directory: &'static str,
}

impl Hyperlinks {
    /// Returns the address of a file. A name of something else has none.
    pub(super) fn of_file(self, name: &str) -> Option<String> {
        if name.is_empty() || name.starts_with('<') {
            return None;
        }
        let mut address = "file://".to_owned();
        if !name.starts_with('/') {
            address += &encoded_path(self.directory.trim_end_matches('/'));
            address.push('/');
        }
        address += &encoded_path(name);
        Some(address)
    }

    /// Returns the address of a code of the registry. The code of a field or of a rule has none.
    pub(super) fn of_code(self, code: &str) -> Option<String> {
        let code = codes::find(code)?;
        let anchor: String = code.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Some(format!("{CODES}#{anchor}"))
    }
}

/// Puts a text between the sequences that make it a link.
pub(super) fn linked(address: Option<&str>, text: &str) -> String {
    match address {
        Some(address) => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
        None => text.to_owned(),
    }
}

/// The characters of a path that an address can hold as they are.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Returns a path as a part of an address.
pub fn encoded_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: Hyperlinks = Hyperlinks { directory: "/home/a b" };

    #[test]
    fn a_file_has_an_absolute_address_that_cannot_end_the_sequence() {
        assert_eq!(LINKS.of_file("config/ü.toml").as_deref(), Some("file:///home/a%20b/config/%C3%BC.toml"));
        assert_eq!(LINKS.of_file("/etc/x.toml").as_deref(), Some("file:///etc/x.toml"));
        assert_eq!(LINKS.of_file("a\u{1b}\\\u{7}").as_deref(), Some("file:///home/a%20b/a%1B%5C%07"));
        assert_eq!(LINKS.of_file("<stdin>"), None);
    }

    #[test]
    fn a_code_of_the_registry_leads_to_its_entry() {
        let address = LINKS.of_code("schema/unknown-key").unwrap();
        assert!(address.ends_with("/docs/codes.md#schemaunknown-key"), "{address}");
        assert_eq!(LINKS.of_code("network/listen_port"), None);
    }
}
