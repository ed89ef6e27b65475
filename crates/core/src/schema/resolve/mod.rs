//! Resolution of a schema: one document in which every reference is a JSON Pointer.
//!
//! A schema refers to its parts, to resources with an identifier of their own, and to other documents. [`Documents`] loads the
//! documents that a schema refers to and finds the target of every reference, by the rules of the dialect of each document.
//! [`ResolvedSchema`] is the result of rewriting the references to those targets: validator, index, messages and reference
//! pages read this one form, so that they cannot disagree.
//!
//! ```text
//! SchemaSource ──load──▶ Documents (resources, anchors, targets) ──rewrite──▶ ResolvedSchema
//!                  ▲
//!              Retrieve: files beside the schema, mapped URLs
//! ```

mod cycle;
mod dialect;
mod documents;
mod pointer;
mod problem;
mod reference;
mod resolved;
mod resource;
mod retrieve;
mod rewrite;
mod scope;
mod source;
mod unit;
mod uri;

pub use self::cycle::find_cycle;
pub use self::dialect::{Dialect, subschemas};
pub use self::documents::Documents;
pub use self::pointer::escaped;
pub use self::problem::{InvalidSchema, SchemaPlace, SchemaProblem};
pub use self::reference::{NOT_IN_FRAGMENTS, RESOLVED, follow, reference_target, reference_to, resolved_pointer};
pub use self::resolved::ResolvedSchema;
pub use self::retrieve::{Retrieve, RetrieveError, SchemaDocument};
pub use self::source::SchemaSource;
