//! config-rs, used as in its examples.

use std::path::Path;

use confgate::bitcraps::Config;
use config::{Environment, File, FileFormat};

use crate::case::PREFIX;

pub fn load(path: &Path) -> Config {
    let variables = Environment::with_prefix(PREFIX.trim_end_matches('_'));
    let variables = variables.prefix_separator("_").separator("__").try_parsing(true);
    let path = path.to_str().expect("the path is text");
    let builder = config::Config::builder().add_source(File::new(path, FileFormat::Toml)).add_source(variables);
    builder.build().and_then(config::Config::try_deserialize).expect("config-rs takes it")
}
