//! Names of time zones. The builder of Nix derivations has no time zone database: it accepts every name of the right form,
//! and the node validates the name again.

/// Returns whether a text has the form of a time zone name: `Europe/Berlin`, `UTC`, `Etc/GMT+1`.
pub fn has_form(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+');
    let part = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(plain);
    text.len() <= 64 && text.split('/').all(part)
}

/// Returns whether a time zone has this name.
#[cfg(feature = "time-zones")]
pub fn is_known(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// Returns whether a time zone has this name.
#[cfg(not(feature = "time-zones"))]
pub fn is_known(_: &str) -> bool {
    true
}

/// Returns the names of all time zones.
#[cfg(feature = "time-zones")]
pub fn names() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.to_string()).collect()
}

/// Returns the names of all time zones.
#[cfg(not(feature = "time-zones"))]
pub fn names() -> Vec<String> {
    Vec::new()
}

#[cfg(test)]
mod tests {
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

    #[cfg(feature = "time-zones")]
    #[test]
    fn a_zone_is_known_by_its_name_in_the_time_zone_database() {
        assert!(is_known("Europe/Berlin") && !is_known("Europe/Atlantis"));
        assert!(names().iter().any(|name| name == "Europe/Berlin"));
    }
}
