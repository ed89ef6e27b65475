//! Percentages in the place of fractions.

/// Converts a percentage to a fraction, rounded to six digits.
pub(super) fn fraction(percent: f64) -> Option<f64> {
    let text = format!("{:.6}", percent / 100.0);
    let fraction: f64 = text.parse().ok()?;
    (percent > 0.0 && percent <= 100.0 && fraction.fract() != 0.0).then_some(fraction)
}
