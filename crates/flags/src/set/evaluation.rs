//! Results of an evaluation.

use std::fmt;

use serde_json::Value as Json;
use thiserror::Error;

use crate::set::flag::{Flag, ValueKind, Variant};

/// Result of the evaluation of a flag.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'s> {
    flag: &'s Flag,
    variant: Option<&'s Variant>,
    reason: Reason,
}

/// Reason of a result, as OpenFeature names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The flag has no targeting.
    Static,
    /// Targeting selected the variant.
    TargetingMatch,
    /// Targeting selected nothing, and the default variant is served.
    Default,
    /// The flag is disabled, and the program uses its own default.
    Disabled,
}

/// Error of an evaluation. The program uses its own default.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// No flag has this key.
    #[error("flag {0:?} not found")]
    NotFound(String),
    /// The value is of another type than the program asks for.
    #[error("flag {key:?} is {found}, not {wanted}")]
    TypeMismatch {
        /// Key of the flag.
        key: String,
        /// Type of its values.
        found: ValueKind,
        /// Type that the program asks for.
        wanted: ValueKind,
    },
    /// The flag has no value: it is disabled, or no variant is selected and it has no default.
    #[error("flag {0:?} has no value; the program uses its own default")]
    NoValue(String),
    /// Targeting returned a name that is not a variant.
    #[error("targeting of flag {key:?} returned {variant:?}, which is not a variant")]
    UnknownVariant {
        /// Key of the flag.
        key: String,
        /// The name.
        variant: String,
    },
    /// Targeting cannot be evaluated in this context.
    #[error("targeting of flag {key:?} cannot be evaluated: {reason}")]
    Targeting {
        /// Key of the flag.
        key: String,
        /// Message of the engine.
        reason: String,
    },
    /// The policy requires a targeting key, and the context has none.
    #[error("the context has no targetingKey, which the policy of the flags requires")]
    TargetingKeyMissing,
}

impl<'s> Evaluation<'s> {
    pub(super) const fn new(flag: &'s Flag, variant: Option<&'s Variant>, reason: Reason) -> Self {
        Self { flag, variant, reason }
    }

    /// Returns the flag.
    pub const fn flag(&self) -> &'s Flag {
        self.flag
    }

    /// Returns the value; `None` if the program uses its own default.
    pub fn value(&self) -> Option<&'s Json> {
        self.variant.map(Variant::value)
    }

    /// Returns the name of the selected variant.
    pub fn variant(&self) -> Option<&'s str> {
        self.variant.map(Variant::name)
    }

    pub(crate) const fn selected(&self) -> Option<&'s Variant> {
        self.variant
    }

    /// Returns the reason.
    pub const fn reason(&self) -> Reason {
        self.reason
    }
}

impl Reason {
    /// Returns the name of the reason in OpenFeature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Default => "DEFAULT",
            Self::Disabled => "DISABLED",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl EvaluationError {
    /// Returns the code of the error in OpenFeature.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "FLAG_NOT_FOUND",
            Self::TypeMismatch { .. } => "TYPE_MISMATCH",
            Self::NoValue(_) | Self::UnknownVariant { .. } | Self::Targeting { .. } => "GENERAL",
            Self::TargetingKeyMissing => "TARGETING_KEY_MISSING",
        }
    }
}
