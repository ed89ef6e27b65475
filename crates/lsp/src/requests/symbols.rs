//! Symbols of a document: its tables, lists and fields.

use confgate_core::value::{Node, Origin, Value};
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, Range, SymbolInformation, SymbolKind,
};

use crate::document::Document;
use crate::encoding::Encoding;
use crate::session::Session;

/// Largest number of symbols of a document.
const MAX_SYMBOLS: usize = 20_000;

pub(crate) fn symbols(session: &mut Session<'_>, params: &DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
    let (encoding, is_nested) = (session.encoding, session.client.nested_symbols);
    let (document, analysis) = session.analyzed(&params.text_document.uri)?;
    let mut walk = SymbolWalk { document, encoding, count: 0 };
    let nested = walk.children(&analysis.tree);
    if is_nested {
        return Some(DocumentSymbolResponse::Nested(nested));
    }
    let mut flat = Vec::new();
    flatten(document, nested, None, &mut flat);
    Some(DocumentSymbolResponse::Flat(flat))
}

struct SymbolWalk<'d> {
    document: &'d Document,
    encoding: Encoding,
    count: usize,
}

impl SymbolWalk<'_> {
    fn children(&mut self, node: &Node) -> Vec<DocumentSymbol> {
        match &node.value {
            Value::Table(table) => {
                table.iter().filter_map(|(key, child)| self.symbol(key.as_str().to_owned(), child)).collect()
            }
            // Scalars in lists have no names.
            Value::List(list) => {
                let tables = list.iter().enumerate().filter(|(_, child)| child.as_table().is_some());
                tables.filter_map(|(index, child)| self.symbol(format!("[{index}]"), child)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[allow(deprecated, reason = "the type has a deprecated field")]
    fn symbol(&mut self, name: String, node: &Node) -> Option<DocumentSymbol> {
        let Origin::Text { key, value } = node.origin else { return None };
        if self.count >= MAX_SYMBOLS {
            return None;
        }
        self.count += 1;
        let children = self.children(node);
        let range = |bytes| self.document.lines.range(&self.document.text, bytes, self.encoding);
        let selection_range = range(key.range());
        let start = key.range().start.min(value.range().start);
        let own = range(start..key.range().end.max(value.range().end));
        // The fields of a table are behind its header.
        let whole = children.iter().fold(own, |whole, child| join(whole, child.range));
        // A client rejects a symbol without a name.
        let name = if name.is_empty() { "\"\"".to_owned() } else { name };
        Some(DocumentSymbol {
            name,
            detail: None,
            kind: kind(&node.value),
            tags: None,
            deprecated: None,
            range: whole,
            selection_range,
            children: (!children.is_empty()).then_some(children),
        })
    }
}

fn join(one: Range, other: Range) -> Range {
    Range { start: one.start.min(other.start), end: one.end.max(other.end) }
}

fn kind(value: &Value) -> SymbolKind {
    match value {
        Value::Null => SymbolKind::NULL,
        Value::Bool(_) => SymbolKind::BOOLEAN,
        Value::Integer(_) | Value::Float(_) => SymbolKind::NUMBER,
        Value::String(_) | Value::Datetime(_) => SymbolKind::STRING,
        Value::List(_) => SymbolKind::ARRAY,
        Value::Table(_) => SymbolKind::OBJECT,
    }
}

/// Converts nested symbols to a list, for clients that know no others.
#[allow(deprecated, reason = "the type has a deprecated field")]
fn flatten(
    document: &Document,
    symbols: Vec<DocumentSymbol>,
    container: Option<&str>,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        let DocumentSymbol { name, kind, range, children, .. } = symbol;
        flat.push(SymbolInformation {
            name: name.clone(),
            kind,
            tags: None,
            deprecated: None,
            location: Location { uri: document.uri.clone(), range },
            container_name: container.map(str::to_owned),
        });
        flatten(document, children.unwrap_or_default(), Some(&name), flat);
    }
}
