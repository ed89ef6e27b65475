//! Go to definition: from a field to its schema, and from a value of a bundle to its Nix line.

use std::path::{Path, PathBuf};

use confgate_core::value::{Definition, Format, Node, Origin, Path as ValuePath, Source};
use confgate_files::SizeLimit;
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, Position, Range, Uri};

use crate::cursor::path_at;
use crate::encoding::Encoding;
use crate::line_index::LineIndex;
use crate::nix_text::option_at;
use crate::origins::origins_of;
use crate::session::Session;
use crate::uri::uri_of;

pub(crate) fn definition(session: &mut Session<'_>, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let (encoding, folders) = (session.encoding, session.folders.clone());
    let at = &params.text_document_position_params;
    if let Some((document, schema)) = session.nix_settings(&at.text_document.uri) {
        let byte = document.lines.byte(&document.text, at.position, encoding);
        let (option, _) = option_at(schema.settings(), &document.text, byte)?;
        let pointer = schema.gate.subschema_in(&option.path, &option.tree)?.place();
        return Some(GotoDefinitionResponse::Scalar(in_schema(schema.schema_file.as_deref()?, pointer, encoding)?));
    }
    let (document, analysis) = session.analyzed(&at.text_document.uri)?;
    let byte = document.lines.byte(&document.text, at.position, encoding);
    let line = document.text[..byte].rfind('\n').map_or(0, |end| end + 1);
    let schema_file = analysis.schema_file.as_deref();
    if is_schema_line(&document.text[line..]) {
        let uri = uri_of(&std::path::absolute(schema_file?).ok()?)?;
        return Some(GotoDefinitionResponse::Scalar(Location { uri, range: Range::default() }));
    }
    let (path, _) = path_at(&analysis.tree, byte)?;
    if let Some(origins) = origins_of(&document.path, &path) {
        let overridden = origins.overridden.iter().map(|overridden| &overridden.definition);
        let places: Vec<Location> = origins
            .set
            .iter()
            .chain(overridden)
            .filter_map(|definition| nix_location(&document.path, &folders, definition, encoding))
            .collect();
        if !places.is_empty() {
            return Some(GotoDefinitionResponse::Array(places));
        }
    }
    let gate = analysis.gate.as_ref()?;
    let pointer = gate.subschema_in(&path, &analysis.tree)?.place().to_owned();
    let place = in_schema(schema_file?, &pointer, encoding)?;
    Some(GotoDefinitionResponse::Scalar(place))
}

/// Returns whether a line names the schema of the file.
fn is_schema_line(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default().trim_start_matches('\u{FEFF}').trim_start();
    line.starts_with("#:schema")
        || line.starts_with('#') && line.contains("$schema=")
        || line.trim_start_matches(['{', ' ', '"']).starts_with("$schema")
}

/// Returns the place of a JSON Pointer in a schema, or that of the nearest value around it.
fn in_schema(file: &Path, pointer: &str, encoding: Encoding) -> Option<Location> {
    let uri = uri_of(&std::path::absolute(file).ok()?)?;
    let bytes = confgate_files::read(file, SizeLimit::SCHEMA).ok()?;
    let source = Source::in_format(Format::Json, file.display().to_string(), String::from_utf8(bytes).ok()?);
    let (tree, _) = confgate_core::json::read(&source);
    let mut path = tree.path_of(pointer);
    while !path.0.is_empty() && tree.get(&path.0).is_none() {
        path.0.pop();
    }
    Some(Location { uri, range: key_range(&source, &tree, &path, encoding) })
}

fn key_range(source: &Source, tree: &Node, path: &ValuePath, encoding: Encoding) -> Range {
    match tree.get(&path.0).map(|node| &node.origin) {
        Some(Origin::Text { key, .. }) if !path.0.is_empty() => {
            LineIndex::of(source.text()).range(source.text(), key.range(), encoding)
        }
        _ => Range::default(),
    }
}

/// Returns the place of a Nix definition. Its file is relative to the root of its repository: a folder of the editor, or one around
/// the bundle.
fn nix_location(bundle: &Path, folders: &[PathBuf], definition: &Definition, encoding: Encoding) -> Option<Location> {
    let roots = folders.iter().map(PathBuf::as_path).chain(bundle.ancestors().skip(1));
    let mut files = roots.map(|root| root.join(&definition.file)).filter(|file| file.is_file());
    let file = files.next()?;
    let uri: Uri = uri_of(&file)?;
    let line = u32::try_from(definition.line.saturating_sub(1)).ok()?;
    let column = u32::try_from(definition.column.saturating_sub(1)).ok()?;
    // Nix counts bytes.
    let text = confgate_files::read(&file, SizeLimit::CONFIG).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let character = text.and_then(|text| {
        let content = text.lines().nth(line as usize)?;
        let mut end = (column as usize).min(content.len());
        while !content.is_char_boundary(end) {
            end -= 1;
        }
        Some(encoding.length(&content[..end]))
    });
    let position = Position { line, character: character.unwrap_or(column) };
    Some(Location { uri, range: Range { start: position, end: position } })
}
