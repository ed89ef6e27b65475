//! The error of a step that involves the service.

use std::fmt;

/// The failure of a program, of a reload, or of a health probe.
///
/// The output of a program may hold secrets. The user who runs the command sees it; the record of a generation, which
/// every user of the machine can read, does not contain it: see [`recorded`](Self::recorded).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptError {
    reason: String,
    output: Option<String>,
}

impl AttemptError {
    /// Makes the error of a program, with the line of its output that explains it.
    pub(super) fn of_program(reason: String, output: Option<&str>) -> Self {
        Self { reason, output: output.map(str::to_owned) }
    }

    /// Puts a subject before the reason.
    pub(super) fn about(self, subject: &str) -> Self {
        Self { reason: format!("{subject}: {}", self.reason), ..self }
    }

    /// Returns the part that every user may read: the reason, without the output of a program.
    pub fn recorded(&self) -> &str {
        &self.reason
    }
}

impl From<String> for AttemptError {
    fn from(reason: String) -> Self {
        Self { reason, output: None }
    }
}

impl fmt::Display for AttemptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        self.output.iter().try_for_each(|output| write!(f, ", saying: {output}"))
    }
}

impl std::error::Error for AttemptError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_printed_is_shown_and_not_recorded() {
        let failed = AttemptError::of_program("sh ended with exit status: 3".to_owned(), Some("T0KEN, saying: b"));
        assert_eq!(failed.to_string(), "sh ended with exit status: 3, saying: T0KEN, saying: b");
        assert_eq!(failed.recorded(), "sh ended with exit status: 3");
        assert_eq!(failed.about("curl").recorded(), "curl: sh ended with exit status: 3");
        let plain = AttemptError::from("x: no such host, saying: nothing".to_owned());
        assert_eq!(
            (plain.recorded(), plain.to_string().as_str()),
            ("x: no such host, saying: nothing", plain.recorded())
        );
    }
}
