//! Feature flags: values that a program asks for again and again, and that change without a reload of the service.
//!
//! A flags file has the form of flagd's flag configuration. It is a config of its own: a [`FlagsFile`] is a model, so that it passes the
//! same gate as any config, and a [`LiveFlags`] follows it with the same reloads, overrides and audit trail.
//!
//! ```text
//! flags.toml ─▶ gate ─▶ FlagsFile ─▶ LiveFlags ─┬─▶ boolean(), string(), …: evaluation without a lock
//!                          │                     └─▶ ofrep: answers to OpenFeature's clients
//!                          └─▶ flagd: the configuration in flagd's own format
//! ```
//!
//! ```
//! use confgate_flags::{EvaluationContext, FlagsFile, Reason};
//!
//! let file: FlagsFile = serde_json::from_str(r#"{
//!     "flags": {
//!         "lobby": {
//!             "variants": { "on": true, "off": false },
//!             "defaultVariant": "off",
//!             "targeting": { "if": [{ "==": [{ "var": "plan" }, "pro"] }, "on"] }
//!         }
//!     }
//! }"#)?;
//! let context = EvaluationContext::new().with("plan", "pro");
//! let evaluation = file.flags().evaluate("lobby", &context)?;
//! assert_eq!((evaluation.variant(), evaluation.reason()), (Some("on"), Reason::TargetingMatch));
//! assert!(file.flags().boolean("lobby", &context)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boolean_flag;
mod cache;
pub mod compare;
pub mod document;
mod explain;
mod exposures;
mod file;
mod flagd;
mod instance;
mod live;
mod murmur3;
pub mod ofrep;
mod prometheus;
mod ramp;
mod set;
mod stale;

pub use self::boolean_flag::BooleanFlag;
pub use self::cache::FlagsCache;
pub use self::explain::{Bucket, Explanation, Step};
pub use self::exposures::{Exposure, Exposures};
pub use self::file::{FlagsFile, flags_gate, flags_schema};
pub use self::flagd::{BUCKETING, FLAGD_SCHEMA, flagd_configuration};
pub use self::instance::InstanceFlags;
pub use self::live::{FlagsGuard, LiveFlags, ReadFlags};
pub use self::prometheus::{InvalidPrometheusUrl, PrometheusError, PrometheusUrl, query, recorded_exposures};
pub use self::set::{
    Evaluation, EvaluationContext, EvaluationError, Flag, FlagSet, InvalidContext, InvalidFlags, Reason, ValueKind,
    Variant,
};
pub use self::stale::{StaleFlag, StaleReason, stale_flags, unreferenced};
