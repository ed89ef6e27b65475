//! The text with a mistake, and what stands around a place in it.

use crate::diagnostics::Diagnostic;
use crate::syntax::SYNTAX;
use crate::toml;
use crate::value::{Location, Node, Origin, Path, Segment, Source, Span, Value};

/// A text and what could be read of it.
pub(super) struct Text<'t> {
    pub source: &'t Source,
    pub tree: &'t Node,
}

impl Text<'_> {
    pub(super) fn diagnostic(&self, message: &str, span: Span) -> Diagnostic {
        let place = Location::in_text(self.source, span);
        Diagnostic::error(SYNTAX, Path::root(), format!("not TOML: {message}")).at([place], "")
    }

    /// Where the key was defined that is defined again at `span`.
    pub(super) fn first(&self, span: Span) -> Option<Location> {
        // Read again under another name, it stands where it belongs and shows what it is called.
        const NAME: &str = "confgate-defined-again";
        // What comes later is left out: it would stand for what comes first.
        let text = self.source.text();
        let renamed = format!("{}{NAME}{}", &text[..span.start as usize], self.rest(span.end as usize));
        let (tree, _) = toml::read(&Source::new("", renamed));
        let mut path = path_of_key(&tree, NAME)?;
        let (key, _) = toml::read(&Source::new("", format!("{} = 0", &text[span.range()])));
        *path.last_mut()? = Segment::Key(key.as_table()?.keys().next()?.clone());
        match tree.get(&path)?.origin {
            Origin::Text { key, .. } if key.start < span.start => Some(Location::in_text(self.source, key)),
            _ => None,
        }
    }

    /// The language that the whole text seems to be written in instead.
    pub(super) fn other_language(&self) -> Option<&'static str> {
        let text = self.source.text();
        if text.trim_start().starts_with('{') {
            return Some("JSON");
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (mut yaml, mut all) = (0, 0);
        for line in lines {
            all += 1;
            let key = line.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
            let keyed = key.is_some_and(|(key, ends)| ends && !key.contains(['=', '"', '\'']));
            yaml += usize::from(keyed || line.starts_with("- ") || line == "---");
        }
        (yaml > 1 && yaml * 2 > all).then_some("YAML")
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.source.line_start(self.source.position(at).0)
    }

    pub(super) fn line_before(&self, at: usize) -> &str {
        &self.source.text()[self.line_start(at)..at]
    }

    /// The rest of the line.
    pub(super) fn rest(&self, at: usize) -> &str {
        let text = &self.source.text()[at..];
        text.split(['\n', '\r']).next().unwrap_or(text)
    }

    /// A run of bytes to point at: where the parser names a place without extent, the word there or the last one
    /// before it.
    pub(super) fn token(&self, span: Span) -> Span {
        if span.start < span.end {
            return span;
        }
        let at = span.start as usize;
        let word = |text: &str| text.find([' ', '\t', ',']).unwrap_or(text.len());
        match word(self.rest(at)) {
            0 => {
                let end = self.line_start(at) + self.line_before(at).trim_end().len();
                let last = self.source.text()[..end].chars().next_back().map_or(0, char::len_utf8);
                Span::from(end - last..end)
            }
            length => Span::from(at..at + length),
        }
    }

    /// The innermost plain value that a place belongs to.
    pub(super) fn leaf(&self, at: usize) -> Option<Span> {
        let mut best: Option<Span> = None;
        for_each(self.tree, &mut |node, value| {
            let plain = !matches!(node.value, Value::Table(_) | Value::List(_));
            if plain
                && value.range().start <= at
                && at <= value.range().end
                && best.is_none_or(|best| best.start < value.start)
            {
                best = Some(value);
            }
        });
        best
    }
}

pub(super) fn for_each<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node, Span)) {
    if let Origin::Text { value, .. } = node.origin {
        visit(node, value);
    }
    match &node.value {
        Value::Table(table) => table.values().for_each(|child| for_each(child, visit)),
        Value::List(elements) => elements.iter().for_each(|child| for_each(child, visit)),
        _ => {}
    }
}

fn path_of_key(node: &Node, key: &str) -> Option<Vec<Segment>> {
    let under = |segment: Segment, child: &Node| {
        let mut path = path_of_key(child, key)?;
        path.insert(0, segment);
        Some(path)
    };
    match &node.value {
        Value::Table(table) if table.contains_key(key) => Some(vec![Segment::Key(key.to_owned())]),
        Value::Table(table) => table.iter().find_map(|(name, child)| under(Segment::Key(name.clone()), child)),
        Value::List(elements) => {
            elements.iter().enumerate().find_map(|(index, child)| under(Segment::Index(index), child))
        }
        _ => None,
    }
}
