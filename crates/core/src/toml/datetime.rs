//! The text of dates and times.

use toml::value::Datetime;

/// Returns the text of a date or time. TOML 1.1 lets a text omit the seconds, which TOML 1.0 and RFC 3339 require.
pub(super) fn canonical(mut datetime: Datetime) -> String {
    if let Some(time) = &mut datetime.time {
        time.second.get_or_insert(0);
    }
    datetime.to_string()
}
