//! Pages of a loaded config: every value beside its default, with the layers that set it.
//!
//! | file | content |
//! |---|---|
//! | config.rs | the page of a whole config |
//! | field.rs | the page of one field |
//! | topic.rs | the page of a code or a rule |
//! | stack.rs, stack.css | the layers of a field, the one in effect on top |

mod config;
mod field;
mod stack;
mod topic;

pub(crate) use self::config::{Summary, config_page};
pub(crate) use self::field::field_page;
#[cfg(feature = "agent")]
pub(crate) use self::stack::differs;
pub(crate) use self::topic::{code_topic, rule_topic};
