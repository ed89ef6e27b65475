//! Comparison of variants by an outcome: shares with confidence intervals, and a check of the ratio of the samples.

/// The quantile of the normal distribution for intervals that contain the true value in 95 of 100 cases.
const Z: f64 = 1.959_963_984_540_054;

/// Probability below which the ratio of the samples is not that of the weights: exposures are lost, or counted twice.
const SAMPLE_RATIO_LIMIT: f64 = 0.001;

/// Smallest number of exposures of a variant for a recommendation.
const MIN_EXPOSURES: u64 = 100;

/// Exposures of a variant, and those with the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantOutcome {
    /// Name of the variant.
    pub variant: String,
    /// Number of exposures.
    pub exposures: u64,
    /// Number of exposures with the outcome, such as an order; at most that of the exposures.
    pub outcomes: u64,
}

/// Interval that contains the true value in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A variant beside the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedVariant {
    /// Exposures and outcomes.
    pub outcome: VariantOutcome,
    /// Share of exposures with the outcome.
    pub share: f64,
    /// Interval of the share (Wilson).
    pub interval: Interval,
    /// Difference from the share of the baseline, with its interval (Newcombe); `None` for the baseline.
    pub difference: Option<(f64, Interval)>,
}

/// A comparison of the variants of a flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The variants, the baseline first.
    pub variants: Vec<ComparedVariant>,
    /// Probability of samples in this ratio, if exposures follow the weights; `None` without weights.
    pub sample_ratio: Option<f64>,
    /// The recommendation.
    pub recommendation: Recommendation,
}

/// Recommendation of a comparison. People decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recommendation {
    /// The ratio of the samples is not that of the weights, so the numbers mean nothing.
    CheckExposures,
    /// A variant has too few exposures.
    Wait,
    /// No interval of a difference excludes zero.
    NoDifference,
    /// This variant has the largest share, and its interval excludes zero.
    Prefer(String),
    /// Every other variant has a smaller share than the baseline, and the intervals exclude zero.
    KeepBaseline,
}

/// Compares variants with the first one. `weights` are those of the variants in the same order.
pub fn compare(variants: &[VariantOutcome], weights: Option<&[f64]>) -> Comparison {
    let share = |variant: &VariantOutcome| match variant.exposures {
        0 => 0.0,
        exposures => variant.outcomes.min(exposures) as f64 / exposures as f64,
    };
    let baseline = variants.first();
    let compared = variants.iter().enumerate().map(|(index, variant)| ComparedVariant {
        outcome: variant.clone(),
        share: share(variant),
        interval: wilson(share(variant), variant.exposures),
        difference: baseline.filter(|_| index > 0).map(|baseline| {
            let (p, q) = (share(variant), share(baseline));
            let (of_p, of_q) = (wilson(p, variant.exposures), wilson(q, baseline.exposures));
            // Newcombe's interval of a difference is made of the two of the shares.
            let low = p - q - ((p - of_p.low).powi(2) + (of_q.high - q).powi(2)).sqrt();
            let high = p - q + ((of_p.high - p).powi(2) + (q - of_q.low).powi(2)).sqrt();
            (p - q, Interval { low, high })
        }),
    });
    let compared: Vec<ComparedVariant> = compared.collect();
    let sample_ratio = weights.and_then(|weights| sample_ratio(variants, weights));
    let recommendation = recommend(&compared, sample_ratio);
    Comparison { variants: compared, sample_ratio, recommendation }
}

fn recommend(variants: &[ComparedVariant], sample_ratio: Option<f64>) -> Recommendation {
    if sample_ratio.is_some_and(|probability| probability < SAMPLE_RATIO_LIMIT) {
        return Recommendation::CheckExposures;
    }
    if variants.len() < 2 || variants.iter().any(|variant| variant.outcome.exposures < MIN_EXPOSURES) {
        return Recommendation::Wait;
    }
    let others = || variants.iter().filter_map(|variant| Some((variant, variant.difference?.1)));
    let better =
        others().filter(|(_, interval)| interval.low > 0.0).max_by(|(a, _), (b, _)| a.share.total_cmp(&b.share));
    match better {
        Some((variant, _)) => Recommendation::Prefer(variant.outcome.variant.clone()),
        None if others().all(|(_, interval)| interval.high < 0.0) => Recommendation::KeepBaseline,
        None => Recommendation::NoDifference,
    }
}

/// Returns the interval of a share of `count` cases (Wilson).
fn wilson(share: f64, count: u64) -> Interval {
    if count == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let n = count as f64;
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Interval { low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// Returns the probability of exposures that differ from the weights as much as these (chi-squared test).
fn sample_ratio(variants: &[VariantOutcome], weights: &[f64]) -> Option<f64> {
    let (total, sum) =
        (variants.iter().map(|variant| variant.exposures).sum::<u64>() as f64, weights.iter().sum::<f64>());
    if weights.len() != variants.len()
        || variants.len() < 2
        || total == 0.0
        || weights.iter().any(|weight| *weight <= 0.0)
    {
        return None;
    }
    let terms = variants.iter().zip(weights).map(|(variant, weight)| {
        let expected = total * weight / sum;
        (variant.exposures as f64 - expected).powi(2) / expected
    });
    Some(upper_gamma((variants.len() - 1) as f64 / 2.0, terms.sum::<f64>() / 2.0))
}

/// Returns the regularized upper incomplete gamma function, the tail of the chi-squared distribution.
fn upper_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let scale = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        // The series of the lower function converges fast here.
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-15 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (1.0 - scale * sum).clamp(0.0, 1.0);
    }
    // The continued fraction (Lentz).
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for n in 1..500 {
        let n = f64::from(n);
        let an = -n * (n - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (scale * fraction).clamp(0.0, 1.0)
}

/// Returns the logarithm of the gamma function at a multiple of a half.
fn ln_gamma(a: f64) -> f64 {
    let (mut x, mut sum) = (a, 0.0);
    while x > 1.0 {
        x -= 1.0;
        sum += x.ln();
    }
    // Γ(1/2) is the square root of π, and Γ(1) is 1.
    if x < 0.75 { sum + std::f64::consts::PI.sqrt().ln() } else { sum }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(variant: &str, exposures: u64, outcomes: u64) -> VariantOutcome {
        VariantOutcome { variant: variant.to_owned(), exposures, outcomes }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-5
    }

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Newcombe 1998: 56 of 70 beside 48 of 80.
        let comparison = compare(&[of("off", 80, 48), of("on", 70, 56)], None);
        let (difference, interval) = comparison.variants[1].difference.unwrap();
        assert!(near(difference, 0.2) && near(interval.low, 0.0524) && near(interval.high, 0.3339), "{interval:?}");
        let wilson = comparison.variants[0].interval;
        assert!(near(wilson.low, 0.4905) && near(wilson.high, 0.7004), "{wilson:?}");
        assert_eq!(super::wilson(0.0, 0), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn the_tail_of_chi_squared_is_that_of_tables() {
        for (freedom, value, tail) in [
            (1.0, 3.841_46, 0.05),
            (2.0, 5.991_46, 0.05),
            (3.0, 16.266_2, 0.001),
            (4.0, 0.710_72, 0.95),
            (1.0, 10.827_6, 0.001),
        ] {
            let found = upper_gamma(freedom / 2.0, value / 2.0);
            assert!((found - tail).abs() < 1e-5, "{freedom} {value}: {found}");
        }
    }

    #[test]
    fn samples_in_another_ratio_than_the_weights_mean_nothing() {
        let weights = [50.0, 50.0];
        let fair = compare(&[of("a", 5_020, 500), of("b", 4_980, 700)], Some(&weights));
        assert!(fair.sample_ratio.unwrap() > 0.5);
        assert_eq!(fair.recommendation, Recommendation::Prefer("b".into()));
        let skewed = compare(&[of("a", 5_400, 500), of("b", 4_600, 700)], Some(&weights));
        assert_eq!(skewed.recommendation, Recommendation::CheckExposures);
    }

    #[test]
    fn a_recommendation_needs_samples_and_a_difference() {
        assert_eq!(compare(&[of("a", 50, 5), of("b", 50, 40)], None).recommendation, Recommendation::Wait);
        assert_eq!(compare(&[of("a", 500, 50)], None).recommendation, Recommendation::Wait);
        assert_eq!(compare(&[of("a", 500, 50), of("b", 500, 52)], None).recommendation, Recommendation::NoDifference);
        assert_eq!(
            compare(&[of("a", 5_000, 900), of("b", 5_000, 500)], None).recommendation,
            Recommendation::KeepBaseline
        );
    }

    proptest! {
        #[test]
        fn every_interval_contains_its_share(cases in proptest::collection::vec((0_u64..100_000, 0_u64..100_000), 0..6)) {
            let variants: Vec<VariantOutcome> = cases.iter().enumerate().map(|(n, (e, o))| of(&n.to_string(), *e, *o)).collect();
            let weights = vec![1.0; variants.len()];
            let comparison = compare(&variants, Some(&weights));
            for variant in &comparison.variants {
                let Interval { low, high } = variant.interval;
                prop_assert!(low - 1e-12 <= variant.share && variant.share <= high + 1e-12);
                if let Some((difference, Interval { low, high })) = variant.difference {
                    prop_assert!(low <= difference + 1e-12 && difference <= high + 1e-12);
                }
            }
            prop_assert!(comparison.sample_ratio.is_none_or(|ratio| (0.0..=1.0).contains(&ratio)));
        }
    }
}
