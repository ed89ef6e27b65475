//! OpenFeature's remote evaluation protocol (OFREP 0.3.0): the answers to evaluations of one flag and of all flags.
//!
//! The bodies are made of parts that are written when the flags are compiled, so that an answer costs a copy of them. A server passes
//! the body of a request, and writes status, body and entity tag of the answer.

mod answer;
mod bulk;
mod error;
mod event;
mod single;

pub use self::answer::Answer;
pub use self::bulk::evaluate_all;
pub use self::event::refetch_event;
pub use self::single::evaluate_one;
