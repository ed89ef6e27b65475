//! The verdict of admission on one value.

/// The verdict on a value. `Valid` and `Invalid` are those of the validator; `Unknown` leaves the decision to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The validator accepts the value.
    Valid,
    /// Only the validator can tell.
    Unknown,
    /// The validator rejects the value.
    Invalid,
}

impl Verdict {
    /// Returns the verdict on a condition that was decided.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Valid } else { Self::Invalid }
    }

    /// Returns the verdict where both must be valid.
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }

    /// Returns the verdict where one of both must be valid.
    pub fn or(self, other: Self) -> Self {
        self.min(other)
    }

    /// Returns the verdict where the value must not be valid.
    pub fn negated(self) -> Self {
        match self {
            Self::Valid => Self::Invalid,
            Self::Unknown => Self::Unknown,
            Self::Invalid => Self::Valid,
        }
    }

    /// Returns the verdict where exactly one of several must be valid.
    pub fn exactly_one(verdicts: impl Iterator<Item = Self>) -> Self {
        let (mut valid, mut unknown) = (0, 0);
        for verdict in verdicts {
            valid += u32::from(verdict == Self::Valid);
            unknown += u32::from(verdict == Self::Unknown);
            if valid > 1 {
                return Self::Invalid;
            }
        }
        if unknown > 0 { Self::Unknown } else { Self::of(valid == 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Invalid, Unknown, Valid};
    use super::*;

    #[test]
    fn an_unknown_verdict_decides_nothing() {
        assert_eq!([Valid.and(Unknown), Invalid.and(Unknown)], [Unknown, Invalid]);
        assert_eq!([Valid.or(Unknown), Invalid.or(Unknown)], [Valid, Unknown]);
        for (verdicts, expected) in [
            (&[Valid, Invalid][..], Valid),
            (&[Valid, Unknown], Unknown),
            (&[Valid, Unknown, Valid], Invalid),
            (&[Invalid, Invalid], Invalid),
            (&[Invalid, Unknown], Unknown),
            (&[], Invalid),
        ] {
            assert_eq!(Verdict::exactly_one(verdicts.iter().copied()), expected, "{verdicts:?}");
        }
    }
}
