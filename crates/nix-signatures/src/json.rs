//! Output of `nix path-info --sigs --json`, in each form that it had: a list with an entry for each path (before Nix 2.19), an object
//! with an entry for each path (version 1), and such an object below `info` (version 2).

use std::str::FromStr;

use serde_json::{Map, Value as Json};

use crate::fields::Fields;
use crate::path_info_error::{FieldError, PathInfoError};
use crate::store_path::{StorePath, StorePathError};

/// Parses the description of one path.
///
/// # Errors
///
/// The text is not JSON, it does not describe exactly one path, or a field is missing or invalid.
pub(crate) fn read(text: &str) -> Result<Fields, PathInfoError> {
    let json = serde_json::from_str(text).map_err(|error| PathInfoError::NotJson(error.to_string()))?;
    let (path, entry) = only_entry(&json)?;
    let entry = entry.as_object().ok_or_else(|| PathInfoError::NotInStore(path.to_owned()))?;
    Ok(Fields {
        store_path: store_path(path).map_err(|error| FieldError::StorePath(error).of("path"))?,
        nar_hash: parse("narHash", string(entry, "narHash")?)?,
        nar_size: entry.get("narSize").and_then(Json::as_u64).ok_or(PathInfoError::Missing("narSize"))?,
        references: strings(entry, "references")?
            .map(|path| store_path(path?).map_err(|error| FieldError::StorePath(error).of("references")))
            .collect::<Result<_, _>>()?,
        signatures: strings(entry, "signatures")?.map(|text| parse("signatures", text?)).collect::<Result<_, _>>()?,
    })
}

/// Returns the only path and its entry, which is null if the path is not in the store.
fn only_entry(json: &Json) -> Result<(&str, &Json), PathInfoError> {
    match json {
        Json::Array(entries) => match entries.as_slice() {
            [entry] => {
                let path = entry.get("path").and_then(Json::as_str).ok_or(PathInfoError::Missing("path"))?;
                // The entry of a path that is not in the store has its name and `valid` alone.
                Ok((path, if entry.get("valid") == Some(&Json::Bool(false)) { &Json::Null } else { entry }))
            }
            entries => Err(PathInfoError::PathCount(entries.len())),
        },
        Json::Object(object) => {
            let entries = object.get("info").and_then(Json::as_object).unwrap_or(object);
            match entries.iter().next() {
                Some((path, entry)) if entries.len() == 1 => Ok((path, entry)),
                _ => Err(PathInfoError::PathCount(entries.len())),
            }
        }
        _ => Err(PathInfoError::PathCount(0)),
    }
}

/// Parses a store path, which newer versions of Nix print without the folder of the store.
fn store_path(text: &str) -> Result<StorePath, StorePathError> {
    if text.starts_with('/') { text.parse() } else { StorePath::from_base_name(text) }
}

fn string<'a>(entry: &'a Map<String, Json>, name: &'static str) -> Result<&'a str, PathInfoError> {
    entry.get(name).and_then(Json::as_str).ok_or(PathInfoError::Missing(name))
}

/// Returns the strings of a list. Nix omits an empty list of signatures.
fn strings<'a>(
    entry: &'a Map<String, Json>,
    name: &'static str,
) -> Result<impl Iterator<Item = Result<&'a str, PathInfoError>>, PathInfoError> {
    let list = match entry.get(name) {
        None if name == "signatures" => &[][..],
        list => list.and_then(Json::as_array).ok_or(PathInfoError::Missing(name))?,
    };
    Ok(list.iter().map(move |text| text.as_str().ok_or_else(|| FieldError::List.of(name))))
}

fn parse<T: FromStr<Err: Into<FieldError>>>(name: &'static str, text: &str) -> Result<T, PathInfoError> {
    text.parse::<T>().map_err(|error| error.into().of(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::PathInfo;

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

    fn error(json: &Json) -> String {
        json.to_string().parse::<PathInfo>().unwrap_err().to_string()
    }

    #[test]
    fn all_forms_that_nix_prints_are_equal() {
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
    fn json_that_does_not_describe_one_path_is_rejected_with_its_reason() {
        let prefix = "not the output of nix path-info for one path";
        assert_eq!(error(&json!([])), format!("{prefix}: it describes 0 paths"));
        assert_eq!(error(&json!({})), format!("{prefix}: it describes 0 paths"));
        assert_eq!(error(&json!({ PATH: entry(), "x": entry() })), format!("{prefix}: it describes 2 paths"));
        assert_eq!(error(&json!([1, 2, 3])), format!("{prefix}: it describes 3 paths"));
        assert_eq!(error(&json!({ PATH: null })), format!("{prefix}: {PATH} is not in the store"));
        assert_eq!(error(&json!([{ "path": PATH, "valid": false }])), format!("{prefix}: {PATH} is not in the store"));
        assert_eq!(
            "{".parse::<PathInfo>().unwrap_err().to_string(),
            format!("{prefix}: EOF while parsing an object at line 1 column 1")
        );
    }

    #[test]
    fn a_malformed_field_is_rejected_with_its_name() {
        for name in ["narHash", "narSize", "references"] {
            assert_eq!(error(&json!({ PATH: with(name, Json::Null) })), format!("{name} is missing"));
        }
        assert_eq!(error(&json!([entry()])), "path is missing");
        assert_eq!(error(&json!({ PATH: with("narSize", json!(-1)) })), "narSize is missing");
        assert_eq!(error(&json!({ PATH: with("signatures", json!("x")) })), "signatures is missing");
        assert_eq!(error(&json!({ PATH: with("references", json!([1])) })), "references: not a list of strings");
        assert_eq!(
            error(&json!({ PATH: with("narHash", json!("x")) })),
            "narHash: a hash starts with sha256: or sha256-"
        );
        assert_eq!(
            error(&json!({ PATH: with("signatures", json!(["x"])) })),
            "signatures: not a signature: expected NAME:BASE64"
        );
        assert_eq!(error(&json!({ "/tmp/x": entry() })), "path: \"/tmp/x\" is not a path below /nix/store");
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
