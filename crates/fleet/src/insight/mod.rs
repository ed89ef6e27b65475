//! Insight into a fleet: the nodes side by side, differences, recommendations.
//!
//! ```text
//! observer        follows the store: reports, pointers, releases, rollout, history, configs
//!    │
//!    ▼
//! snapshot        a fleet at one moment
//!    │
//!    ▼
//! view            the newest snapshot, its health and metrics, for pages that read it while it changes
//! ```
//!
//! | file | content |
//! |---|---|
//! | record.rs, timeline.rs | what is read again after each change |
//! | bundle_values.rs, bundle_cache.rs, texts.rs | the fields of configs, without secrets |
//! | fleet_table.rs | the fields in which nodes differ |
//! | progress_clock.rs, metrics.rs | ages of waves, metrics |
//! | subject.rs, comparison.rs | differences between nodes and releases |
//! | recommend | recommendations from what is recorded |

mod bundle_cache;
mod bundle_values;
mod comparison;
mod fleet_table;
mod metrics;
mod observer;
mod progress_clock;
mod recommend;
mod record;
mod snapshot;
mod subject;
mod texts;
mod timeline;
mod view;

pub use self::bundle_values::{BundleValues, FieldValue};
pub use self::comparison::{ComparedField, ComparedNode, Comparison, compare};
pub use self::fleet_table::{FleetTable, TableCell, TableColumn};
pub use self::observer::{Observer, ObserverTimes};
pub use self::recommend::{
    CountedValue, Evidence, Finding, Recommendations, RecordLimits, RecordedReleaseName, recommend,
};
pub use self::record::{ConfigSource, RegionValues};
pub use self::snapshot::FleetSnapshot;
pub use self::subject::{InsightError, Subject, release_of};
pub use self::timeline::TimelineEntry;
pub use self::view::FleetView;
