//! A plot of a simulation, as SVG.

use std::fmt::Write;

use crate::rule::TuningRule;
use crate::simulate::Simulated;
use crate::tuner::Action;

const WIDTH: f64 = 960.0;
const PANEL: f64 = 200.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const GAP: f64 = 50.0;

/// Returns a plot of the signal with its range, and below it of the field with its bounds. The same rows give the same bytes.
pub fn svg(rule: &TuningRule, rows: &[Simulated]) -> String {
    let end = rows.last().map_or(1.0, |row| row.time.as_secs_f64()).max(1.0);
    let start = rows.first().map_or(0.0, |row| row.time.as_secs_f64());
    let x =
        |row: &Simulated| LEFT + (row.time.as_secs_f64() - start) / (end - start).max(1e-9) * (WIDTH - LEFT - RIGHT);
    let signals = || rows.iter().filter_map(|row| row.reading.signal).filter(|signal| signal.is_finite());
    let signal = Axis::around(signals().chain([rule.low, rule.high]), TOP);
    let field = Axis::around(rows.iter().map(|row| row.value).chain([rule.min, rule.max]), TOP + PANEL + GAP);
    let height = TOP + 2.0 * PANEL + GAP + 40.0;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    let mut line = |part: String| {
        text += &part;
        text.push('\n');
    };
    let label = |x: f64, y: f64, anchor: &str, words: &str| {
        format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#333333\">{}</text>", escaped(words))
    };
    let rule_line = |y: f64, color: &str| {
        format!(
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{color}\" stroke-dasharray=\"4 4\"/>",
            WIDTH - RIGHT
        )
    };
    line(label(LEFT, TOP - 14.0, "start", &format!("signal of {}", rule.name)));
    for value in [rule.low, rule.high] {
        line(rule_line(signal.y(value), "#d06000"));
        line(label(LEFT - 8.0, signal.y(value) + 4.0, "end", &value.to_string()));
    }
    // A gap in the data is a gap in the line.
    let mut pieces: Vec<Vec<String>> = vec![Vec::new()];
    for row in rows {
        match row.reading.signal.filter(|signal| signal.is_finite()) {
            Some(value) => pieces
                .last_mut()
                .into_iter()
                .for_each(|piece| piece.push(format!("{:.1},{:.1}", x(row), signal.y(value)))),
            None => pieces.push(Vec::new()),
        }
    }
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        line(format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"1.5\"/>",
            piece.join(" ")
        ));
    }
    line(label(LEFT, TOP + PANEL + GAP - 14.0, "start", &rule.field));
    for value in [rule.min, rule.max] {
        line(rule_line(field.y(value), "#999999"));
        line(label(LEFT - 8.0, field.y(value) + 4.0, "end", &value.to_string()));
    }
    let mut steps = String::new();
    for (index, row) in rows.iter().enumerate() {
        let (at, y) = (x(row), field.y(row.value));
        // A value holds until the next change.
        let _ = match index {
            0 => write!(steps, "M{at:.1} {y:.1}"),
            _ => write!(steps, " H{at:.1} V{y:.1}"),
        };
    }
    if !steps.is_empty() {
        line(format!("<path d=\"{steps}\" fill=\"none\" stroke=\"#116329\" stroke-width=\"1.5\"/>"));
    }
    for row in rows {
        if let Some((action, reason)) = &row.change {
            let color = match action {
                Action::Step => "#116329",
                Action::Revert => "#cf222e",
                Action::Return => "#8250df",
            };
            line(format!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"{color}\"><title>{}</title></circle>",
                x(row),
                field.y(row.value),
                escaped(reason)
            ));
        }
    }
    line(label(LEFT, height - 12.0, "start", &format!("{start} s")));
    line(label(WIDTH - RIGHT, height - 12.0, "end", &format!("{end} s")));
    text + "</svg>\n"
}

/// The vertical axis of a panel.
struct Axis {
    low: f64,
    high: f64,
    top: f64,
}

impl Axis {
    fn around(values: impl Iterator<Item = f64>, top: f64) -> Self {
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let margin = ((high - low) * 0.05).max(1e-9);
        Self { low: low - margin, high: high + margin, top }
    }

    fn y(&self, value: f64) -> f64 {
        self.top + (self.high - value) / (self.high - self.low) * PANEL
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::series::Series;
    use crate::simulate::simulate;
    use crate::tuner::Reading;

    #[test]
    fn a_plot_has_a_mark_for_each_change_and_a_gap_where_data_is_missing() {
        let rule: TuningRule = serde_json::from_value(serde_json::json!({
            "name": "a<b", "field": "x.y", "signal": "cpu", "low": 40, "high": 80, "min": 10, "max": 100, "step": 10,
        }))
        .unwrap();
        let rows = (0..60).map(|n| {
            let signal = if (20..25).contains(&n) { None } else { Some(if n < 30 { 95.0 } else { 60.0 }) };
            (Duration::from_secs(n * 10), Reading { signal, guard: None })
        });
        let rows = simulate(&rule, 50.0, true, &Series(rows.collect()));
        let text = svg(&rule, &rows);
        assert_eq!(text.matches("<circle").count(), rows.iter().filter(|row| row.change.is_some()).count());
        assert_eq!(text.matches("<polyline").count(), 2);
        assert!(text.contains("signal of a&lt;b") && text.ends_with("</svg>\n") && !text.contains("NaN"));
        assert_eq!(text, svg(&rule, &rows));
        assert!(!svg(&rule, &[]).contains("NaN"));
    }
}
