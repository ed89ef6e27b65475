//! The checks of a flags document, in their order.

use crate::diagnostics::Diagnostic;
use crate::flags::date::Date;
use crate::flags::document::Document;
use crate::flags::site::Site;
use crate::flags::{policy, ramp, targeting, variants};
use crate::value::{Node, Path, Sources};

/// Keyword that marks the schema of a flags document.
pub const MARK: &str = "x-flags";

/// Checks the flags of a document that its schema accepts. Values of another form are left to the schema. Without `today` no flag is
/// expired.
pub fn check(tree: &Node, sources: &Sources, today: Option<Date>) -> Vec<Diagnostic> {
    check_at(&Path::root(), tree, sources, today)
}

/// Checks the flags of a document like [`check`], which is the table at `path` of a config.
pub fn check_at(path: &Path, node: &Node, sources: &Sources, today: Option<Date>) -> Vec<Diagnostic> {
    let document = Document::new(Site::at(path.clone(), node, sources), today);
    let mut found = Vec::new();
    targeting::check_evaluators(&document, &mut found);
    for flag in document.flags() {
        variants::check(&flag, &mut found);
        targeting::check(&document, &flag, &mut found);
        ramp::check(&flag, &mut found);
        policy::check(&document, &flag, &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::{Format, Source};

    pub(super) fn found(text: &str) -> Vec<String> {
        let source = Source::new("flags.toml", text);
        let (tree, _) = crate::toml::read(&source);
        let found = check(&tree, &Sources::from_text(&source), Some("2026-06-15".parse().unwrap()));
        found.iter().map(|it| format!("{}: {}; {}", it.code, it.message, it.help.as_deref().unwrap_or("-"))).collect()
    }

    fn flag(rest: &str) -> String {
        format!("[flags.a]\nvariants = {{ on = true, off = false }}\ndefaultVariant = 'off'\n{rest}")
    }

    #[test]
    fn a_valid_document_has_no_findings() {
        let text = flag(
            "targeting = { if = [{ '==' = [{ var = 'plan' }, 'pro'] }, 'on', { fractional = [['on', 1], ['off', 3]] }] }\n",
        );
        assert_eq!(found(&text), [""; 0]);
    }

    #[test]
    fn a_result_of_targeting_must_be_a_variant() {
        let text = flag("targeting = { if = [{ var = 'x' }, 'onn', { fractional = [['on', 1], ['never', 1]] }] }\n");
        assert_eq!(
            found(&text),
            [
                "flags/unknown-variant: flags.a.targeting can return \"onn\", which is not a variant; did you mean \"on\"?",
                "flags/unknown-variant: flags.a.targeting can return \"never\", which is not a variant; use one of its variants: on or off",
            ]
        );
    }

    #[test]
    fn a_comparison_returns_true_or_false() {
        let text = flag("targeting = { '==' = [{ var = 'x' }, 1] }\n");
        assert_eq!(
            found(&text),
            [
                "flags/unknown-variant: flags.a.targeting can return \"true\" and \"false\", which are not variants; put it into the condition of an if, or name the variants true and false"
            ]
        );
        let named =
            text.replace("{ on = true, off = false }", "{ true = true, false = false }").replace("'off'", "'false'");
        assert_eq!(found(&named), [""; 0]);
    }

    #[test]
    fn an_unknown_attribute_is_found_where_a_context_is_declared() {
        let text = flag("targeting = { if = [{ '==' = [{ var = 'plann' }, 1] }, 'on', 'off'] }\n");
        assert_eq!(found(&text), [""; 0]);
        let declared = format!("context = {{ plan = 'string', geo = 'object' }}\n{text}");
        assert_eq!(
            found(&declared),
            [
                "flags/unknown-attribute: flags.a.targeting reads the attribute plann, which the context does not declare; did you mean \"plan\"?"
            ]
        );
        for known in ["plan", "geo.city", "targetingKey", "$flagd.timestamp", "$flagd.flagKey"] {
            assert_eq!(found(&declared.replace("plann", known)), [""; 0], "{known}");
        }
        let in_list = declared
            .replace("{ var = 'plann' }", "{ some = [{ var = 'geo.tags' }, { '==' = [{ var = 'name' }, 'x'] }] }");
        assert_eq!(found(&in_list), [""; 0], "elements of a list are not attributes");
    }

    #[test]
    fn operators_and_their_operands_are_those_of_flagd() {
        let target = |expression: &str| found(&flag(&format!("targeting = {{ if = [{expression}, 'on', 'off'] }}\n")));
        assert_eq!(
            target("{ start_with = [{ var = 'x' }, 'a'] }"),
            [
                "flags/unknown-operator: flags.a.targeting has the operator start_with, which flagd does not know; did you mean starts_with?"
            ]
        );
        assert_eq!(
            target("{ sem_ver = [{ var = 'x' }, '=>', '1.0.0'] }"),
            [
                "flags/operands: the comparison of sem_ver is \"=>\"; use one of the comparisons: =, !=, >, <, >=, <=, ~ or ^"
            ]
        );
        assert_eq!(
            target("{ '==' = [1] }"),
            ["flags/operands: the operator == takes 2 operands, and has 1; add or remove operands"]
        );
        assert_eq!(
            target("{ '==' = [1, 1], '!=' = [1, 1] }"),
            [
                "flags/operands: an expression has one operator, and this table has the keys == and !=; put each into a table of its own"
            ]
        );
    }

    #[test]
    fn literal_operands_are_of_the_kind_that_the_operator_reads() {
        let target = |expression: &str| {
            found(&flag(&format!("targeting = {{ if = [{expression}, 'on', 'off'] }}\n['$evaluators']\nx = true\n")))
        };
        for (expression, expected) in [
            (
                "{ '$ref' = 3 }",
                "a reference is the name of an evaluator, and this one is 3; write the name alone: \"$ref\" = \"NAME\"",
            ),
            (
                "{ '$ref' = ['x'] }",
                "a reference is the name of an evaluator, and this one is a list; write the name alone: \"$ref\" = \"NAME\"",
            ),
            (
                "{ '==' = [{ var = 1 }, 1] }",
                "var reads an attribute by its name, and this one is 1; write the name of an attribute in quotes",
            ),
            (
                "{ sem_ver = [{ var = 'v' }, '>=', '1.x'] }",
                "sem_ver compares versions, and \"1.x\" is not one; write a version in quotes, such as \"1.2.0\"",
            ),
            (
                "{ sem_ver = [{ var = 'v' }, '>=', 2.5] }",
                "sem_ver compares versions, and 2.5 is not one; write a version in quotes, such as \"1.2.0\"",
            ),
            (
                "{ ends_with = [{ var = 'v' }, 3] }",
                "ends_with compares texts, and 3 is not one; write a text in quotes",
            ),
        ] {
            assert_eq!(target(expression), [format!("flags/operands: {expected}")], "{expression}");
        }
        let in_element = "{ some = [{ var = 'pairs' }, { '==' = [{ var = 0 }, 'x'] }] }";
        assert_eq!(target(in_element), [""; 0], "a number reads an element of an element");
    }

    #[test]
    fn a_declared_attribute_is_compared_with_a_value_of_its_type() {
        let target = |condition: &str| {
            let text = flag(&format!("targeting = {{ if = [{condition}, 'on', 'off'] }}\n"));
            found(&format!("context = {{ plan = 'string', n = 'number', beta = 'boolean', geo = 'object' }}\n{text}"))
        };
        assert_eq!(
            target("{ '==' = [{ var = 'plan' }, true] }"),
            [
                "flags/comparison: == compares the string attribute plan with a boolean; write a value of the same type: evaluators convert texts and booleans differently"
            ]
        );
        assert_eq!(target("{ '!=' = ['true', { var = 'beta' }] }").len(), 1);
        assert_eq!(
            target("{ '===' = [{ var = 'n' }, '3'] }"),
            [
                "flags/comparison: === compares the number attribute n with a string; write a value of the same type: values of two types are never equal for this operator"
            ]
        );
        for (condition, said) in [
            (
                "{ starts_with = [{ var = 'n' }, '1'] }",
                "starts_with reads the number attribute n, and never holds for a number; declare n as a string, and send a text",
            ),
            (
                "{ in = [{ var = 'n' }, ['1', '2']] }",
                "in looks for the number attribute n in a list of strings, and never finds it; write values of the same type",
            ),
            (
                "{ '>' = [{ var = 'plan' }, 3] }",
                "> compares the string attribute plan with a number; declare plan as a number: a text such as \"old\" makes the evaluation an error",
            ),
            (
                "{ fractional = [{ var = 'n' }, ['on', 1], ['off', 1]] }",
                "fractional hashes the number attribute n, and selects nothing for a number; write { cat = [{ var = \"n\" }, \"\"] }, which makes a text of it, or send a text",
            ),
        ] {
            assert_eq!(target(condition), [format!("flags/comparison: {said}")], "{condition}");
        }
        for condition in [
            "{ starts_with = [{ var = 'plan' }, '1'] }",
            "{ in = [{ var = 'n' }, [1, 2]] }",
            "{ in = [{ var = 'n' }, ['1', 2]] }",
            "{ in = [{ var = 'plan' }, 'pro,free'] }",
            "{ '>' = [{ var = 'n' }, 3] }",
            "{ '<' = [1, { var = 'n' }, 3] }",
            "{ fractional = [{ var = 'plan' }, ['on', 1], ['off', 1]] }",
            "{ '==' = [{ var = 'plan' }, 'true'] }",
            "{ '==' = [{ var = 'n' }, '3'] }",
            "{ '==' = [{ var = 'n' }, true] }",
            "{ '===' = [{ var = 'n' }, 3.5] }",
            "{ '==' = [{ var = ['plan', false] }, false] }",
            "{ '==' = [{ var = 'geo' }, true] }",
            "{ '==' = [{ var = 'plan' }, { var = 'beta' }] }",
            "{ some = [{ var = 'geo.tags' }, { '==' = [{ var = 'plan' }, true] }] }",
        ] {
            assert_eq!(target(condition), [""; 0], "{condition}");
        }
        assert_eq!(
            target("{ '==' = [{ var = 'plan.name' }, 'x'] }"),
            [
                "flags/unknown-attribute: flags.a.targeting reads plan.name, a part of the attribute plan, which is declared as a string; read plan, or declare it as an object"
            ]
        );
    }

    #[test]
    fn results_are_names() {
        let text = flag("targeting = { if = [{ var = 'x' }, 1.5, { var = 'y' }, ['on'], 'off'] }\n");
        assert_eq!(
            found(&text),
            [
                "flags/unknown-variant: flags.a.targeting can return \"1.5\", which is not a variant; use one of its variants: on or off",
                "flags/unknown-variant: flags.a.targeting can return a list, which is not the name of a variant; write the name of a variant alone",
            ]
        );
    }

    #[test]
    fn targeting_has_a_limit_with_its_references_replaced() {
        let list = |count: usize| {
            let values: Vec<String> = (0..count).map(|number| number.to_string()).collect();
            flag(&format!("targeting = {{ if = [{{ in = [{{ var = 'x' }}, [{}]] }}, 'on'] }}\n", values.join(",")))
        };
        assert_eq!(found(&list(19_900)), [""; 0]);
        let help = "compare fewer values, such as by an attribute of the context that the program computes";
        assert_eq!(
            found(&list(30_000)),
            [format!(
                "flags/too-large: flags.a.targeting has 30008 nodes with its references replaced, and 20000 is the most; {help}"
            )]
        );
        let chain: String = (0..60).map(|n| format!("e{n} = {{ '!' = [{{ '$ref' = 'e{}' }}] }}\n", n + 1)).collect();
        let deep =
            flag(&format!("targeting = {{ if = [{{ '$ref' = 'e0' }}, 'on'] }}\n['$evaluators']\n{chain}e60 = true\n"));
        assert_eq!(
            found(&deep),
            [format!(
                "flags/too-large: flags.a.targeting has 184 levels with its references replaced, and 128 is the most; {help}"
            )]
        );
    }

    #[test]
    fn evaluators_are_declared_and_do_not_refer_to_each_other_in_a_circle() {
        let text = flag(
            "targeting = { if = [{ '$ref' = 'internl' }, 'on', 'off'] }\n['$evaluators']\ninternal = { in = ['@x', { var = 'email' }] }\n",
        );
        assert_eq!(
            found(&text),
            [
                "flags/evaluator: flags.a.targeting refers to the evaluator internl, which is not declared; did you mean \"internal\"?"
            ]
        );
        let circle = "[\"$evaluators\"]\na = { '!' = [{ '$ref' = 'b' }] }\nb = { '!' = [{ '$ref' = 'a' }] }\n";
        assert_eq!(
            found(circle),
            ["flags/evaluator: the evaluator a refers to itself: a, b, a; remove one of the references"]
        );
    }

    #[test]
    fn weights_select_a_variant() {
        let target = |weights: &str| found(&flag(&format!("targeting = {{ fractional = [{weights}] }}\n")));
        assert_eq!(
            target("['on', 0], ['off', 0]"),
            [
                "flags/weights: the weights of fractional add up to 0, so that it selects no variant; give a variant a weight above 0"
            ]
        );
        assert_eq!(
            target("['on', -1], ['off', 2]"),
            ["flags/weights: the weight of \"on\" is -1; use a whole number from 0 to 2147483647"]
        );
        assert_eq!(
            target("['on', 1.5], ['off', 2]"),
            ["flags/weights: the weight of \"on\" is 1.5; use a whole number from 0 to 2147483647"]
        );
        assert_eq!(
            target("['on', 50], ['off', 50.0]"),
            [
                "flags/weights: the weight of \"off\" is 50.0; write 50, since evaluators of flagd refuse a weight with a point"
            ]
        );
        assert_eq!(
            target("['on', 2147483647], ['off', 1]"),
            [
                "flags/weights: the weights of fractional add up to 2147483648, and 2147483647 is the most; use smaller weights in the same proportion"
            ]
        );
        assert_eq!(
            target("['on', 1], ['on', 2]"),
            ["flags/weights: \"on\" has two weights in one fractional; add them up in one entry"]
        );
        assert_eq!(target("['on', { '+' = [1, 2] }], ['off']"), [""; 0], "a computed weight, and one of 1");
    }

    #[test]
    fn variants_are_of_one_type() {
        let text = "[flags.a]\nvariants = { on = true, off = 'no', max = 1 }\ndefaultVariant = 'on'\n";
        assert_eq!(
            found(text),
            [
                "flags/mixed-types: the variants of flags.a are of several types: on is a boolean, off is a string, max is a number; give all variants values of one type"
            ]
        );
    }

    #[test]
    fn an_expired_flag_is_a_warning_and_by_policy_an_error() {
        let text = flag("until = '2026-06-14'\nowner = 'lobby'\n");
        assert_eq!(
            found(&text),
            [
                "flags/expired: flags.a is expired: it was needed until 2026-06-14; remove the flag and the code that it selects, or set a later date"
            ]
        );
        assert_eq!(found(&text.replace("14", "15")), [""; 0]);
        let source = Source::new("flags.toml", format!("policy.expired = 'error'\n{text}"));
        let (tree, _) = crate::toml::read(&source);
        let all = check(&tree, &Sources::from_text(&source), Some("2026-06-15".parse().unwrap()));
        assert_eq!(all[0].severity, crate::diagnostics::Severity::Error);
        assert!(check(&tree, &Sources::from_text(&source), None).is_empty());
    }

    #[test]
    fn a_policy_requires_owners_and_dates() {
        let text = format!("policy = {{ owner = 'required', until = 'required' }}\n{}", flag(""));
        assert_eq!(
            found(&text),
            [
                "flags/incomplete: flags.a has no owner, which the policy requires; add owner",
                "flags/incomplete: flags.a has no until, which the policy requires; add until",
            ]
        );
    }

    #[test]
    fn the_steps_of_a_ramp_grow_in_time_and_share() {
        let text = flag(
            "[flags.a.ramp]\nvariant = 'onn'\nsteps = [{ at = '2026-06-02T00:00:00Z', percent = 50 }, { at = '2026-06-01T00:00:00Z', percent = 20 }]\n",
        );
        assert_eq!(
            found(&text),
            [
                "flags/unknown-variant: flags.a.ramp.variant is \"onn\", which is not a variant; did you mean \"on\"?",
                "flags/ramp: a step of flags.a.ramp must be later than the one before; sort the steps by time",
                "flags/ramp: a step of flags.a.ramp has a smaller share than the one before; let the share grow, since a smaller one takes the variant from keys that have it",
            ]
        );
        let never = flag(
            "[flags.a.ramp]\nvariant = 'on'\nsteps = [{ at = '2026-02-30T00:00:00Z', percent = 5 }, { at = '2026-03-01T24:00:00Z', percent = 50 }]\n",
        );
        assert_eq!(
            found(&never),
            [
                "flags/ramp: flags.a.ramp.steps[0].at is \"2026-02-30T00:00:00Z\", a time that does not exist; write a time in UTC, such as 2027-01-31T08:00:00Z",
                "flags/ramp: flags.a.ramp.steps[1].at is \"2026-03-01T24:00:00Z\", a time that does not exist; write a time in UTC, such as 2027-01-31T08:00:00Z",
            ]
        );
        let alone = "[flags.a]\nvariants = { on = true }\n[flags.a.ramp]\nvariant = 'on'\nsteps = [{ at = '2026-06-02T00:00:00Z', percent = 50 }]\n";
        assert_eq!(
            found(alone),
            ["flags/ramp: flags.a has a ramp and no default variant, which the other keys get; add defaultVariant"]
        );
    }

    proptest! {
        #[test]
        fn no_document_ends_the_program(text in r#"(\{|\}|\[|\]|"|:|,|[a-z0-9$=<.-]|"if"|"var"|"flags"|"variants"|"targeting"|"fractional"|"\$ref"|"ramp"|"steps"){0,80}"#) {
            let source = Source::in_format(Format::Json, "flags.json", text);
            let reading = crate::syntax::Reading::of(&source);
            let _ = check(&reading.tree, &Sources::from_text(&source), None);
        }
    }
}
