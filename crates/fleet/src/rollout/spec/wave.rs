//! Waves of a rollout: a tag, or a share of the fleet.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::names::{Tag, WaveName};

/// A share in hundredths of a percent.
const WHOLE: u32 = 10_000;

/// A wave: the nodes with a tag, or as many nodes as make a share of the fleet, together with those of the waves before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Wave {
    /// The nodes with this tag.
    Tag(Tag),
    /// This share of the fleet.
    Share(Share),
}

/// A share of the nodes, with up to two decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

/// A text that is not a wave.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a wave: write a tag such as canary, or a share from 0.01% to 100%")]
pub struct InvalidWave;

impl Share {
    /// All nodes.
    pub const ALL: Self = Self(WHOLE);

    /// Returns the number of nodes, rounded up.
    pub fn of_rounded_up(self, nodes: usize) -> usize {
        let exact = nodes as u64 * u64::from(self.0);
        usize::try_from(exact.div_ceil(u64::from(WHOLE))).unwrap_or(nodes)
    }

    /// Returns the number of nodes, rounded down.
    pub fn of_rounded_down(self, nodes: usize) -> usize {
        let exact = nodes as u64 * u64::from(self.0);
        usize::try_from(exact / u64::from(WHOLE)).unwrap_or(nodes)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match part {
            0 => write!(f, "{whole}%"),
            tenths if tenths % 10 == 0 => write!(f, "{whole}.{}%", tenths / 10),
            _ => write!(f, "{whole}.{part:02}%"),
        }
    }
}

impl FromStr for Share {
    type Err = InvalidWave;

    fn from_str(text: &str) -> Result<Self, InvalidWave> {
        let number = text.strip_suffix('%').ok_or(InvalidWave)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str, longest: usize| {
            let is_number = !text.is_empty() && text.len() <= longest && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { text.parse::<u32>().map_err(|_| InvalidWave) } else { Err(InvalidWave) }
        };
        // Each share has one spelling of its whole part, since it names a pointer.
        if whole.len() > 1 && whole.starts_with('0') || whole == "100" && number.contains('.') {
            return Err(InvalidWave);
        }
        let hundredths = if part.len() == 1 { digits(part, 1)? * 10 } else { digits(part, 2)? };
        let share = digits(whole, 3)? * 100 + hundredths;
        if (1..=WHOLE).contains(&share) { Ok(Self(share)) } else { Err(InvalidWave) }
    }
}

impl Wave {
    /// Returns the name of the wave's pointer.
    pub fn name(&self) -> WaveName {
        // A tag and a share are names of a wave.
        self.to_string().parse().unwrap_or_else(|_| WaveName::all())
    }
}

impl fmt::Display for Wave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => tag.fmt(f),
            Self::Share(share) => share.fmt(f),
        }
    }
}

impl FromStr for Wave {
    type Err = InvalidWave;

    fn from_str(text: &str) -> Result<Self, InvalidWave> {
        if text.contains('%') {
            return text.parse().map(Self::Share);
        }
        // The pointer `all` is the way back.
        let tag = text.parse().ok().filter(|tag: &Tag| tag.as_str() != WaveName::all().as_str());
        tag.map(Self::Tag).ok_or(InvalidWave)
    }
}

impl TryFrom<String> for Wave {
    type Error = InvalidWave;

    fn try_from(text: String) -> Result<Self, InvalidWave> {
        text.parse()
    }
}

impl From<Wave> for String {
    fn from(wave: Wave) -> Self {
        wave.to_string()
    }
}

impl JsonSchema for Wave {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Wave".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^(?!all$)(?!0(\.0{1,2})?%)([A-Za-z0-9][A-Za-z0-9._-]{0,252}|(100|[1-9]?[0-9](\.[0-9]{1,2})?)%)$",
            "patternErrorMessage": "must be a tag such as canary (but not all), or a share from 0.01% to 100%",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wave_is_a_tag_or_a_share() {
        for text in ["canary", "10%", "100%", "0.5%", "0.05%", "99.99%", "10"] {
            assert_eq!(text.parse::<Wave>().unwrap().to_string(), text);
            assert_eq!(text.parse::<Wave>().unwrap().name().as_str(), text);
        }
        for text in [
            "", "all", "0%", "0.00%", "101%", "100.01%", "1.234%", "%", "1%%", "-1%", "a b", "canary%", "+1%", "00.1%",
            "01%", "100.0%",
        ] {
            assert_eq!(text.parse::<Wave>(), Err(InvalidWave), "{text:?}");
        }
    }

    #[test]
    fn a_share_is_rounded() {
        let share: Share = "10%".parse().unwrap();
        assert_eq!((share.of_rounded_up(20), share.of_rounded_up(21), share.of_rounded_up(1)), (2, 3, 1));
        assert_eq!((share.of_rounded_down(20), share.of_rounded_down(29), share.of_rounded_down(9)), (2, 2, 0));
        assert_eq!((Share::ALL.of_rounded_up(10_000), Share::ALL.of_rounded_up(0)), (10_000, 0));
    }

    proptest! {
        #[test]
        fn the_schema_admits_what_is_read(text in "[0-9]{1,3}(\\.[0-9]{1,3})?%|[a-z0-9._-]{1,6}|all|\\PC{0,6}") {
            let schema = Wave::json_schema(&mut SchemaGenerator::default());
            let gate = confgate_core::gate::Gate::of_schema(serde_json::json!({ "properties": { "wave": schema } })).unwrap();
            let text = format!("{{\"wave\":{}}}", serde_json::json!(text));
            let source = confgate_core::value::Source::in_format(confgate_core::value::Format::Json, "a.json", text.clone());
            let admits = gate.check(&source, None).report.admits();
            let wave = serde_json::from_str::<serde_json::Value>(&text).unwrap()["wave"].as_str().unwrap().parse::<Wave>();
            prop_assert_eq!(admits, wave.is_ok(), "{}", text);
        }
    }
}
