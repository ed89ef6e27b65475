//! The flags of an agent.

use confgate_agent::{ChangeEvent, EvaluationAnswer, Evaluations};
use confgate_core::render::json::diagnostic;
use confgate_flags::ofrep::{self, Answer};
use confgate_flags::{Evaluation, EvaluationError, LiveFlags};
use confgate_runtime::live::Subscription;
use serde_json::{Value as Json, json};

/// Live flags as an agent evaluates them.
pub(crate) struct AgentFlags {
    flags: LiveFlags,
    /// Name of the service in metrics.
    name: String,
}

impl AgentFlags {
    /// Creates the flags of an agent.
    pub fn new(flags: LiveFlags, name: String) -> Self {
        let name = if name.is_empty() { "flags".to_owned() } else { name };
        Self { flags, name }
    }
}

impl Evaluations for AgentFlags {
    fn one(&self, key: &str, body: &[u8]) -> EvaluationAnswer {
        answer(ofrep::evaluate_one(&self.flags, key, body, &mut log_evaluation))
    }

    fn all(&self, body: &[u8], is_known: &dyn Fn(&str) -> bool, streams: Option<&str>) -> EvaluationAnswer {
        answer(ofrep::evaluate_all(&self.flags, body, is_known, streams))
    }

    fn event(&self) -> ChangeEvent {
        let (id, text) = ofrep::refetch_event(&self.flags.load());
        ChangeEvent { id, text }
    }

    fn subscribe(&self) -> Subscription {
        self.flags.live().subscribe()
    }

    fn health(&self) -> Json {
        let current = self.flags.live().snapshot();
        let refused = self.flags.live().last_refusal().map(|refused| {
            json!({
                "errors": refused.report.errors(),
                "findings": refused.report.diagnostics().iter().map(diagnostic).collect::<Vec<_>>(),
            })
        });
        json!({
            "file": current.loaded.file(),
            "flags": current.config.flags().flags().len(),
            "version": current.version,
            "since": current.since.to_string(),
            "cause": current.reason.to_string(),
            "refused": refused,
        })
    }

    fn problem(&self) -> Option<String> {
        self.flags.live().last_refusal().map(|refused| refused.to_string())
    }

    fn metrics(&self) -> String {
        let config = self.flags.live().metrics().text();
        config.strip_suffix("# EOF\n").unwrap_or(&config).to_owned() + &self.flags.exposures().metrics(&self.name)
    }
}

fn answer(answer: Answer) -> EvaluationAnswer {
    let Answer { status, body, etag } = answer;
    EvaluationAnswer { status, body, etag }
}

/// Logs an evaluation by the names of OpenTelemetry. The context is left out: it describes a person.
fn log_evaluation(key: &str, result: Result<&Evaluation<'_>, &EvaluationError>) {
    match result {
        Ok(evaluation) => tracing::debug!(
            event.name = "feature_flag.evaluation",
            feature_flag.key = key,
            feature_flag.provider.name = "confgate",
            feature_flag.result.variant = evaluation.variant(),
            feature_flag.result.reason = evaluation.reason().name().to_lowercase(),
            "flag evaluated"
        ),
        Err(error) => tracing::debug!(
            event.name = "feature_flag.evaluation",
            feature_flag.key = key,
            feature_flag.provider.name = "confgate",
            feature_flag.result.reason = "error",
            "error.type" = error.code().to_lowercase(),
            "flag not evaluated"
        ),
    }
}
