//! Addresses of the places in source files.

use std::str::FromStr;

use confgate_core::render::encoded_path;
use confgate_core::value::Definition;

use crate::page::markup::escaped;

/// Variables of CI hosts, with the address of a file that they make.
const HOSTS: &[(&[&str], &str)] = &[
    (
        &["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"],
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/blob/{GITHUB_SHA}/{file}#L{line}",
    ),
    (&["CI_PROJECT_URL", "CI_COMMIT_SHA"], "{CI_PROJECT_URL}/-/blob/{CI_COMMIT_SHA}/{file}#L{line}"),
];

/// Template of the addresses of source files, with `{file}` and `{line}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceLinks(String);

/// A template that makes no addresses of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTemplate {
    /// Every place would have the same address.
    #[error("write {{file}} where the path of a file goes, and {{line}} where its line goes")]
    NoFile,
    /// A browser would run it, or ask another program.
    #[error("write an address that begins with https:// or http://, or a path relative to the page")]
    Scheme,
}

impl FromStr for SourceLinks {
    type Err = InvalidTemplate;

    fn from_str(text: &str) -> Result<Self, InvalidTemplate> {
        let before = text.split_once("{file}").ok_or(InvalidTemplate::NoFile)?.0;
        let is_web = ["https://", "http://"].iter().any(|scheme| before.starts_with(scheme));
        // The first segment of a relative path holds no colon.
        let is_relative = !before.contains(':') && !before.starts_with("//");
        if is_web || is_relative { Ok(Self(text.to_owned())) } else { Err(InvalidTemplate::Scheme) }
    }
}

impl SourceLinks {
    /// Returns the template of the CI host that runs the program, if its variables name one.
    pub fn of_host(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        HOSTS.iter().find_map(|(names, template)| {
            let mut text = (*template).to_owned();
            for name in *names {
                text = text.replace(&format!("{{{name}}}"), &variable(name).filter(|value| !value.is_empty())?);
            }
            text.parse().ok()
        })
    }

    /// Returns the address of a definition. A file outside the sources has none.
    fn href(&self, definition: &Definition) -> Option<String> {
        let is_inside = !definition.file.starts_with(['/', '<'])
            && definition.file.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
        if !is_inside {
            return None;
        }
        let template = match (definition.line, self.0.split_once("#L{line}")) {
            (0, Some((before, after))) => format!("{before}{after}"),
            _ => self.0.clone(),
        };
        Some(
            template.replace("{line}", &definition.line.to_string()).replace("{file}", &encoded_path(&definition.file)),
        )
    }

    /// Renders the place of a definition, as a link if `links` makes an address of it.
    pub fn place(links: Option<&Self>, definition: &Definition) -> String {
        let text = format!("<code>{}</code>", escaped(&definition.to_string()));
        match links.and_then(|links| links.href(definition)) {
            Some(href) => format!("<a href=\"{}\">{text}</a>", escaped(&href)),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(file: &str, line: usize) -> Definition {
        Definition { file: file.to_owned(), line, column: 5, element: None }
    }

    fn href(template: &str, file: &str, line: usize) -> Option<String> {
        template.parse::<SourceLinks>().unwrap().href(&definition(file, line))
    }

    #[test]
    fn a_place_has_the_address_of_its_line() {
        let template = "https://git.test/blob/main/{file}#L{line}";
        assert_eq!(href(template, "a b/ü.nix", 7).unwrap(), "https://git.test/blob/main/a%20b/%C3%BC.nix#L7");
        assert_eq!(href(template, "a.nix", 0).unwrap(), "https://git.test/blob/main/a.nix");
        assert_eq!(href("../{file}", "a.nix", 7).unwrap(), "../a.nix");
        // The text of a file is no part of the template.
        assert_eq!(href(template, "{line}.nix", 7).unwrap(), "https://git.test/blob/main/%7Bline%7D.nix#L7");
    }

    #[test]
    fn a_file_outside_the_sources_has_no_address() {
        for file in ["/nix/store/x.nix", "../x.nix", "<unknown>", "a//b", ""] {
            assert_eq!(href("https://git.test/{file}", file, 1), None, "{file}");
        }
    }

    #[test]
    fn a_template_names_the_file_and_runs_nothing() {
        let error = |text: &str| text.parse::<SourceLinks>().unwrap_err().to_string();
        assert_eq!(
            error("https://git.test/"),
            "write {file} where the path of a file goes, and {line} where its line goes"
        );
        for text in ["javascript:{file}", "//evil.test/{file}", "file:///{file}", " data:,{file}"] {
            assert_eq!(error(text), InvalidTemplate::Scheme.to_string(), "{text}");
        }
    }

    #[test]
    fn ci_hosts_make_addresses_of_the_commit() {
        let github = |name: &str| {
            let value = match name {
                "GITHUB_SERVER_URL" => "https://github.com",
                "GITHUB_REPOSITORY" => "acme/configs",
                "GITHUB_SHA" => "c0ffee",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let links = SourceLinks::of_host(github).unwrap();
        assert_eq!(
            links.href(&definition("a.nix", 7)).unwrap(),
            "https://github.com/acme/configs/blob/c0ffee/a.nix#L7"
        );
        let gitlab = |name: &str| name.starts_with("CI_").then(|| "https://gitlab.test/x".to_owned());
        assert!(SourceLinks::of_host(gitlab).unwrap().0.starts_with("https://gitlab.test/x/-/blob/"));
        assert_eq!(SourceLinks::of_host(|_| None), None);
        assert_eq!(SourceLinks::of_host(|_| Some(String::new())), None);
    }
}
