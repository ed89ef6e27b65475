//! Names of time zones. The builder of Nix derivations has no time zone database: it accepts every name of the right form,
//! and the node validates the name again.

/// Returns whether a text has the form of a time zone name: `Europe/Berlin`, `UTC`, `Etc/GMT+1`.
pub fn has_form(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+');
    let part = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(plain);
    text.len() <= 64 && text.split('/').all(part)
}

/// Reason for which a text is not a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidZone {
    /// The name stands for something else, which this noun phrase describes.
    Other(&'static str),
    /// Rules of a time zone, as the variable `TZ` may have: `CET-1CEST`.
    Rules,
    /// A name that no time zone has.
    Unknown,
}

/// Names that databases or machines have and that stand for no certain time zone.
const OTHER: &[(&str, &str)] = &[
    ("localtime", "the setting of each machine"),
    ("local", "the setting of each machine"),
    ("system", "the setting of each machine"),
    ("Factory", "the setting of a machine that has no time zone yet"),
    ("Etc/Unknown", "a time zone that is not known"),
    ("posixrules", "the rules for names that are not known"),
];

/// Names of the database in the form of rules.
const NAMES_LIKE_RULES: &[&str] = &["EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0"];

/// Checks a text of the form of a time zone name. Without the database, every name of a place is accepted.
///
/// # Errors
///
/// The name stands for something else, is in the form of rules, or is not in the database.
pub fn check(name: &str) -> Result<(), InvalidZone> {
    if let Some((_, meaning)) = OTHER.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
        return Err(InvalidZone::Other(meaning));
    }
    if are_rules(name) {
        return Err(InvalidZone::Rules);
    }
    if is_known(name) { Ok(()) } else { Err(InvalidZone::Unknown) }
}

/// Returns the time zone that a text in another form stands for: `:Europe/Berlin`, a path in the folder of time zones, or an
/// offset from UTC in whole hours. The names of offsets have the opposite sign.
pub fn suggestion(text: &str) -> Option<String> {
    let name = text.trim().trim_start_matches(':');
    let name = name.rsplit_once("zoneinfo/").map_or(name, |(_, name)| name);
    let name = ["posix/", "right/"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let name = offset(name).unwrap_or_else(|| name.to_owned());
    (name != text && has_form(&name) && check(&name).is_ok()).then_some(name)
}

/// Returns whether a text has rules of a time zone, as the variable `TZ` may have: `CET-1CEST`, `<+03>-3`, `EST5EDT,M3.2.0,M11.1.0`.
pub fn are_rules(text: &str) -> bool {
    let text = text.trim_start_matches(':');
    let name = text.len() - text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let quoted = || text.strip_prefix('<').and_then(|rest| Some(rest.split_once('>')?.1));
    let rest = if name >= 3 { text.get(name..) } else { quoted() };
    let Some(rest) = rest else { return false };
    let has_offset = rest.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit());
    has_offset && !NAMES_LIKE_RULES.iter().any(|name| name.eq_ignore_ascii_case(text))
}

/// Returns the name of an offset from UTC: `Etc/GMT-2` for `+02:00`, `UTC+2` and `GMT+02`.
fn offset(text: &str) -> Option<String> {
    let offset = ["UTC", "GMT"].iter().find_map(|name| text.strip_prefix(name)).unwrap_or(text);
    let (sign, limit) = if offset.starts_with('+') { ('-', 14) } else { ('+', 12) };
    let hours = offset.strip_prefix(['+', '-'])?;
    let hours = hours.strip_suffix(":00").unwrap_or(hours);
    let hours: u8 = hours.parse().ok().filter(|_| hours.bytes().all(|b| b.is_ascii_digit()))?;
    match hours {
        0 => Some("UTC".to_owned()),
        _ => (hours <= limit).then(|| format!("Etc/GMT{sign}{hours}")),
    }
}

#[cfg(feature = "time-zones")]
fn is_known(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

#[cfg(not(feature = "time-zones"))]
fn is_known(_: &str) -> bool {
    true
}

/// Returns the names of all time zones.
#[cfg(feature = "time-zones")]
pub fn names() -> Vec<String> {
    let names = jiff::tz::db().available().map(|name| name.to_string());
    names.filter(|name| check(name).is_ok()).collect()
}

/// Returns the names of all time zones.
#[cfg(not(feature = "time-zones"))]
pub fn names() -> Vec<String> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_zone_is_a_path_of_plain_names() {
        for good in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+1"] {
            assert!(has_form(good), "{good}");
        }
        for bad in ["", "Europe/", "/UTC", "+02:00", "../../etc/passwd", "Mitteleuropäische Zeit"] {
            assert!(!has_form(bad), "{bad}");
        }
    }

    #[test]
    fn a_name_that_stands_for_something_else_is_not_a_zone() {
        for other in ["localtime", "LOCALTIME", "local", "posixrules", "Factory", "Etc/Unknown", "etc/unknown"] {
            assert!(matches!(check(other), Err(InvalidZone::Other(_))), "{other}");
        }
    }

    #[test]
    fn rules_are_told_from_names() {
        for rules in ["CET-1CEST", "EST5", "UTC+2", "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3", ":CET-1", "JST-9"] {
            assert!(are_rules(rules), "{rules}");
        }
        assert_eq!(check("CET-1CEST"), Err(InvalidZone::Rules));
        for name in ["EST5EDT", "GMT+0", "Etc/GMT+1", "Etc/GMT0", "CET", "Europe/Berlin", "+02:00", "<", "", "a1"] {
            assert!(!are_rules(name), "{name}");
        }
    }

    #[test]
    fn other_forms_are_corrected() {
        let cases = [
            (":Europe/Berlin", Some("Europe/Berlin")),
            ("/usr/share/zoneinfo/Europe/Berlin", Some("Europe/Berlin")),
            ("posix/Europe/Berlin", Some("Europe/Berlin")),
            ("right/Europe/Berlin", Some("Europe/Berlin")),
            ("+02:00", Some("Etc/GMT-2")),
            ("UTC+2", Some("Etc/GMT-2")),
            ("GMT-05", Some("Etc/GMT+5")),
            ("+00:00", Some("UTC")),
            ("+05:30", None),
            ("+15", None),
            ("-13", None),
            ("++2", None),
            ("/usr/share/zoneinfo/localtime", None),
            ("/etc/localtime", None),
            ("CET-1CEST", None),
            ("UTC", None),
        ];
        for (text, expected) in cases {
            assert_eq!(suggestion(text).as_deref(), expected, "{text}");
        }
    }

    #[cfg(feature = "time-zones")]
    #[test]
    fn a_zone_is_known_by_its_name_in_the_time_zone_database() {
        assert_eq!(check("Europe/Berlin"), Ok(()));
        assert_eq!(check("Europe/Atlantis"), Err(InvalidZone::Unknown));
        assert!(names().iter().any(|name| name == "Europe/Berlin"));
    }

    #[cfg(feature = "time-zones")]
    #[test]
    fn every_name_of_the_database_is_a_zone() {
        let rejected = jiff::tz::TimeZoneDatabase::bundled();
        let rejected: Vec<String> =
            rejected.available().map(|name| name.to_string()).filter(|name| check(name).is_err()).collect();
        assert!(rejected.iter().all(|name| matches!(check(name), Err(InvalidZone::Other(_)))), "{rejected:?}");
    }

    proptest! {
        #[test]
        fn a_suggestion_is_a_zone(text in "\\PC{0,20}|(:|UTC|GMT|posix/|/x/zoneinfo/)?[+<>-]?[0-9:A-Za-z/]{0,8}") {
            if let Some(name) = suggestion(&text) {
                prop_assert!(has_form(&name) && check(&name).is_ok(), "{}", name);
            }
            let _ = (are_rules(&text), check(&text));
        }
    }
}
