//! The corpus: each folder `tests/corpus/<area>/<case>/` is a test of its own, called `<area>/<case>`.
//!
//! `tests/corpus/README.md` describes the files of a case. Cases with `config.nix` need Nix, and are ignored unless they are
//! asked for with `--ignored`. libtest-mimic in place of the built-in harness makes a test of each folder, as a `#[test]`
//! function cannot be made at run time.

mod case;
mod check;
mod coverage;
mod nix;
mod suggestions;

use std::process::ExitCode;

use case::{Case, Input};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = Case::all().into_iter().map(trial).chain(tests()).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(case: Case) -> Trial {
    let name = case.name();
    match case.input {
        Input::File(_) => Trial::test(name, move || check::run(&case)),
        Input::Nix => Trial::ignorable_test(name, move || nix::run(&case)).with_ignored_flag(true),
    }
}

/// Returns the tests of the corpus as a whole.
fn tests() -> [Trial; 3] {
    let test = |name: &str, test: fn()| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    [
        test("a_file_of_one_endless_line_is_refused_in_a_few", check::a_file_of_one_endless_line_is_refused_in_a_few),
        test(
            "the_corpus_has_every_rule_and_every_keyword_of_the_schema",
            coverage::the_corpus_has_every_rule_and_every_keyword_of_the_schema,
        ),
        test(
            "no_suggestion_leads_to_another_rejection_or_meaning",
            suggestions::no_suggestion_leads_to_another_rejection_or_meaning,
        ),
    ]
}

/// Result of a case that can turn out not to apply.
type Outcome = Result<Completion, Failed>;
