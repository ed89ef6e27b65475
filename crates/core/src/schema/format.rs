//! The formats that the gate knows beyond JSON Schema's own, and the bounds of durations.
//!
//! A value that holds references is checked by what stands around them; one that is a reference alone is not checked.

use std::net::{IpAddr, SocketAddr};

use crate::profile::{self, Name, TimeRange};
use crate::types::Duration;
use crate::types::Url;
use crate::value::reference::{Part, is_only_references, is_sealed, parts, with_placeholders};

/// A format: its name in a schema, what it is in words with an example, and whether a text has it.
pub struct Format {
    /// The value of `format`.
    pub name: &'static str,
    /// What a text of this format is, after "must be".
    pub words: &'static str,
    /// An example, to be shown in a help.
    pub example: &'static str,
    check: fn(&str) -> bool,
    /// What to do about a text that is nearly right.
    mend: fn(&str) -> Option<String>,
}

/// Every format that the gate checks by itself.
pub const FORMATS: &[Format] = &[
    Format {
        name: "ip",
        words: "an IP address",
        example: "192.0.2.10 or 2001:db8::10",
        check: parses::<IpAddr>,
        mend: mend_ip,
    },
    Format {
        name: "socket-address",
        words: "an IP address and a port",
        example: "192.0.2.10:8333 or [2001:db8::10]:8333",
        check: parses::<SocketAddr>,
        mend: mend_socket_address,
    },
    Format {
        name: "host-port",
        words: "a host and a port",
        example: "stun.example.net:3478",
        check: is_host_port,
        mend: mend_host_port,
    },
    Format {
        name: Duration::FORMAT,
        words: "a duration",
        example: "30s, 5m, 500ms or 1h",
        check: parses::<Duration>,
        mend: mend_duration,
    },
    Format { name: "semver", words: "a semantic version", example: "1.4.0", check: is_semver, mend: mend_semver },
    Format {
        name: Url::FORMAT,
        words: "a URL",
        example: "https://example.net/path",
        check: parses::<Url>,
        mend: |_| None,
    },
    Format {
        name: Name::FORMAT,
        words: "a name of letters, digits, - and _",
        example: "new-lobby",
        check: Name::admits,
        mend: |_| None,
    },
    Format {
        name: TimeRange::FORMAT,
        words: "a range of the time of day",
        example: "22:00-06:00",
        check: parses::<TimeRange>,
        mend: TimeRange::mend,
    },
    Format {
        name: profile::ZONE,
        words: "a time zone",
        example: "Europe/Berlin",
        check: profile::zone::has_form,
        mend: |_| None,
    },
];

/// Formats of JSON Schema itself, which the validator checks: what each is in words, and an example.
const STANDARD: &[(&str, &str, &str)] = &[
    ("date", "a date", "2024-05-01"),
    ("date-time", "a date and a time with their offset", "2024-05-01T12:00:00Z"),
    ("time", "a time with its offset", "12:00:00Z"),
    ("duration", "an ISO 8601 duration", "PT30S, PT5M or P1D"),
    ("email", "an email address", "ops@example.net"),
    ("hostname", "a host name", "db.example.net"),
    ("ipv4", "an IPv4 address", "192.0.2.10"),
    ("ipv6", "an IPv6 address", "2001:db8::10"),
    ("uri", "a URI", "https://example.net/path"),
    ("uri-reference", "a URI or a relative reference", "https://example.net/path or ../path"),
    ("uuid", "a UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ("json-pointer", "a JSON Pointer", "/network/listen_port"),
    ("regex", "a regular expression", "^node-[0-9]+$"),
];

/// What a format is in words, and an example, where the gate or JSON Schema knows it.
pub fn described(name: &str) -> Option<(&'static str, &'static str)> {
    let own = Format::named(name).map(|format| (format.words, format.example));
    own.or_else(|| STANDARD.iter().find(|(known, ..)| *known == name).map(|(_, words, example)| (*words, *example)))
}

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Whether `text` has the format, as far as it can be told before its references are resolved.
    pub fn admits(&self, text: &str) -> bool {
        is_unknown(text) || is_sealed(text) || (self.check)(&with_placeholders(text))
    }

    /// What to do about a text that has the format nearly.
    pub fn mend(&self, text: &str) -> Option<String> {
        (self.mend)(text)
    }
}

/// Whether nothing can be said of `text` yet: it is references alone, and what one of them is when it is not set is not
/// said either. An empty default says that the field is absent.
fn is_unknown(text: &str) -> bool {
    let is_said =
        |part: Part<'_>| matches!(part, Part::Reference { default: Some(default), .. } if !default.is_empty());
    is_only_references(text) && !parts(text).all(is_said)
}

fn mend_ip(text: &str) -> Option<String> {
    match with_placeholders(text).parse::<SocketAddr>() {
        Ok(_) => {
            let (address, _) = text.rsplit_once(":$").or_else(|| text.rsplit_once(':'))?;
            Some(format!("write \"{}\" without the port", address.trim_matches(['[', ']'])))
        }
        Err(_) if text == "localhost" => Some("write \"127.0.0.1\" or \"::1\"".to_owned()),
        Err(_) => looks_like_host(text).then(|| NO_NAMES.to_owned()),
    }
}

fn mend_socket_address(text: &str) -> Option<String> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => Some(format!("add the port: \"{text}:PORT\"")),
        Ok(IpAddr::V6(_)) => Some(format!("add the port: \"[{text}]:PORT\"")),
        Err(_) => is_host_port(&with_placeholders(text)).then(|| NO_NAMES.to_owned()),
    }
}

const NO_NAMES: &str = "write the address itself, because names are not looked up here";

fn mend_host_port(text: &str) -> Option<String> {
    if let Some((_, rest)) = text.split_once(':') {
        let bare = rest.trim_start_matches('/');
        return is_host_port(bare).then(|| format!("write \"{bare}\""));
    }
    looks_like_host(text).then(|| format!("add the port: \"{text}:PORT\""))
}

fn looks_like_host(text: &str) -> bool {
    is_host_port(&format!("{text}:1")) && text.contains(|c: char| c.is_ascii_alphabetic())
}

fn mend_duration(text: &str) -> Option<String> {
    if text.parse::<u64>().is_ok() {
        return Some(format!("write \"{text}s\" if seconds are meant"));
    }
    let lower = text.to_lowercase();
    if lower != text && parses::<Duration>(&lower) {
        return Some(format!("write \"{lower}\""));
    }
    // A clock: 1:30:00.
    let parts: Vec<u64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [hours, minutes @ 0..60, seconds @ 0..60] => {
            let duration = Duration::from_secs(hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?);
            Some(format!("write \"{duration}\""))
        }
        _ => None,
    }
}

fn mend_semver(text: &str) -> Option<String> {
    let mut version = text.trim().trim_start_matches(['v', 'V']).to_owned();
    while version.split('.').count() < 3 {
        version.push_str(".0");
    }
    is_semver(&version).then(|| format!("write \"{version}\""))
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
/// format has its own diagnostic.
pub fn duration_keeps(text: &str, limit: Duration, keeps: fn(&Duration, &Duration) -> bool) -> bool {
    // Of what a reference stands for only the default is known.
    let unknown = |part: Part<'_>| matches!(part, Part::Reference { default, .. } if default.is_none_or(str::is_empty));
    match with_placeholders(text).parse::<Duration>() {
        Ok(duration) if !parts(text).any(unknown) => keeps(&duration, &limit),
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
        assert!(admits("human-duration", "${WAIT:-30s}") && !admits("human-duration", "${WAIT:-soon}"));
        assert!(admits("url", "${HOOK:-}"));
    }

    #[test]
    fn what_is_nearly_right_is_mended() {
        let mend = |format: &str, text: &str| Format::named(format).unwrap().mend(text).unwrap_or_default();
        assert_eq!(mend("ip", "0.0.0.0:8333"), "write \"0.0.0.0\" without the port");
        assert_eq!(mend("socket-address", "2001:db8::1"), "add the port: \"[2001:db8::1]:PORT\"");
        assert_eq!(mend("socket-address", "seed.example.net:8333"), NO_NAMES);
        assert_eq!(mend("host-port", "stun:stun.example.net:3478"), "write \"stun.example.net:3478\"");
        assert_eq!(mend("host-port", "stun.example.net"), "add the port: \"stun.example.net:PORT\"");
        assert_eq!(mend("human-duration", "3600"), "write \"3600s\" if seconds are meant");
        assert_eq!(mend("human-duration", "01:30:00"), "write \"5400s\"");
        assert_eq!(mend("human-duration", "30S"), "write \"30s\"");
        assert_eq!(mend("semver", "v1.4"), "write \"1.4.0\"");
        for (format, text) in
            [("ip", "300.1.1.1"), ("host-port", "a b"), ("human-duration", "99:99"), ("semver", "new")]
        {
            assert_eq!(mend(format, text), "", "{format} {text}");
        }
    }

    #[test]
    fn durations_are_held_against_bounds() {
        let hour = Duration::from_secs(3600);
        assert!(duration_keeps("1h", hour, Duration::le));
        assert!(!duration_keeps("61m", hour, Duration::le));
        assert!(duration_keeps("soon", hour, Duration::le));
        assert!(duration_keeps("${WAIT}s", hour, Duration::ge) && !duration_keeps("${WAIT:-2h}", hour, Duration::le));
    }
}
