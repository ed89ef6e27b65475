//! Explanations of `anyOf` and `oneOf`: the reason why a value fits none of the alternatives, or several.
//!
//! [`resolve()`] finds the alternative that a value is an attempt at, whose violations then explain the problem. A key that
//! distinguishes the alternatives decides first; then the type of the value, and then the keys that it has. Where no
//! alternative is nearer than the others, one diagnostic says what each of them admits.

mod branch;
mod needs_one;
mod resolve;
mod several;
mod summary;
mod tag;

pub(super) use self::resolve::resolve;
pub(super) use self::several::several;
