//! Whether what an older schema admits is admitted by a newer one: what a change of the schema would do to configs that
//! are stored somewhere.
//!
//! It errs on the side of caution: a change that it cannot judge, such as another `pattern`, counts as one that breaks configs.

mod bounds;
mod compatible;
mod walk;

pub use self::compatible::*;
