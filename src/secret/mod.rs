//! Secrets: where they come from, and how they stay unseen.
