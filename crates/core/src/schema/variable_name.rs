//! The name of the environment variable of a field.

use crate::value::{Path, Segment};

/// Returns the name of the environment variable that sets the field at `path`: `BITCRAPS_NETWORK__LISTEN_PORT` for
/// `network.listen_port` with the prefix `BITCRAPS`.
///
/// Every character that a shell does not admit in a name becomes an underscore. An index of a list is left out: a variable
/// sets the whole list.
pub fn variable_name(prefix: &str, path: &Path) -> String {
    let keys = path.0.iter().filter_map(|segment| match segment {
        Segment::Key(key) => {
            Some(key.to_uppercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect())
        }
        Segment::Index(_) => None,
    });
    format!("{prefix}_{}", keys.collect::<Vec<String>>().join("__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_joined_by_two_underscores() {
        assert_eq!(variable_name("APP", &Path::dotted("network.listen-port")), "APP_NETWORK__LISTEN_PORT");
        assert_eq!(variable_name("APP", &Path::dotted("seeds[0].host")), "APP_SEEDS__HOST");
        assert_eq!(variable_name("APP", &Path::dotted("naïve-größe")), "APP_NA_VE_GR_SSE");
    }
}
