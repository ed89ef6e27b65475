//! The page of a fleet: one HTML document that loads nothing, as a file or kept up to date by events.
//!
//! | file | content |
//! |---|---|
//! | document.rs | the whole page: states, problems, overrides, the frame |
//! | rollout.rs, nodes.rs, timeline.rs | its sections |
//! | text.rs | times and texts of several lines |
//! | site.rs | the page, its events, health and metrics over HTTP |
//!
//! `page.css` and `page.js` contain no text of a fleet. All such text is in the markup, and escaped.

mod document;
mod nodes;
mod rollout;
mod site;
mod text;
mod timeline;

pub(super) use self::document::{Liveness, document};
pub(super) use self::site::{FleetSite, PageMode};
