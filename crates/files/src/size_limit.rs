//! Size limits of files, by kind.

use std::fmt;
use std::str::FromStr;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The largest size of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SizeLimit(u64);

impl SizeLimit {
    /// A config. The commands raise it with `--max-size`.
    pub const CONFIG: Self = Self(64 * MIB);
    /// A schema, or a document that a schema refers to.
    pub const SCHEMA: Self = Self(32 * MIB);
    /// A file of a bundle other than its config: `origins.json`, `manifest.json`.
    pub const BUNDLE_FILE: Self = Self(256 * MIB);
    /// A request of a Nix build, or a Nix file that a config comes from.
    pub const BUILD_INPUT: Self = Self(256 * MIB);
    /// `profiles.toml` beside a config.
    pub const PROFILES: Self = Self(4 * MIB);
    /// `confgate.toml` and the settings of other projects.
    pub const PROJECT: Self = Self(4 * MIB);
    /// A file of signatures.
    pub const SIGNATURE: Self = Self(MIB);
    /// A file of keys that sign bundles, or are trusted to.
    pub const KEY: Self = Self(64 * KIB);
    /// A file of identities or recipients of age.
    pub const IDENTITY: Self = Self(MIB);
    /// A passphrase.
    pub const PASSPHRASE: Self = Self(4 * KIB);
    /// A token of Vault or of the agent.
    pub const TOKEN: Self = Self(64 * KIB);
    /// A file of CA certificates.
    pub const CA: Self = Self(4 * MIB);
    /// A file with the ID of a process.
    pub const PID: Self = Self(KIB);
    /// A secret. systemd and Kubernetes allow 1 MiB.
    pub const SECRET: Self = Self(MIB);
    /// A file to seal, or a sealed one.
    pub const SEALED: Self = Self(256 * MIB);
    /// A file of `/proc` or of a control group. A machine with thousands of containers has as many lines in its list of mounts.
    pub const KERNEL: Self = Self(4 * MIB);
    /// A note that Confgate wrote beside its generations.
    pub const STATE: Self = Self(MIB);

    /// Returns a limit of `bytes`.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// Returns the limit in bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for SizeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = [(GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")]
            .into_iter()
            .find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit));
        match unit {
            Some((unit, name)) => write!(f, "{} {name}", self.0 / unit),
            None if self.0 == 1 => f.write_str("1 byte"),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

/// Error of a text that is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSize {
    /// The text does not begin with a number, or its unit is unknown.
    #[error("not a size; write a number of bytes, or one with KiB, MiB or GiB, such as 256MiB")]
    NotASize,
    /// The size is zero.
    #[error("a limit of 0 rejects every file")]
    Zero,
    /// The size does not fit in 64 bits.
    #[error("the size is too large")]
    TooLarge,
}

impl FromStr for SizeLimit {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, InvalidSize> {
        let text = text.trim();
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        if number.is_empty() {
            return Err(InvalidSize::NotASize);
        }
        let unit = match unit.trim_start() {
            "" | "B" | "bytes" => 1,
            "K" | "KiB" => KIB,
            "M" | "MiB" => MIB,
            "G" | "GiB" => GIB,
            _ => return Err(InvalidSize::NotASize),
        };
        let number: u64 = number.parse().map_err(|_| InvalidSize::TooLarge)?;
        match number.checked_mul(unit) {
            Some(0) => Err(InvalidSize::Zero),
            Some(bytes) => Ok(Self(bytes)),
            None => Err(InvalidSize::TooLarge),
        }
    }
}
