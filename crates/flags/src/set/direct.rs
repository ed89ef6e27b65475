//! Targeting that compares texts and selects shares, compiled for evaluation without the engine.
//!
//! Most targeting compares attributes with texts: a plan, a country, the domain of an address. Such an expression is compiled to
//! conditions that borrow the context as it is, where the engine needs a copy in an arena. The results are those of the engine: what is
//! not sure to be, such as the comparison of a number with a text, is left to it.

use datalogic_rs::DataValue;
use datalogic_rs::datavalue::OwnedDataValue;
use serde_json::Value as Json;

use crate::murmur3::murmur3;
use crate::set::context::TARGETING_KEY;

/// Largest text of a share that is hashed without the engine, in bytes.
const MAX_HASHED: usize = 256;

/// Attributes of a context.
pub trait Attributes {
    /// Finds an attribute.
    fn attribute(&self, name: &str) -> Attribute<'_>;
}

/// Value of an attribute, as far as conditions on texts depend on it.
pub enum Attribute<'c> {
    /// No value, or null.
    Absent,
    /// A text.
    Text(&'c str),
    /// Any other value.
    Other,
}

impl Attribute<'_> {
    #[inline]
    fn is_text(&self, holds: impl FnOnce(&str) -> bool) -> bool {
        matches!(self, Self::Text(text) if holds(text))
    }
}

impl Attributes for [(String, OwnedDataValue)] {
    #[inline]
    fn attribute(&self, name: &str) -> Attribute<'_> {
        match self.iter().find(|(known, _)| known == name) {
            None | Some((_, OwnedDataValue::Null)) => Attribute::Absent,
            Some((_, OwnedDataValue::String(text))) => Attribute::Text(text),
            Some(_) => Attribute::Other,
        }
    }
}

impl Attributes for [(&str, DataValue<'_>)] {
    #[inline]
    fn attribute(&self, name: &str) -> Attribute<'_> {
        match self.iter().find(|(known, _)| *known == name) {
            None | Some((_, DataValue::Null)) => Attribute::Absent,
            Some((_, DataValue::String(text))) => Attribute::Text(text),
            Some(_) => Attribute::Other,
        }
    }
}

/// A compiled expression.
#[derive(Debug)]
pub enum DirectRule {
    /// Nothing is selected.
    Nothing,
    /// The variant of this index.
    Variant(usize),
    /// The rule of the first condition that holds, else the last rule.
    If(Box<[(Condition, DirectRule)]>, Box<DirectRule>),
    /// A share by the key of the flag and the targeting key.
    Share(Share),
}

/// Variants, each with the first bucket that is not its own.
#[derive(Debug)]
pub struct Share {
    ends: Box<[(usize, u64)]>,
    total: u64,
}

/// A condition on texts.
#[derive(Debug)]
pub enum Condition {
    /// The attribute is this text, which is not empty.
    Equal(Box<str>, Box<str>),
    /// The attribute is one of these texts, which are not empty.
    OneOf(Box<str>, Box<[Box<str>]>),
    /// The attribute is a text that starts with this one.
    StartsWith(Box<str>, Box<str>),
    /// The attribute is a text that ends with this one.
    EndsWith(Box<str>, Box<str>),
    /// All conditions hold.
    All(Box<[Condition]>),
    /// One of the conditions holds.
    Any(Box<[Condition]>),
    /// The condition does not hold.
    Not(Box<Condition>),
}

impl DirectRule {
    /// Compiles an expression without references. `variant` returns the index of a variant. `None` if the engine has to evaluate it.
    pub fn compile(rule: &Json, variant: &impl Fn(&str) -> Option<usize>) -> Option<Self> {
        match rule {
            Json::Null => Some(Self::Nothing),
            Json::String(name) => variant(name).map(Self::Variant),
            Json::Object(_) => match operation(rule)? {
                ("if", operands) if operands.len() >= 2 => {
                    let pairs = operands.chunks_exact(2);
                    let otherwise = match pairs.remainder() {
                        [otherwise] => Self::compile(otherwise, variant)?,
                        _ => Self::Nothing,
                    };
                    let pairs =
                        pairs.map(|pair| Some((Condition::compile(&pair[0])?, Self::compile(&pair[1], variant)?)));
                    Some(Self::If(pairs.collect::<Option<_>>()?, Box::new(otherwise)))
                }
                ("fractional", operands) => Share::compile(operands, variant).map(Self::Share),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the index of the selected variant: `Some(None)` if none is selected, `None` if the engine has to evaluate the expression
    /// in this context.
    #[inline]
    pub fn select<A: Attributes + ?Sized>(&self, flag: &str, context: &A) -> Option<Option<usize>> {
        match self {
            Self::Nothing => Some(None),
            Self::Variant(index) => Some(Some(*index)),
            Self::If(pairs, otherwise) => {
                for (condition, rule) in pairs {
                    if condition.holds(context)? {
                        return rule.select(flag, context);
                    }
                }
                otherwise.select(flag, context)
            }
            Self::Share(share) => share.select(flag, context),
        }
    }
}

impl Share {
    fn compile(buckets: &[Json], variant: &impl Fn(&str) -> Option<usize>) -> Option<Self> {
        let mut total: u64 = 0;
        let mut ends = Vec::with_capacity(buckets.len());
        for bucket in buckets {
            let (name, weight) = match bucket.as_array()?.as_slice() {
                [Json::String(name)] => (name, 1),
                [Json::String(name), Json::Number(weight)] => (name, weight.as_u64()?),
                _ => return None,
            };
            total += u64::from(u32::try_from(weight).ok()?);
            ends.push((variant(name)?, total));
        }
        // The engine multiplies the sum by a hash of 32 bits.
        (total > 0 && total <= u64::from(u32::MAX)).then(|| Self { ends: ends.into(), total })
    }

    fn select<A: Attributes + ?Sized>(&self, flag: &str, context: &A) -> Option<Option<usize>> {
        let key = match context.attribute(TARGETING_KEY) {
            Attribute::Absent | Attribute::Text("") => return Some(None),
            Attribute::Text(key) => key,
            Attribute::Other => return None,
        };
        let mut text = [0; MAX_HASHED];
        let length = flag.len() + key.len();
        let hashed = text.get_mut(..length)?;
        hashed[..flag.len()].copy_from_slice(flag.as_bytes());
        hashed[flag.len()..].copy_from_slice(key.as_bytes());
        let bucket = (u64::from(murmur3(hashed)) * self.total) >> 32;
        Some(self.ends.iter().find(|(_, end)| bucket < *end).map(|(index, _)| *index))
    }
}

impl Condition {
    fn compile(rule: &Json) -> Option<Self> {
        let (operator, operands) = operation(rule)?;
        let all = || operands.iter().map(Self::compile).collect::<Option<Box<[Self]>>>().filter(|all| !all.is_empty());
        Some(match (operator, operands) {
            ("==" | "===", [left, right]) => Self::equal(left, right)?,
            ("!=" | "!==", [left, right]) => Self::Not(Box::new(Self::equal(left, right)?)),
            ("in", [attribute, Json::Array(texts)]) => {
                Self::OneOf(name(attribute)?, texts.iter().map(not_empty).collect::<Option<_>>()?)
            }
            ("starts_with", [attribute, text]) => Self::StartsWith(name(attribute)?, text.as_str()?.into()),
            ("ends_with", [attribute, text]) => Self::EndsWith(name(attribute)?, text.as_str()?.into()),
            ("and", _) => Self::All(all()?),
            ("or", _) => Self::Any(all()?),
            ("!", [condition]) => Self::Not(Box::new(Self::compile(condition)?)),
            _ => return None,
        })
    }

    fn equal(left: &Json, right: &Json) -> Option<Self> {
        match (name(left), name(right)) {
            (Some(attribute), None) => Some(Self::Equal(attribute, not_empty(right)?)),
            (None, Some(attribute)) => Some(Self::Equal(attribute, not_empty(left)?)),
            _ => None,
        }
    }

    /// Returns whether the condition holds; `None` if it depends on a value that is not a text.
    #[inline]
    fn holds<A: Attributes + ?Sized>(&self, context: &A) -> Option<bool> {
        match self {
            Self::Equal(name, wanted) => match context.attribute(name) {
                Attribute::Absent => Some(false),
                Attribute::Text(text) => Some(*text == **wanted),
                Attribute::Other => None,
            },
            Self::OneOf(name, wanted) => match context.attribute(name) {
                Attribute::Absent => Some(false),
                Attribute::Text(text) => Some(wanted.iter().any(|wanted| *text == **wanted)),
                Attribute::Other => None,
            },
            Self::StartsWith(name, start) => Some(context.attribute(name).is_text(|text| text.starts_with(&**start))),
            Self::EndsWith(name, end) => Some(context.attribute(name).is_text(|text| text.ends_with(&**end))),
            Self::All(all) => {
                for condition in all {
                    if !condition.holds(context)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            Self::Any(all) => {
                for condition in all {
                    if condition.holds(context)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            Self::Not(condition) => condition.holds(context).map(|holds| !holds),
        }
    }
}

/// Returns operator and operands of an expression.
fn operation(rule: &Json) -> Option<(&str, &[Json])> {
    let entries = rule.as_object().filter(|entries| entries.len() == 1)?;
    let (operator, operands) = entries.iter().next()?;
    Some((operator, operands.as_array().map_or(std::slice::from_ref(operands), Vec::as_slice)))
}

/// Returns the name of the attribute that an expression reads.
fn name(rule: &Json) -> Option<Box<str>> {
    let name = match operation(rule)? {
        ("var", [Json::String(name)]) => name,
        _ => return None,
    };
    // A dot leads into an object, and the evaluation adds an attribute that begins with a dollar.
    (!name.is_empty() && !name.contains('.') && !name.starts_with('$')).then(|| name.as_str().into())
}

fn not_empty(text: &Json) -> Option<Box<str>> {
    text.as_str().filter(|text| !text.is_empty()).map(Into::into)
}
