//! Pages of the agent for people: its state with links, the running config, and one field.

use confgate_agent::{Status, View, Views};
use confgate_core::gate::ConfigSpec;
use confgate_core::render::count;
use confgate_runtime::load::LoadedConfig;

use crate::cli::config_page::{Summary, config_page, differs, field_page};
use crate::page::{Connections, Frame, SourceLinks, code, escaped};
use crate::reference::html::{REFERENCE_STYLE, fact};

const STYLE: &str = include_str!("agent_views.css");

/// Pages of the agent for people.
pub(super) struct AgentViews {
    /// Addresses of source files.
    pub links: Option<SourceLinks>,
}

impl Views for AgentViews {
    fn page(&self, path: &str, query: Option<&str>, view: &View<'_>) -> Option<Result<String, String>> {
        match path {
            "/" => Some(Ok(index(view))),
            "/view" => Some(Ok(self.config(view))),
            "/explain" => Some(self.explain(query.unwrap_or_default(), view)),
            _ => None,
        }
    }
}

impl AgentViews {
    fn config(&self, view: &View<'_>) -> String {
        let Status { loaded, .. } = view.service.status();
        let file = loaded.file();
        let summary = Summary {
            name: view.name,
            environment: loaded.environment.name(),
            file: file.as_deref(),
            profiles: &loaded.active_profiles,
        };
        config_page(&summary, &loaded.explain_all(view.service.spec()), self.links.as_ref())
    }

    fn explain(&self, query: &str, view: &View<'_>) -> Result<String, String> {
        let field = query.strip_prefix("field=").unwrap_or_default();
        let loaded = view.service.status().loaded;
        let explanation = loaded.explain(view.service.spec(), field);
        let explanation = explanation.map_err(|error| format!("{error}; use /explain?field=NAME"))?;
        Ok(field_page(&explanation, self.links.as_ref()))
    }
}

/// Renders the state of the agent, with links to its pages.
fn index(view: &View<'_>) -> String {
    let Status { version, since, reason, loaded, pending } = view.service.status();
    let state = if view.is_healthy {
        "<span class=\"mark good\">ok</span>"
    } else {
        "<span class=\"mark error\">degraded</span>"
    };
    let mut facts = fact("State", &format!("{state} <a href=\"/health\">health</a>"));
    facts += &fact("Environment", &escaped(loaded.environment.name()));
    facts += &fact(
        "File",
        &loaded.file().map_or_else(|| "none: the defaults of the environment apply".to_owned(), |file| code(&file)),
    );
    facts += &fact(
        "Version",
        &format!("{version}, since <time datetime=\"{since}\">{}</time>", since.strftime("%Y-%m-%d %H:%M:%S UTC")),
    );
    facts += &fact("Reason", &escaped(&reason.to_string()));
    if !loaded.active_profiles.is_empty() {
        let names: Vec<String> = loaded.active_profiles.iter().map(|name| code(name)).collect();
        facts += &fact("Profiles", &names.join(" "));
    }
    if !pending.is_empty() {
        let fields: Vec<String> = pending.iter().map(|field| code(&field.path.to_string())).collect();
        facts +=
            &fact("Restart", &format!("{} after a restart: {}", count(pending.len(), "change"), fields.join(", ")));
    }
    let pages = [
        ("/view", "Config", "each value beside its default, with its place and its layers"),
        ("/config?origins=true", "Config as JSON", "with the origin of each value"),
        ("/config?format=toml", "Config as TOML", "as the service reads it, without secrets"),
        ("/metrics", "Metrics", "for Prometheus"),
        ("/health", "Health", "for probes, as JSON"),
    ];
    let pages: String = pages
        .iter()
        .map(|(address, name, about)| {
            format!("<li><a href=\"{address}\">{name}</a> <span class=\"note\">{about}</span></li>")
        })
        .collect();
    let set = set_fields(view.service.spec(), &loaded);
    let frame = Frame {
        title: &format!("Agent of {}", view.name),
        name: view.name,
        kind: "agent",
        style: &[REFERENCE_STYLE, STYLE].join("\n"),
        script: "",
        search: None,
        status: "",
        attributes: "",
        connections: Connections::None,
    };
    frame.html(&format!(
        "<main id=\"main\" class=\"alone\" tabindex=\"-1\">\n<h1>Agent of {}</h1>\n<dl class=\"facts\">{facts}</dl>\n<h2>Pages</h2>\n<ul \
         class=\"pages\">{pages}</ul>\n<h2>Fields that differ from their defaults</h2>\n{set}</main>\n",
        escaped(view.name),
    ))
}

/// Renders links to the explanations of the fields that differ from their defaults.
fn set_fields(spec: &ConfigSpec, loaded: &LoadedConfig) -> String {
    let explanations = loaded.explain_all(spec);
    let differing: Vec<String> = explanations
        .iter()
        .filter(|field| differs(field))
        .map(|field| {
            format!("<li><a href=\"/explain?field={}\">{}</a></li>", escaped(&field.field), code(&field.field))
        })
        .collect();
    match differing.as_slice() {
        [] => "<p class=\"note\">None.</p>\n".to_owned(),
        fields => format!("<ul class=\"fields\">{}</ul>\n", fields.concat()),
    }
}
