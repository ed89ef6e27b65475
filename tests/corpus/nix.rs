//! Cases with `config.nix`: all that the builder of the bundle prints. They need Nix and the static binary:
//! `scripts/nix --prepare && cargo test --test corpus nix/ -- --ignored`.

use std::fmt::Write;
use std::sync::LazyLock;

use confgate_test_support::nix::{nix, printed};
use confgate_test_support::root;
use libtest_mimic::Completion;

use crate::Outcome;
use crate::case::{Case, Verdict};

/// Version of the Nix under test.
static VERSION: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let text = printed(nix(&root(), &["--version"]));
    numbers(text.trim().rsplit(' ').next().unwrap())
});

/// Builds the bundle of a case, and compares.
pub fn run(case: &Case) -> Outcome {
    if let Some(before) = case.read("before")
        && *VERSION >= numbers(before.trim())
    {
        return Ok(Completion::ignored_with(format!("about versions of Nix before {}", before.trim())));
    }
    let attribute = case.name().replace('/', ".");
    let arguments = ["build", "--impure", "-f", "tests/nix/cases.nix", "--no-link", "--print-build-logs", &attribute];
    let built = nix(&root(), &arguments);
    let log = String::from_utf8(built.stderr)?;
    let text = of_builder(case, &log);
    let verdict = match (built.status.success(), text.is_empty()) {
        // Nix does not build again what is in its store, and then the builder prints nothing.
        (true, true) if case.expected(Verdict::Admitted)? == Verdict::Admitted => return Ok(Completion::Completed),
        (true, _) => Verdict::Admitted,
        (false, false) => Verdict::Refused,
        (false, true) => return Err(format!("the build fails, and not in the builder:\n{log}").into()),
    };
    case.compare(verdict, &text)?;
    Ok(Completion::Completed)
}

/// Returns the lines that the builder of a case printed to the log of Nix.
fn of_builder(case: &Case, log: &str) -> String {
    let prefix = format!("{}-bundle>", case.folder.file_name().unwrap().to_str().unwrap());
    // Some versions of Nix leave empty lines out of a log.
    let lines = log.lines().filter_map(|line| line.strip_prefix(&prefix)).filter(|line| !line.trim().is_empty());
    lines.fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{}", line.strip_prefix(' ').unwrap_or(line));
        text
    })
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|part| part.parse().ok()).collect()
}
