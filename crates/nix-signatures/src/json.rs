//! What `nix path-info --sigs --json` prints, in each of the forms that it had: a list with a path in each entry (before Nix
//! 2.19), an object with an entry for each path (version 1), and such an object below `info` (version 2).

use std::str::FromStr;

use serde_json::{Map, Value as Json};

use crate::path_info::{PathInfo, PathInfoError};
use crate::store_path::{StorePath, StorePathError};

/// Reads what is said of one path.
///
/// # Errors
///
/// The text is no JSON, there is not exactly one path in it, or a field is missing or malformed.
pub fn read(text: &str) -> Result<PathInfo, PathInfoError> {
    let json = serde_json::from_str(text).map_err(|error| PathInfoError::Json(error.to_string()))?;
    let (path, entry) = only_entry(&json)?;
    let entry = entry.as_object().ok_or_else(|| PathInfoError::Json(format!("{path} is not in the store")))?;
    Ok(PathInfo {
        store_path: field("path", store_path(path))?,
        nar_hash: parsed("narHash", string(entry, "narHash")?)?,
        nar_size: entry.get("narSize").and_then(Json::as_u64).ok_or(PathInfoError::Missing("narSize"))?,
        references: strings(entry, "references")?
            .map(|path| field("references", store_path(path?)))
            .collect::<Result<_, _>>()?,
        signatures: strings(entry, "signatures")?.map(|text| parsed("signatures", text?)).collect::<Result<_, _>>()?,
    })
}

fn only_entry(json: &Json) -> Result<(&str, &Json), PathInfoError> {
    let several = |count: usize| PathInfoError::Json(format!("it is about {count} paths"));
    match json {
        Json::Array(entries) => match entries.as_slice() {
            [entry] => {
                let path = entry.get("path").and_then(Json::as_str).ok_or(PathInfoError::Missing("path"))?;
                // A path that is not in the store has nothing but its name and `valid`.
                Ok((path, if entry.get("valid") == Some(&Json::Bool(false)) { &Json::Null } else { entry }))
            }
            entries => Err(several(entries.len())),
        },
        Json::Object(object) => {
            let entries = object.get("info").and_then(Json::as_object).unwrap_or(object);
            match entries.iter().next() {
                Some((path, entry)) if entries.len() == 1 => Ok((path, entry)),
                _ => Err(several(entries.len())),
            }
        }
        _ => Err(several(0)),
    }
}

/// Newer versions leave the folder of the store out.
fn store_path(text: &str) -> Result<StorePath, StorePathError> {
    if text.starts_with('/') { text.parse() } else { StorePath::from_base_name(text) }
}

fn string<'a>(entry: &'a Map<String, Json>, name: &'static str) -> Result<&'a str, PathInfoError> {
    entry.get(name).and_then(Json::as_str).ok_or(PathInfoError::Missing(name))
}

/// The texts of a list. Nix leaves an empty list of signatures out.
fn strings<'a>(
    entry: &'a Map<String, Json>,
    name: &'static str,
) -> Result<impl Iterator<Item = Result<&'a str, PathInfoError>>, PathInfoError> {
    let list = match entry.get(name) {
        None if name == "signatures" => &[][..],
        list => list.and_then(Json::as_array).ok_or(PathInfoError::Missing(name))?,
    };
    let malformed = move || PathInfoError::Field { name, reason: "it is no list of texts".to_owned() };
    Ok(list.iter().map(move |text| text.as_str().ok_or_else(malformed)))
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(name: &'static str, text: &str) -> Result<T, PathInfoError> {
    field(name, text.parse())
}

fn field<T, E: std::fmt::Display>(name: &'static str, value: Result<T, E>) -> Result<T, PathInfoError> {
    value.map_err(|error| PathInfoError::Field { name, reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const PATH: &str = "/nix/store/hh0jwqmsbfc93z2prvb2x6qin9ir4mj1-d";

    fn entry() -> Json {
        json!({
            "narHash": "sha256-MyEwKR7frLkJXyCTAYmhACAemt2h4EszAo04ltEu78o=",
            "narSize": 288,
            "references": [PATH],
            "signatures": [
                "t-1:6ZvVOgV7lSg5HX56b37JApzN9pCFtdztIgPwOxKhzyJ3Bzdujh69mWV3XCqOw21FGSuEoaHNc+iZF+sQ0J8fCg=="
            ],
        })
    }

    fn with(name: &str, value: Json) -> Json {
        let mut entry = entry();
        entry[name] = value;
        entry
    }

    fn refused(json: &Json) -> String {
        json.to_string().parse::<PathInfo>().unwrap_err().to_string()
    }

    #[test]
    fn all_forms_that_nix_prints_say_the_same() {
        let base_name = &PATH["/nix/store/".len()..];
        let all = [
            json!([with("path", json!(PATH))]),
            json!({ PATH: entry() }),
            json!({ "info": { base_name: with("references", json!([base_name])) }, "version": 2 }),
        ];
        let [one, two, three] = all.map(|json| json.to_string().parse::<PathInfo>().unwrap());
        assert_eq!((&one, &one), (&two, &three));
        assert_eq!((one.nar_size, one.signatures.len()), (288, 1));
        assert_eq!(one.to_string().parse(), Ok(one));
    }

    #[test]
    fn without_signatures_there_are_none() {
        let mut entry = entry();
        entry.as_object_mut().unwrap().remove("signatures");
        assert_eq!(json!({ PATH: entry }).to_string().parse::<PathInfo>().unwrap().signatures, []);
    }

    #[test]
    fn what_says_nothing_of_one_path_is_refused_with_its_reason() {
        let not = "not what nix path-info says of one path";
        assert_eq!(refused(&json!([])), format!("{not}: it is about 0 paths"));
        assert_eq!(refused(&json!({})), format!("{not}: it is about 0 paths"));
        assert_eq!(refused(&json!({ PATH: entry(), "x": entry() })), format!("{not}: it is about 2 paths"));
        assert_eq!(refused(&json!([1, 2, 3])), format!("{not}: it is about 3 paths"));
        assert_eq!(refused(&json!({ PATH: null })), format!("{not}: {PATH} is not in the store"));
        assert_eq!(refused(&json!([{ "path": PATH, "valid": false }])), format!("{not}: {PATH} is not in the store"));
        assert_eq!(
            "{".parse::<PathInfo>().unwrap_err().to_string(),
            format!("{not}: EOF while parsing an object at line 1 column 1")
        );
    }

    #[test]
    fn a_malformed_field_is_refused_with_its_name() {
        for name in ["narHash", "narSize", "references"] {
            assert_eq!(refused(&json!({ PATH: with(name, Json::Null) })), format!("{name} is missing"));
        }
        assert_eq!(refused(&json!([entry()])), "path is missing");
        assert_eq!(refused(&json!({ PATH: with("narSize", json!(-1)) })), "narSize is missing");
        assert_eq!(refused(&json!({ PATH: with("signatures", json!("x")) })), "signatures is missing");
        assert_eq!(refused(&json!({ PATH: with("references", json!([1])) })), "references: it is no list of texts");
        assert_eq!(
            refused(&json!({ PATH: with("narHash", json!("x")) })),
            "narHash: a hash starts with sha256: or sha256-"
        );
        assert_eq!(
            refused(&json!({ PATH: with("signatures", json!(["x"])) })),
            "signatures: not a signature: it must be a name, a colon and base 64"
        );
        assert_eq!(refused(&json!({ "/tmp/x": entry() })), "path: \"/tmp/x\" is no path below /nix/store");
    }

    proptest! {
        #[test]
        fn any_text_is_an_info_that_survives_or_an_error(text in "[\\[{]\\PC{0,20}", value in "\\PC{0,20}") {
            let _ = text.parse::<PathInfo>();
            for name in ["narHash", "narSize", "references", "signatures"] {
                for value in [json!(value), json!([value]), json!({ &value: value })] {
                    if let Ok(info) = json!({ PATH: with(name, value) }).to_string().parse::<PathInfo>() {
                        prop_assert_eq!(info.to_string().parse(), Ok(info));
                    }
                }
            }
        }
    }
}
