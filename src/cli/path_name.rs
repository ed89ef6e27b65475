//! Paths as arguments and in messages.

use std::path::Path;

/// Argument that stands for standard input.
pub const STDIN: &str = "-";

/// Returns whether an argument stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// Tells whether the path of a file ends with a name. A path that leads to a file ends with its name, so that most are known by their
/// last bytes, without a search for their parts.
pub fn is_named(path: &Path, name: &str) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(name.as_bytes()) && path.ends_with(name)
}

/// Returns the name of a path in messages.
pub fn display_name(path: &Path) -> String {
    match path.to_str() {
        Some(STDIN) => "<stdin>".to_owned(),
        Some(name) => name.to_owned(),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_name_of_its_last_part() {
        for path in ["confgate.toml", "a/confgate.toml", "/confgate.toml", "./a/../confgate.toml"] {
            assert!(is_named(Path::new(path), "confgate.toml"), "{path}");
        }
        for path in ["", "confgate.toml/a", "my-confgate.toml", "a/.confgate.toml", "confgate.tom"] {
            assert!(!is_named(Path::new(path), "confgate.toml"), "{path}");
        }
    }
}
