//! The formats that the gate knows beyond JSON Schema's own, and the bounds of durations.
//!
//! A value that holds references is checked by what stands around them; one that is a reference alone is not checked.

use std::net::{IpAddr, SocketAddr};

use crate::model::{Duration, Url};
use crate::tree::reference::{is_reference, is_sealed, with_placeholders};

/// A format: its name in a schema, what it is in words with an example, and whether a text has it.
pub struct Format {
    /// The value of `format`.
    pub name: &'static str,
    /// What a text of this format is, after "must be".
    pub words: &'static str,
    /// An example, to be shown in a help.
    pub example: &'static str,
    check: fn(&str) -> bool,
}

/// Every format that the gate checks by itself.
pub const FORMATS: &[Format] = &[
    Format { name: "ip", words: "an IP address", example: "192.0.2.10 or 2001:db8::10", check: parses::<IpAddr> },
    Format {
        name: "socket-address",
        words: "an IP address and a port",
        example: "192.0.2.10:8333 or [2001:db8::10]:8333",
        check: parses::<SocketAddr>,
    },
    Format { name: "host-port", words: "a host and a port", example: "stun.example.net:3478", check: is_host_port },
    Format { name: Duration::FORMAT, words: "a duration", example: "30s, 5m, 500ms or 1h", check: parses::<Duration> },
    Format { name: "semver", words: "a semantic version", example: "1.4.0", check: is_semver },
    Format {
        name: Url::FORMAT,
        words: "a URL",
        example: "https://example.net/path or sqlite:///var/lib/node.db",
        check: parses::<Url>,
    },
];

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Whether `text` has the format, as far as it can be told before its references are resolved.
    pub fn admits(&self, text: &str) -> bool {
        is_reference(text) || is_sealed(text) || (self.check)(&with_placeholders(text))
    }
}

fn parses<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

fn is_host_port(text: &str) -> bool {
    if parses::<SocketAddr>(text) {
        return true;
    }
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let label = |label: &str| {
        let inner = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_host = host.len() <= 253 && host.trim_end_matches('.').split('.').all(label);
    is_host && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// The grammar of semver.org: three numbers, then a pre-release after `-` and a build after `+`.
fn is_semver(text: &str) -> bool {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
    let number = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
    };
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let pre_word = |text: &str| word(text) && (number(text) || !text.bytes().all(|b| b.is_ascii_digit()));
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|pre| pre.split('.').all(pre_word))
        && build.is_none_or(|build| build.split('.').all(word))
}

/// Whether the duration in `text` keeps to `limit`, by `keeps`. A text that is no duration, or not yet, does: its
/// format has its own finding.
pub fn duration_keeps(text: &str, limit: Duration, keeps: fn(&Duration, &Duration) -> bool) -> bool {
    match with_placeholders(text).parse::<Duration>() {
        Ok(duration) if !is_reference(text) => keeps(&duration, &limit),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(format: &str, text: &str) -> bool {
        Format::named(format).unwrap().admits(text)
    }

    #[test]
    fn every_format_admits_its_own_examples_and_no_empty_text() {
        for format in FORMATS {
            for example in format.example.split([',', ' ']).filter(|word| !word.is_empty() && *word != "or") {
                assert!(format.admits(example), "{} {example}", format.name);
            }
            assert!(!format.admits(""), "{}", format.name);
        }
    }

    #[test]
    fn hosts_and_ports_are_told_from_other_texts() {
        for good in ["stun.l.google.com:19302", "localhost:1", "[::1]:3478", "192.0.2.1:3478"] {
            assert!(admits("host-port", good), "{good}");
        }
        for bad in ["stun.l.google.com", ":80", "host:0", "host:70000", "-a:1", "a b:1", "::1", "a..b:1"] {
            assert!(!admits("host-port", bad), "{bad}");
        }
    }

    #[test]
    fn versions_follow_the_grammar_of_semver() {
        for good in ["0.1.0", "1.0.0-alpha.1", "1.0.0+build.5", "1.2.3-0a.b-c+001"] {
            assert!(admits("semver", good), "{good}");
        }
        for bad in ["1.0", "01.0.0", "1.0.0-", "1.0.0-01", "v1.0.0", "1.0.0+", "1.0.0.0"] {
            assert!(!admits("semver", bad), "{bad}");
        }
    }

    #[test]
    fn references_are_opaque_and_what_stands_around_them_is_not() {
        assert!(admits("ip", "${NODE_IP}"));
        assert!(admits("socket-address", "192.0.2.1:${PORT}"));
        assert!(!admits("socket-address", "host:${PORT}"));
        assert!(!admits("url", "no url ${SECRET_A}"));
    }

    #[test]
    fn durations_are_held_against_bounds() {
        let hour = Duration::from_secs(3600);
        assert!(duration_keeps("1h", hour, Duration::le));
        assert!(!duration_keeps("61m", hour, Duration::le));
        assert!(duration_keeps("soon", hour, Duration::le));
    }
}
