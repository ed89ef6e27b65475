//! Texts that are no TOML: what is wrong with them, in words for whoever wrote them, one diagnostic a mistake.
//!
//! A parser that goes on after a mistake finds more of them where there are none: behind an open bracket everything looks
//! wrong. Those are left out. No message repeats what stands in the text, because it may be a secret; the line is shown
//! below it, with secrets hidden.

mod bracket;
mod explain;
mod syntax;
mod text;

pub use self::syntax::*;
