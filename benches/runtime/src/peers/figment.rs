//! figment, used as in its documentation.

use std::path::Path;

use confgate::bitcraps::Config;
use figment::Figment;
use figment::providers::{Env, Format, Toml};

use crate::case::PREFIX;

pub fn load(path: &Path) -> Config {
    let figment = Figment::new().merge(Toml::file_exact(path)).merge(Env::prefixed(PREFIX).split("__"));
    figment.extract().expect("figment takes it")
}
