//! The places in sources that a report hides, found by line.

use std::ops::Range;

use crate::diagnostics::Report;
use crate::value::{Location, Source};

/// The secrets of a report in its sources, and the places that only sound like secrets.
pub struct SecretPlaces {
    secrets: Vec<SourcePlaces>,
    public: Vec<SourcePlaces>,
}

/// The places in one source, sorted by their start, each with the greatest end of those up to it.
struct SourcePlaces {
    source: Source,
    places: Vec<(Range<usize>, usize)>,
}

impl SecretPlaces {
    /// Sorts the places of a report, which may be as many as its values.
    pub fn new(report: &Report) -> Self {
        Self { secrets: by_source(report.secrets()), public: by_source(report.public()) }
    }

    /// Returns the ranges in a line of `source` that are secret, and those that are not, relative to the start of the line.
    pub fn in_line(&self, source: &Source, line: Range<usize>) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
        let of = |all: &[SourcePlaces]| {
            let places = all.iter().find(|places| places.source == *source);
            places.map(|places| places.in_line(&line)).unwrap_or_default()
        };
        (of(&self.secrets), of(&self.public))
    }
}

fn by_source(places: &[Location]) -> Vec<SourcePlaces> {
    let mut all: Vec<SourcePlaces> = Vec::new();
    for place in places {
        let range = (place.span.range(), 0);
        match all.iter_mut().find(|places| places.source == place.source) {
            Some(known) => known.places.push(range),
            None => all.push(SourcePlaces { source: place.source.clone(), places: vec![range] }),
        }
    }
    for SourcePlaces { places, .. } in &mut all {
        places.sort_by_key(|(range, _)| range.start);
        let mut greatest = 0;
        for (range, end) in places {
            greatest = greatest.max(range.end);
            *end = greatest;
        }
    }
    all
}

impl SourcePlaces {
    fn in_line(&self, line: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.places.partition_point(|(_, greatest)| *greatest <= line.start);
        let from_line = self.places[first..].iter().take_while(|(range, _)| range.start < line.end);
        let in_line = from_line.filter(|(range, _)| range.end > line.start);
        in_line.map(|(range, _)| range.start.saturating_sub(line.start)..range.end.min(line.end) - line.start).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Span;

    #[test]
    fn places_are_found_in_each_line_that_they_touch() {
        let source = Source::new("x.toml", "a = 1\nb = '''\nc\n'''\nd = 2\n");
        let place = |range: Range<usize>| Location::in_text(&source, Span::from(range));
        let report = Report::new(Vec::new()).with_secrets(vec![place(21..22), place(10..18), place(4..5)]);
        let places = SecretPlaces::new(&report);
        let secrets = |line| places.in_line(&source, line).0;
        assert_eq!(secrets(0..5), std::slice::from_ref(&(4..5)));
        assert_eq!(secrets(6..13), std::slice::from_ref(&(4..7)));
        assert_eq!(secrets(14..15), std::slice::from_ref(&(0..1)));
        assert_eq!(secrets(19..24), std::slice::from_ref(&(2..3)));
        assert_eq!(places.in_line(&Source::new("y", "a = 1"), 0..5), (Vec::new(), Vec::new()));
    }
}
