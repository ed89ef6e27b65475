//! Rules between the fields of a model.

use crate::diagnostics::Severity;

/// A relation between fields that must hold. Rules are data: the gate, the list of rules, the reference page and the metrics
/// read the same ones.
pub struct Rule<M: 'static> {
    /// Stable name, `section/rule`. It is the code of the diagnostic.
    pub name: &'static str,
    /// Severity of a violation. An error rejects the config.
    pub severity: Severity,
    /// Message of the diagnostic, one sentence: what must hold, or what is wrong.
    pub why: &'static str,
    /// Dotted paths of the fields that `holds` reads. The diagnostic shows their values and locations, the first as the main
    /// one. Of a list, it shows the elements without which the rule is satisfied, if there are some. The rule is skipped while one
    /// of them has a diagnostic of its own or contains an unresolved reference.
    pub reads: &'static [&'static str],
    /// Returns whether `config` satisfies the rule.
    pub holds: fn(config: &M) -> bool,
    /// Way out, in the imperative.
    pub help: &'static str,
}
