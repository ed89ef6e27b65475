//! `confgate flags eval`: the value of a flag in a context.

use clap::Args;
use confgate_core::diagnostics::suggest::nearest;
use confgate_core::pretty_json::document;
use confgate_core::sensitive::display::sanitize;
use confgate_flags::{Evaluation, EvaluationError, Flag, FlagSet};
use serde_json::{Value as Json, json};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::context_args::ContextArgs;
use crate::cli::flags::file::FlagsFileArgs;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Evaluate flags in a context, as a program would.
#[derive(Debug, Args)]
pub(super) struct EvalFlag {
    #[command(flatten)]
    file: FlagsFileArgs,
    /// Flag to evaluate. [default: all]
    #[arg(value_name = "FLAG")]
    flag: Option<String>,
    #[command(flatten)]
    context: ContextArgs,
    /// Print in this format.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl EvalFlag {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let loaded = match self.file.load(output)? {
            Ok(loaded) => loaded,
            Err(status) => return Ok(status),
        };
        let flags = loaded.file.flags();
        let keys: Vec<&str> = match &self.flag {
            Some(flag) => vec![flag],
            None => flags.flags().iter().map(|flag| flag.key()).collect(),
        };
        let (context, seconds) = (self.context.context(loaded.file.document())?, self.context.seconds());
        let results: Vec<_> = keys.iter().map(|key| (*key, flags.evaluate_at(key, &context, seconds))).collect();
        match self.format {
            OutputFormat::Human => {
                for (key, result) in &results {
                    output.put(&line(key, result, flags))?;
                }
            }
            OutputFormat::Json => {
                let all: Vec<Json> = results.iter().map(|(key, result)| result_json(key, result)).collect();
                output.put(&document(&json!({ "flags": all })))?;
            }
        }
        Ok(ExitStatus::success_if(results.iter().all(|(_, result)| result.is_ok())))
    }
}

/// Returns the result of an evaluation on one line.
pub(super) fn line(key: &str, result: &Result<Evaluation<'_>, EvaluationError>, flags: &FlagSet) -> String {
    let text = match result {
        Ok(evaluation) => match (evaluation.value(), evaluation.variant()) {
            (Some(value), Some(variant)) => {
                format!("{key} = {value}  (variant {variant}, {})", evaluation.reason())
            }
            _ => format!("{key} has no value: the program uses its own default  ({})", evaluation.reason()),
        },
        Err(error @ EvaluationError::NotFound(_)) => {
            let near = nearest(key, flags.flags().iter().map(Flag::key));
            let question = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
            format!("{key}: {error}{question}  ({})", error.code())
        }
        Err(error) => format!("{key}: {error}  ({})", error.code()),
    };
    sanitize(&text).into_owned() + "\n"
}

/// Returns the result of an evaluation as JSON.
pub(super) fn result_json(key: &str, result: &Result<Evaluation<'_>, EvaluationError>) -> Json {
    match result {
        Ok(evaluation) => json!({
            "key": key,
            "value": evaluation.value(),
            "variant": evaluation.variant(),
            "reason": evaluation.reason().name(),
        }),
        Err(error) => json!({ "key": key, "errorCode": error.code(), "errorDetails": error.to_string() }),
    }
}
