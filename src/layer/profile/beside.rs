//! The file of profiles beside a config.

use crate::gate::finding::Finding;
use crate::gate::profiles::Taken;
use crate::gate::{Gate, Terms};
use crate::tree::{Node, Path, Sources};

/// Its name.
pub const FILE: &str = "profiles.toml";

/// Takes the profiles out of what [`FILE`] says. It holds profiles, in the form in which a config carries them, and nothing else.
pub fn beside(gate: &Gate, mut tree: Node, sources: &Sources, terms: Terms) -> Taken {
    let mut taken = gate.take_profiles(&mut tree, sources, terms);
    let others = tree.as_table().into_iter().flatten();
    taken.found.extend(others.map(|(key, node)| {
        let path = Path::root().key(key);
        let message = format!("{path} stands in {FILE}, which holds profiles and nothing else");
        let finding = Finding::error(path.field(), path, message).at(sources.places(&node.origin), "");
        finding.help("move it to the config file, or into what a profile sets")
    }));
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bitcraps::Config;
    use crate::tree::{Source, read};

    fn taken(text: &str) -> Taken {
        let source = Source::new(FILE, text);
        beside(&Gate::of::<Config>(), read::toml(&source).0, &Sources::of(&source), Terms::default())
    }

    #[test]
    fn a_file_of_profiles_holds_them_in_the_form_of_a_config() {
        let taken = taken("[[profiles]]\nname = 'a'\n[profiles.set]\n[[profiles]]\nname = 'b'\nset = {}\n");
        let names: Vec<&str> = taken.profiles.iter().map(|profile| profile.name.as_str()).collect();
        assert_eq!((names, taken.found), (vec!["a", "b"], vec![]));
    }

    #[test]
    fn what_is_no_profile_is_refused_at_its_place() {
        let found = taken("profiles = []\n[network]\nlisten_port = 1\n").found;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "network stands in profiles.toml, which holds profiles and nothing else");
        assert_eq!(found[0].place().map(|place| place.position), Some((2, 2)));
    }

    #[test]
    fn profiles_of_both_files_have_different_names() {
        let text = "[[profiles]]\nname = 'night'\nset = {}\n";
        let (mut config, sources) = (taken(text), Sources::of(&Source::new(FILE, text)));
        config.and(taken(text), &sources);
        assert_eq!(config.profiles.len(), 1);
        assert_eq!(config.found[0].message, "profiles[1].name is \"night\" again: another profile has this name");
    }
}
