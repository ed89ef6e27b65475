//! The evaluation of one flag.

use crate::live::LiveFlags;
use crate::ofrep::answer::Answer;
use crate::ofrep::error::{evaluation_error, request_error};
use crate::set::{Evaluation, EvaluationError, with_request};

/// Evaluates one flag in the context of a request, and counts the exposure. `observe` sees the result, for a log.
pub fn evaluate_one(
    flags: &LiveFlags,
    key: &str,
    body: &[u8],
    observe: &mut dyn FnMut(&str, Result<&Evaluation<'_>, &EvaluationError>),
) -> Answer {
    let running = flags.load();
    with_request(body, |context, _| {
        let context = match context {
            Ok(context) => context,
            Err(error) => return Answer::new(400, request_error(error, Some(key)).to_string()),
        };
        let result = match running.get(key) {
            Some(flag) => running.evaluate_flag(flag, &context),
            None => Err(EvaluationError::NotFound(key.to_owned())),
        };
        observe(key, result.as_ref());
        match result {
            Ok(evaluation) => {
                flags.expose(&running, &evaluation);
                let mut body = String::new();
                write(&evaluation, &mut body);
                Answer::new(200, body)
            }
            Err(error) => {
                let status = match error {
                    EvaluationError::NotFound(_) => 404,
                    _ => 400,
                };
                Answer::new(status, evaluation_error(&error, key).to_string())
            }
        }
    })
}

/// Appends the result of an evaluation. Without a value, the client uses its own default.
pub(super) fn write(evaluation: &Evaluation<'_>, body: &mut String) {
    let flag = evaluation.flag();
    body.push_str(flag.head());
    if let Some(variant) = evaluation.selected() {
        body.push_str(variant.answer());
        body.push(',');
    }
    body.push_str("\"reason\":\"");
    body.push_str(evaluation.reason().name());
    body.push('"');
    body.push_str(flag.tail());
}
