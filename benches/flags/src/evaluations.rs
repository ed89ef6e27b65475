//! Time of one evaluation, beside npm's flagd-core and the crate flagd-evaluation-engine.

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use confgate::flags::EvaluationContext;
use flagd_evaluation_engine::Operator;
use serde_json::json;

use crate::case::{PLAIN, TARGETED, configuration, context, flags, live};
use crate::peer::Peer;
use crate::quantile;

/// Rounds, of which the median counts. In a round, each evaluator is measured once.
const ROUNDS: usize = 31;

/// Evaluations of a round: enough that the compiler of Node.js has done its work in the first.
const EVALUATIONS: u32 = 50_000;

/// Number of the first evaluators, which evaluate a flag without targeting.
const UNTARGETED: usize = 4;

/// Returns the nanoseconds of an evaluation.
fn timed(mut evaluate: impl FnMut()) -> f64 {
    let began = Instant::now();
    (0..EVALUATIONS).for_each(|_| evaluate());
    began.elapsed().as_nanos() as f64 / f64::from(EVALUATIONS)
}

/// An evaluator: its name, and a measurement of one round.
type Evaluator<'e> = (&'static str, Box<dyn FnMut() -> f64 + 'e>);

pub fn measure() {
    let (folder, live) = live(&flags().to_string(), None);
    let user = EvaluationContext::from_json(&context()).expect("a context");
    let running = live.load();
    let configuration = configuration(&flags());
    let rule = configuration["flags"][TARGETED]["targeting"].to_string();
    let request = folder.path().join("request.json");
    let text = json!({ "configuration": configuration, "context": context(), "key": TARGETED }).to_string();
    fs::write(&request, text).expect("a file");

    let mut node = Peer::start(&[], "evaluate.mjs", &request);
    let engine = Operator::new();
    let field = |name: &str| context()[name].as_str().expect("a text").to_owned();
    let of_engine = ["plan", "email", "country"]
        .into_iter()
        .fold(open_feature::EvaluationContext::default().with_targeting_key(field("targetingKey")), |context, name| {
            context.with_custom_field(name, field(name))
        });

    // All three evaluate the flag, and to the same value.
    let expected = running.string(TARGETED, &user).expect("it has a value").to_owned();
    assert_eq!(node.line(), expected, "flagd-core selects another variant");
    let variant = engine.apply(TARGETED, &rule, &of_engine).expect("the engine evaluates it").expect("a variant");
    assert_eq!(variant.to_uppercase(), expected, "flagd-evaluation-engine selects another variant");

    let mut cache = live.cache();
    let mut plain = live.boolean_flag(PLAIN, false);
    let mut evaluators: [Evaluator<'_>; 8] = [
        ("untargeted boolean", Box::new(|| timed(|| drop(black_box(running.boolean(black_box(PLAIN), &user)))))),
        (
            "untargeted boolean, counted as an exposure",
            Box::new(|| {
                timed(|| {
                    black_box(live.boolean(black_box(PLAIN), false, &user));
                })
            }),
        ),
        (
            "untargeted boolean, counted as an exposure by a cache",
            Box::new(|| {
                timed(|| {
                    black_box(cache.boolean(black_box(PLAIN), false, &user));
                })
            }),
        ),
        (
            "untargeted boolean, counted as an exposure by a handle of the flag",
            Box::new(|| {
                timed(|| {
                    black_box(plain.value(black_box(&user)));
                })
            }),
        ),
        ("targeted", Box::new(|| timed(|| drop(black_box(running.string(black_box(TARGETED), &user)))))),
        (
            "targeted, counted as an exposure",
            Box::new(|| timed(|| live.evaluate(black_box(TARGETED), &user, |result| drop(black_box(result))))),
        ),
        (
            "targeted, crate flagd-evaluation-engine",
            Box::new(|| timed(|| drop(black_box(engine.apply(black_box(TARGETED), &rule, &of_engine))))),
        ),
        (
            "targeted, npm @openfeature/flagd-core",
            Box::new(|| node.ask(&EVALUATIONS.to_string()).parse().expect("a number")),
        ),
    ];
    // The first round warms caches and compilers.
    for (_, measure) in &mut evaluators {
        measure();
    }
    let mut times = vec![Vec::with_capacity(ROUNDS); evaluators.len()];
    for _ in 0..ROUNDS {
        for ((_, measure), times) in evaluators.iter_mut().zip(&mut times) {
            times.push(measure());
        }
    }
    let medians: Vec<f64> = times.iter().map(|times| quantile(times, 0.5)).collect();
    println!("\nOne evaluation: median of {ROUNDS} rounds of {EVALUATIONS}, in turn\n");
    println!("| | time, ns | time of a targeted evaluation of confgate as a part of it |\n|---|---:|---:|");
    for (index, ((name, _), median)) in evaluators.iter().zip(&medians).enumerate() {
        let ratio = if index < UNTARGETED { String::new() } else { format!("{:.3}", medians[UNTARGETED] / median) };
        println!("| {name} | {median:.1} | {ratio} |");
    }
}
