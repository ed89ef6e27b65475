//! Pages for people, which the program of the agent renders.

use crate::service::Service;

/// A page of the agent for a browser.
pub struct View<'v> {
    /// Name of the service.
    pub name: &'v str,
    /// The running config.
    pub service: &'v dyn Service,
    /// True if the agent has no problem.
    pub is_healthy: bool,
}

/// Renders pages for a browser. They show nothing that the other pages of the agent do not.
pub trait Views: Send + Sync {
    /// Returns the page at a path as HTML, or the message about a query that names nothing. `None` if there is no such page.
    fn page(&self, path: &str, query: Option<&str>, view: &View<'_>) -> Option<Result<String, String>>;
}
