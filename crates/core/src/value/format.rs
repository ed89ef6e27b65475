//! The formats of a config text.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

/// Format of a config text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// TOML 1.1.
    #[default]
    Toml,
    /// JSON by RFC 8259.
    Json,
    /// YAML 1.2 with the core schema.
    Yaml,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Toml, Self::Json, Self::Yaml];

    /// Returns the name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Json => "JSON",
            Self::Yaml => "YAML",
        }
    }

    /// Returns the extensions of files in this format, the usual one first.
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Toml => &["toml"],
            Self::Json => &["json"],
            Self::Yaml => &["yaml", "yml"],
        }
    }

    /// Returns the format that the extension of a file stands for.
    pub fn of_file(path: &Path) -> Option<Self> {
        let bytes = path.as_os_str().as_encoded_bytes();
        let extension = match bytes.last()? {
            // The name is in front.
            b'/' | b'.' => path.extension()?.as_encoded_bytes(),
            _ => {
                let dot = bytes.iter().rposition(|byte| *byte == b'.')?;
                // A name may begin with its only dot.
                let before = dot.checked_sub(1).map(|before| bytes[before]);
                before.is_some_and(|before| before != b'/').then(|| &bytes[dot + 1..])?
            }
        };
        Self::ALL.into_iter().find(|format| format.extensions().iter().any(|own| own.as_bytes() == extension))
    }

    /// Returns the largest size of a text in this format, in bytes, whatever the options say. Spans count bytes in 32 bits; the
    /// trees of the parsers of JSON and YAML take several times the space of the text.
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Toml => u32::MAX as u64 - 1,
            Self::Json | Self::Yaml => 256 << 20,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_of_a_file_gives_its_format() {
        let format = |name: &str| Format::of_file(Path::new(name));
        assert_eq!(format("a/b.toml"), Some(Format::Toml));
        assert_eq!(
            (format("b.json"), format("b.yml"), format("b.x.yaml")),
            (Some(Format::Json), Some(Format::Yaml), Some(Format::Yaml))
        );
        assert_eq!((format("toml"), format("-"), format(".yaml"), format("a.JSON")), (None, None, None, None));
    }

    #[test]
    fn an_extension_is_that_of_the_last_part_of_a_path() {
        for path in [
            "a.toml",
            "d.toml/a",
            "d.x/a.toml",
            ".toml",
            "d/.toml",
            "..toml",
            "d/..toml",
            "a.toml/",
            "a.toml/.",
            "a.toml//./",
            "a.",
            "a..",
            "",
            "/",
            "..",
            "d/a.b.json",
            "é.yaml",
            "d.yml/..",
            "toml",
        ] {
            let path = Path::new(path);
            let extension = path.extension().and_then(|extension| extension.to_str());
            let expected =
                Format::ALL.into_iter().find(|format| format.extensions().iter().any(|own| Some(*own) == extension));
            assert_eq!(Format::of_file(path), expected, "{path:?}");
        }
    }
}
