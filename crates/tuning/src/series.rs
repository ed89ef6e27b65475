//! Recorded series of signals.

use std::time::Duration;

use thiserror::Error;

use crate::tuner::Reading;

/// Largest number of rows.
const MAX_ROWS: usize = 1_000_000;

/// A recorded series: times, and the signals at them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series(pub Vec<(Duration, Reading)>);

/// A text that is not a series.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidSeries {
    /// A row is not of the form.
    #[error("line {line}: write SECONDS,SIGNAL or SECONDS,SIGNAL,GUARD; an empty field is a missing value")]
    Row {
        /// Number of the line, from 1.
        line: usize,
    },
    /// The times do not grow.
    #[error("line {line}: the time is not after that of the line before")]
    Time {
        /// Number of the line, from 1.
        line: usize,
    },
    /// The series has too many rows.
    #[error("the series has more than {MAX_ROWS} rows")]
    TooLong,
}

impl Series {
    /// Reads a text of comma-separated values: seconds, signal and, for a rule with a guard, its signal. A first line that begins with a
    /// letter is a header.
    ///
    /// # Errors
    ///
    /// A row is not of the form, or the times do not grow.
    pub fn parse(text: &str) -> Result<Self, InvalidSeries> {
        let mut rows: Vec<(Duration, Reading)> = Vec::new();
        for (index, row) in text.lines().enumerate() {
            let (line, row) = (index + 1, row.trim());
            let is_header = index == 0 && row.starts_with(|c: char| c.is_ascii_alphabetic());
            if row.is_empty() || is_header {
                continue;
            }
            let cells: Vec<&str> = row.split(',').map(str::trim).collect();
            let (Some(time), Some(signal), 2..=3) = (cells.first(), cells.get(1), cells.len()) else {
                return Err(InvalidSeries::Row { line });
            };
            let number = |cell: &str| -> Result<Option<f64>, InvalidSeries> {
                if cell.is_empty() {
                    return Ok(None);
                }
                cell.parse().map(Some).map_err(|_| InvalidSeries::Row { line })
            };
            let seconds = number(time)?.filter(|seconds| seconds.is_finite() && (0.0..=1e12).contains(seconds));
            let time = Duration::from_secs_f64(seconds.ok_or(InvalidSeries::Row { line })?);
            if rows.last().is_some_and(|(last, _)| *last >= time) {
                return Err(InvalidSeries::Time { line });
            }
            if rows.len() == MAX_ROWS {
                return Err(InvalidSeries::TooLong);
            }
            let guard = cells.get(2).map_or(Ok(None), |cell| number(cell))?;
            rows.push((time, Reading { signal: number(signal)?, guard }));
        }
        Ok(Self(rows))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_series_has_times_signals_and_guards() {
        let series = Series::parse("time,cpu,latency\n0,50.5,\n1.5,,3\n\n20,91\n").unwrap();
        let reading = |signal, guard| Reading { signal, guard };
        assert_eq!(
            series.0,
            [
                (Duration::ZERO, reading(Some(50.5), None)),
                (Duration::from_millis(1500), reading(None, Some(3.0))),
                (Duration::from_secs(20), reading(Some(91.0), None)),
            ]
        );
        let error = |text: &str| Series::parse(text).unwrap_err().to_string();
        assert_eq!(
            error("0\n"),
            "line 1: write SECONDS,SIGNAL or SECONDS,SIGNAL,GUARD; an empty field is a missing value"
        );
        assert_eq!(error("1,2\n1,3\n"), "line 2: the time is not after that of the line before");
        assert!(Series::parse("-1,2").is_err() && Series::parse("x\ny,1").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_series_or_an_error(text in "[0-9a-z.,\\n-]{0,80}") {
            let _ = Series::parse(&text);
        }
    }
}
