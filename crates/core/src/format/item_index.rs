//! Searches among the items of a text, each in constant or logarithmic time: a text may have as many comments as items.

use std::ops::Range;

use crate::format::items::{Item, ItemKind};

/// The items of a text in their order, prepared for searches by position.
pub(super) struct ItemIndex<'t> {
    items: &'t [Item],
    /// The lists and tables in brackets in the order of their starts, each with the place of the one around it.
    containers: Vec<(&'t Item, Option<usize>)>,
    /// The items by the ends of their values.
    by_end: Vec<&'t Item>,
    /// For each number of items, the place of the last of them on a line of its own.
    last_line: Vec<Option<usize>>,
    /// For each item on a line of its own, the place of the last such item before it that is further left.
    further_left: Vec<Option<usize>>,
}

impl<'t> ItemIndex<'t> {
    pub(super) fn new(text: &str, items: &'t [Item]) -> Self {
        let mut by_end: Vec<&Item> = items.iter().collect();
        by_end.sort_by_key(|item| item.value.end);
        let (mut last_line, mut further_left) = (vec![None], vec![None; items.len()]);
        let mut open: Vec<usize> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let is_on_line = item.kind != ItemKind::Inner;
            if is_on_line {
                while open.pop_if(|last| items[*last].column >= item.column).is_some() {}
                further_left[place] = open.last().copied();
                open.push(place);
            }
            last_line.push(if is_on_line { Some(place) } else { last_line[place] });
        }
        Self { items, containers: containers(text, items), by_end, last_line, further_left }
    }

    /// Returns the number of items that begin before a position.
    pub(super) fn count_before(&self, at: usize) -> usize {
        self.items.partition_point(|item| item.start < at)
    }

    /// Returns the item at a place.
    pub(super) fn get(&self, place: usize) -> Option<&'t Item> {
        self.items.get(place)
    }

    /// Returns the innermost list or table in brackets around a part of the text.
    pub(super) fn enclosing(&self, part: &Range<usize>) -> Option<&'t Item> {
        let before = self.containers.partition_point(|(item, _)| item.value.start < part.start);
        let mut place = before.checked_sub(1);
        while let Some((item, around)) = place.map(|place| self.containers[place]) {
            if part.end <= item.value.end {
                return Some(item);
            }
            place = around;
        }
        None
    }

    /// Returns the items that begin in a part of the text.
    pub(super) fn starting_in(&self, part: &Range<usize>) -> &'t [Item] {
        &self.items[self.count_before(part.start)..self.count_before(part.end)]
    }

    /// Returns the items whose last byte is in a part of the text.
    pub(super) fn ending_in(&self, part: &Range<usize>) -> &[&'t Item] {
        let count = |at: usize| self.by_end.partition_point(|item| item.value.end.saturating_sub(1) < at);
        &self.by_end[count(part.start)..count(part.end)]
    }

    /// Returns the last item on a line of its own among the first `count`.
    pub(super) fn last_line(&self, count: usize) -> Option<&'t Item> {
        self.last_line[count].map(|place| &self.items[place])
    }

    /// Returns the last item on a line of its own among the first `count` that is not further right than a column.
    pub(super) fn last_line_within(&self, count: usize, column: usize) -> Option<&'t Item> {
        let mut place = self.last_line[count];
        while let Some(item) = place.map(|place| &self.items[place]) {
            if item.column <= column {
                return Some(item);
            }
            place = place.and_then(|place| self.further_left[place]);
        }
        None
    }
}

fn containers<'t>(text: &str, items: &'t [Item]) -> Vec<(&'t Item, Option<usize>)> {
    let mut containers: Vec<(&Item, Option<usize>)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for item in items.iter().filter(|item| !item.is_scalar && text[item.value.clone()].starts_with(['[', '{'])) {
        while open.pop_if(|last| containers[*last].0.value.end <= item.value.start).is_some() {}
        let around = open.last().copied();
        open.push(containers.len());
        containers.push((item, around));
    }
    containers
}
