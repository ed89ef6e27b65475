//! Formats beyond those of JSON Schema, and the bounds of durations.
//!
//! Of a text with references only the parts around them are checked. A text of references alone is not checked.

use std::net::{IpAddr, SocketAddr};

use crate::byte_search::word_length;
use crate::profile::{self, Name, TimeRange};
use crate::types::{Duration, Url};
use crate::value::reference::{Part, is_only_references, is_sealed, may_have_reference, parts, with_placeholders};

/// A format of strings.
pub struct Format {
    /// The value of `format`.
    pub name: &'static str,
    /// The noun phrase for a text of this format, as in "must be a duration".
    pub words: &'static str,
    /// An example for the help.
    pub example: &'static str,
    check: fn(&str) -> bool,
    /// The instruction for correcting a text that nearly has the format.
    correct: fn(&str) -> Option<FormatCorrection>,
}

/// An instruction for correcting a text that nearly has a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatCorrection {
    /// The instruction, in the imperative.
    pub words: String,
    /// The texts that the instruction says to write, without quotes; none if it does not give the whole text.
    pub values: Vec<String>,
}

impl FormatCorrection {
    /// An instruction to write one text; `condition` follows it.
    fn write(value: String, condition: &str) -> Self {
        Self { words: format!("write \"{value}\"{condition}"), values: vec![value] }
    }
}

/// An instruction without a text to write.
impl From<String> for FormatCorrection {
    fn from(words: String) -> Self {
        Self { words, values: Vec::new() }
    }
}

/// The formats that the gate adds to the validator.
pub const FORMATS: &[Format] = &[
    Format {
        name: "ip",
        words: "an IP address",
        example: "192.0.2.10 or 2001:db8::10",
        check: parses::<IpAddr>,
        correct: correct_ip,
    },
    Format {
        name: "socket-address",
        words: "an IP address and a port",
        example: "192.0.2.10:8333 or [2001:db8::10]:8333",
        check: parses::<SocketAddr>,
        correct: correct_socket_address,
    },
    Format {
        name: "host-port",
        words: "a host and a port",
        example: "stun.example.net:3478",
        check: is_host_port,
        correct: correct_host_port,
    },
    Format {
        name: Duration::FORMAT,
        words: "a duration",
        example: "30s, 5m, 500ms or 1h",
        check: parses::<Duration>,
        correct: correct_duration,
    },
    Format { name: "semver", words: "a semantic version", example: "1.4.0", check: is_semver, correct: correct_semver },
    Format {
        name: Url::FORMAT,
        words: "a URL",
        example: "https://example.net/path",
        check: parses::<Url>,
        correct: |_| None,
    },
    Format {
        name: Name::FORMAT,
        words: "a name of letters, digits, - and _",
        example: "new-lobby",
        check: Name::admits,
        correct: |_| None,
    },
    Format {
        name: TimeRange::FORMAT,
        words: "a range of the time of day",
        example: "22:00-06:00",
        check: parses::<TimeRange>,
        correct: |text| Some(FormatCorrection::write(TimeRange::suggestion(text)?.to_string(), "")),
    },
    Format {
        name: profile::ZONE,
        words: "a time zone",
        example: "Europe/Berlin",
        check: profile::zone::has_form,
        correct: correct_zone,
    },
];

/// The formats of JSON Schema, which the validator checks: name, noun phrase and example.
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

/// Returns the noun phrase and the example of a format.
pub fn describe_format(name: &str) -> Option<(&'static str, &'static str)> {
    let own = Format::named(name).map(|format| (format.words, format.example));
    own.or_else(|| STANDARD.iter().find(|(known, ..)| *known == name).map(|(_, words, example)| (*words, *example)))
}

impl Format {
    /// Finds a format of the gate by name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Tells whether `text` has the format, as far as this can be decided before its references are resolved.
    pub fn admits(&self, text: &str) -> bool {
        if !may_have_reference(text) {
            return is_sealed(text) || (self.check)(text);
        }
        is_unknown(text) || is_sealed(text) || (self.check)(&with_placeholders(text))
    }

    /// Returns an instruction for correcting a text that nearly has the format.
    pub fn correct(&self, text: &str) -> Option<FormatCorrection> {
        (self.correct)(text)
    }
}

/// Tells whether `text` is unknown until its references are resolved: it has no other text, and a reference without a
/// default. An empty default makes the field absent.
fn is_unknown(text: &str) -> bool {
    let has_default =
        |part: Part<'_>| matches!(part, Part::Reference { default: Some(default), .. } if !default.is_empty());
    is_only_references(text) && !parts(text).all(has_default)
}

fn correct_ip(text: &str) -> Option<FormatCorrection> {
    match with_placeholders(text).parse::<SocketAddr>() {
        Ok(_) => {
            let (address, _) = text.rsplit_once(":$").or_else(|| text.rsplit_once(':'))?;
            Some(FormatCorrection::write(address.trim_matches(['[', ']']).to_owned(), " without the port"))
        }
        Err(_) if text == "localhost" => Some(FormatCorrection {
            words: "write \"127.0.0.1\" or \"::1\"".to_owned(),
            values: vec!["127.0.0.1".to_owned(), "::1".to_owned()],
        }),
        Err(_) => looks_like_host(text).then(|| WRITE_ADDRESS.to_owned().into()),
    }
}

fn correct_socket_address(text: &str) -> Option<FormatCorrection> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => Some(format!("add the port: \"{text}:PORT\"").into()),
        Ok(IpAddr::V6(_)) => Some(format!("add the port: \"[{text}]:PORT\"").into()),
        Err(_) => is_host_port(&with_placeholders(text)).then(|| WRITE_ADDRESS.to_owned().into()),
    }
}

const WRITE_ADDRESS: &str = "write the address itself, because names are not looked up here";

fn correct_host_port(text: &str) -> Option<FormatCorrection> {
    if let Some((_, rest)) = text.split_once(':') {
        let bare = rest.trim_start_matches('/');
        return is_host_port(bare).then(|| FormatCorrection::write(bare.to_owned(), ""));
    }
    looks_like_host(text).then(|| format!("add the port: \"{text}:PORT\"").into())
}

fn looks_like_host(text: &str) -> bool {
    is_host_port(&format!("{text}:1")) && text.contains(|c: char| c.is_ascii_alphabetic())
}

/// Corrects a time zone in another form. Rules as in the variable `TZ` do not say which zone is meant.
fn correct_zone(text: &str) -> Option<FormatCorrection> {
    let instruction = || "write the name of the time zone; rules as in the variable TZ are not read".to_owned().into();
    let named = profile::zone::suggestion(text).map(|name| FormatCorrection::write(name, ""));
    named.or_else(|| profile::zone::are_rules(text).then(instruction))
}

fn correct_duration(text: &str) -> Option<FormatCorrection> {
    if text.parse::<u64>().is_ok() {
        return Some(FormatCorrection::write(format!("{text}s"), " if seconds are meant"));
    }
    let lower = text.to_lowercase();
    if lower != text && parses::<Duration>(&lower) {
        return Some(FormatCorrection::write(lower, ""));
    }
    // A clock time: 1:30:00.
    let parts: Vec<u64> = text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [hours, minutes @ 0..60, seconds @ 0..60] => {
            let duration = Duration::from_secs(hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?);
            Some(FormatCorrection::write(duration.to_string(), ""))
        }
        _ => None,
    }
}

fn correct_semver(text: &str) -> Option<FormatCorrection> {
    let mut version = text.trim().trim_start_matches(['v', 'V']).to_owned();
    while version.split('.').count() < 3 {
        version.push_str(".0");
    }
    is_semver(&version).then(|| FormatCorrection::write(version, ""))
}

fn parses<T: std::str::FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

fn is_host_port(text: &str) -> bool {
    // Most texts have a name, which is found out in less time.
    is_name_and_port(text) || parses::<SocketAddr>(text)
}

/// Tells whether a text is a name of at most 253 bytes and a port. The labels of a name have at most 63 letters, digits, `-` and `_`,
/// and neither begin nor end with `-`.
fn is_name_and_port(text: &str) -> bool {
    let Some(colon) = text.bytes().rposition(|byte| byte == b':') else { return false };
    let (host, port) = (&text[..colon], &text[colon + 1..]);
    has_labels(host.trim_end_matches('.').as_bytes()) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn has_labels(host: &[u8]) -> bool {
    let mut rest = host;
    loop {
        let (label, behind) = rest.split_at(word_length(rest));
        if !(1..=63).contains(&label.len()) || label.starts_with(b"-") || label.ends_with(b"-") {
            return false;
        }
        match behind {
            [] => return host.len() <= 253,
            [b'.', next @ ..] => rest = next,
            _ => return false,
        }
    }
}

/// Tells whether a text follows the grammar of semver.org: three numbers, a pre-release after `-`, a build after `+`.
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

/// Tells whether the duration in `text` is within `limit`, compared by `is_within`. A text that is not a duration, or that has
/// unresolved references, passes: its format has its own diagnostic.
pub fn is_duration_within(text: &str, limit: Duration, is_within: fn(&Duration, &Duration) -> bool) -> bool {
    // Only the default of a reference is known.
    let is_unknown =
        |part: Part<'_>| matches!(part, Part::Reference { default, .. } if default.is_none_or(str::is_empty));
    match with_placeholders(text).parse::<Duration>() {
        Ok(duration) if !parts(text).any(is_unknown) => is_within(&duration, &limit),
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
    fn every_format_admits_its_examples_and_rejects_an_empty_text() {
        for format in FORMATS {
            for example in format.example.split([',', ' ']).filter(|word| !word.is_empty() && *word != "or") {
                assert!(format.admits(example), "{} {example}", format.name);
            }
            assert!(!format.admits(""), "{}", format.name);
        }
    }

    #[test]
    fn hosts_and_ports_are_distinguished_from_other_texts() {
        for good in ["stun.l.google.com:19302", "localhost:1", "[::1]:3478", "192.0.2.1:3478"] {
            assert!(admits("host-port", good), "{good}");
        }
        for bad in ["stun.l.google.com", ":80", "host:0", "host:70000", "-a:1", "a b:1", "::1", "a..b:1"] {
            assert!(!admits("host-port", bad), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_host_is_labels_between_dots(text in "[a.-]{0,6}[a-c_-]{0,66}[a.-]{0,3}[.: é]?[a.:-]{0,3}:[0-9]{0,2}") {
            let (host, port) = text.rsplit_once(':').unwrap();
            let is_label = |label: &str| {
                let is_inner = label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
                (1..=63).contains(&label.len()) && is_inner && !label.starts_with('-') && !label.ends_with('-')
            };
            let has_labels = host.trim_end_matches('.').split('.').all(is_label);
            let has_port = port.parse::<u16>().is_ok_and(|port| port > 0);
            proptest::prop_assert_eq!(is_name_and_port(&text), has_labels && has_port);
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
    fn references_are_opaque_and_the_text_around_them_is_checked() {
        assert!(admits("ip", "${NODE_IP}"));
        assert!(admits("socket-address", "192.0.2.1:${PORT}"));
        assert!(!admits("socket-address", "host:${PORT}"));
        assert!(!admits("url", "no url ${SECRET_A}"));
        assert!(admits("human-duration", "${WAIT:-30s}") && !admits("human-duration", "${WAIT:-soon}"));
        assert!(admits("url", "${HOOK:-}"));
    }

    #[test]
    fn a_text_that_is_nearly_right_is_corrected() {
        let correct = |format: &str, text: &str| {
            Format::named(format).unwrap().correct(text).map(|it| it.words).unwrap_or_default()
        };
        assert_eq!(correct("ip", "0.0.0.0:8333"), "write \"0.0.0.0\" without the port");
        assert_eq!(correct("socket-address", "2001:db8::1"), "add the port: \"[2001:db8::1]:PORT\"");
        assert_eq!(correct("socket-address", "seed.example.net:8333"), WRITE_ADDRESS);
        assert_eq!(correct("host-port", "stun:stun.example.net:3478"), "write \"stun.example.net:3478\"");
        assert_eq!(correct("host-port", "stun.example.net"), "add the port: \"stun.example.net:PORT\"");
        assert_eq!(correct("human-duration", "3600"), "write \"3600s\" if seconds are meant");
        assert_eq!(correct("human-duration", "01:30:00"), "write \"5400s\"");
        assert_eq!(correct("human-duration", "30S"), "write \"30s\"");
        assert_eq!(correct("semver", "v1.4"), "write \"1.4.0\"");
        for (format, text) in
            [("ip", "300.1.1.1"), ("host-port", "a b"), ("human-duration", "99:99"), ("semver", "new")]
        {
            assert_eq!(correct(format, text), "", "{format} {text}");
        }
    }

    #[test]
    fn durations_are_compared_with_bounds() {
        let hour = Duration::from_secs(3600);
        assert!(is_duration_within("1h", hour, Duration::le));
        assert!(!is_duration_within("61m", hour, Duration::le));
        assert!(is_duration_within("soon", hour, Duration::le));
        assert!(
            is_duration_within("${WAIT}s", hour, Duration::ge)
                && !is_duration_within("${WAIT:-2h}", hour, Duration::le)
        );
    }
}
