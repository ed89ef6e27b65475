//! Configs as people may see them: secrets and passwords gone.

use super::schema::View;
use super::shown;
use crate::tree::reference::is_sealed;
use crate::tree::{Node, Path, Segment, Sources, Value};

/// A copy of a value without secrets. A reference gives nothing away and stays; what was put in the place of one is shown as
/// it was written.
pub fn redacted(view: Option<View<'_>>, node: &Node, path: &Path, sources: &Sources) -> Node {
    let mut copy = node.clone();
    redact(view, &mut copy, path, sources);
    copy
}

fn redact(view: Option<View<'_>>, node: &mut Node, path: &Path, sources: &Sources) {
    let secret = view.is_some_and(View::is_secret);
    if let Some(written) = sources.resolved.get(path) {
        node.value = Value::String(shown::redacted(written).into_owned());
        return;
    }
    for index in 0.. {
        let (segment, inner) = match &node.value {
            Value::Table(table) => match table.get_index(index) {
                Some((key, _)) => (Segment::Key(key.clone()), view.and_then(|view| view.property(key, node))),
                None => return,
            },
            Value::List(elements) if index < elements.len() => {
                (Segment::Index(index), view.and_then(|view| view.element(index, node)))
            }
            Value::String(text) if is_sealed(text) => return,
            Value::String(text) => {
                node.value = Value::String(shown::text(text, secret));
                return;
            }
            Value::List(_) | Value::Null => return,
            // A password in digits is one all the same.
            _ if secret => {
                node.value = Value::String(shown::SECRET.to_owned());
                return;
            }
            _ => return,
        };
        let below = Path([&path.0[..], std::slice::from_ref(&segment)].concat());
        if let Some(child) = node.get_mut(std::slice::from_ref(&segment)) {
            redact(inner, child, &below, sources);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bitcraps::Config;
    use crate::gate::Gate;
    use crate::tree::{Source, read, write};

    #[test]
    fn secrets_and_passwords_are_gone_and_references_stay() {
        let text = "[database]\nurl = 'pg://u:hunter2@db/x'\n[monitoring]\nalert_webhook = 'https://hooks/hunter2'\n\
                    [[network.turn_servers]]\nurl = 'turn:a'\npassword = '${SECRET_TURN}'\n\
                    [[network.turn_servers]]\nurl = 'turn:b'\npassword = 5\n[app]\nname = 'hunter2 it is'\n";
        let gate = Gate::of::<Config>();
        let tree = read::toml(&Source::new("x", text)).0;
        let mut sources = Sources::default();
        sources.resolved.insert(Path::dotted("app.name"), "${SECRET_NAME} it is".to_owned());
        let shown = write::toml(&redacted(Some(gate.view()), &tree, &Path::root(), &sources)).unwrap();
        assert!(!shown.contains("hunter2") && !shown.contains('5'), "{shown}");
        for kept in ["pg://***@db/x", "${SECRET_TURN}", "[secret]", "${SECRET_NAME} it is", "turn:b"] {
            assert!(shown.contains(kept), "{kept}: {shown}");
        }
    }
}
