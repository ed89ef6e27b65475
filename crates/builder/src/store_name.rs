//! Names of files in the Nix store, as their authors know them.

use std::path::Path;

/// The directory of the store where no other is configured.
const STORE: &str = "/nix/store";
/// Characters of the hash in front of a name, and the hyphen after it.
const HASH: usize = 33;

/// Returns a path for a message: without the store and the hash, which an author of a file has never seen.
pub fn display(path: &Path) -> String {
    let own = std::env::var_os("NIX_STORE");
    let stores = own.iter().map(Path::new).chain([Path::new(STORE)]);
    below(stores, path).unwrap_or_else(|| path.display().to_string())
}

fn below<'s>(mut stores: impl Iterator<Item = &'s Path>, path: &Path) -> Option<String> {
    let inside = stores.find_map(|store| path.strip_prefix(store).ok())?.to_str()?;
    let is_hashed = inside.as_bytes().get(HASH - 1) == Some(&b'-')
        && inside.as_bytes()[..HASH - 1].iter().all(u8::is_ascii_alphanumeric);
    Some(if is_hashed { &inside[HASH..] } else { inside }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> Option<String> {
        below([Path::new("/gnu/store"), Path::new(STORE)].into_iter(), Path::new(path))
    }

    #[test]
    fn a_file_in_a_store_has_the_name_of_its_source() {
        let hash = "clk6wlpj8hgsmamidpbkldr19avaj9wb";
        assert_eq!(shown(&format!("/nix/store/{hash}-schema.json")).unwrap(), "schema.json");
        assert_eq!(shown(&format!("/gnu/store/{hash}-source/parts/log.json")).unwrap(), "source/parts/log.json");
        assert_eq!(shown("/nix/store/absent.json").unwrap(), "absent.json");
        assert_eq!(shown("/home/config/schema.json"), None);
    }
}
