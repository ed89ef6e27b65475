use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use sha2::{Digest, Sha256};

/// Bundle as a build writes it, for tests that need no build.
pub struct Bundle<'a> {
    /// Name of the bundle.
    pub name: &'a str,
    /// Environment of the config.
    pub environment: &'a str,
    /// Model of the config, absent for a service with a schema alone.
    pub model: Option<&'a str>,
    /// Text of the schema that the build used, empty where it does not matter.
    pub schema: &'a str,
    /// Format of the config, which is the extension of its file.
    pub format: &'a str,
    /// Text of the config.
    pub config: &'a str,
}

impl Default for Bundle<'_> {
    fn default() -> Self {
        Self {
            name: "node",
            environment: "Development",
            model: Some("bitcraps"),
            schema: "",
            format: "toml",
            config: "",
        }
    }
}

impl Bundle<'_> {
    /// Writes the files of the bundle to a folder, which is created.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let schema = if self.schema.is_empty() { String::new() } else { digest(self.schema) };
        let manifest = json!({
            "name": self.name, "environment": self.environment, "model": self.model, "admitted": true, "keys": 1,
            "findings": [], "digests": { "schema": schema, "settings": digest(self.config), "sources": {} },
        });
        fs::create_dir_all(folder).unwrap();
        let config = format!("config.{}", self.format);
        let files = [(config.as_str(), self.config), ("origins.json", "{}"), ("manifest.json", &manifest.to_string())];
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        folder.to_owned()
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
