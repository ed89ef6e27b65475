//! Cases: what they are on disk, and the comparison with the text that they expect.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use confgate_test_support::{golden, root};
use libtest_mimic::Failed;

/// Case of the corpus.
pub struct Case {
    /// Folder of the case.
    pub folder: PathBuf,
    /// Kind of its config.
    pub input: Input,
}

/// Kind of config.
#[derive(Clone, Copy, PartialEq)]
pub enum Input {
    /// A file in one of the formats, for `confgate check`.
    File(&'static str),
    /// `config.nix`, for a bundle that Nix builds.
    Nix,
}

/// Verdict on a config.
#[derive(Clone, Copy, PartialEq)]
pub enum Verdict {
    /// The config may be deployed.
    Admitted,
    /// The config has errors.
    Refused,
}

impl Case {
    /// Returns all cases, sorted by area and name.
    ///
    /// # Panics
    ///
    /// A folder is not a case.
    pub fn all() -> Vec<Self> {
        folders(&root().join("tests/corpus")).iter().flat_map(|area| folders(area)).map(Self::at).collect()
    }

    fn at(folder: PathBuf) -> Self {
        let files = ["config.toml", "config.json", "config.yaml"].map(|name| (name, Input::File(name)));
        let inputs = files.into_iter().chain([("config.nix", Input::Nix)]);
        let found: Vec<Input> = inputs.filter(|(name, _)| folder.join(name).exists()).map(|(_, input)| input).collect();
        let [input] = found[..] else { panic!("{}: a case has one config", folder.display()) };
        let case = Self { folder, input };
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_/".contains(c);
        assert!(case.name().chars().all(is_plain), "{}: a name has lower-case letters, digits and _", case.name());
        case
    }

    /// Returns the name of the test, `<area>/<case>`.
    pub fn name(&self) -> String {
        let names = self.folder.components().rev().take(2).map(|name| name.as_os_str().to_str().unwrap());
        let [case, area] = names.collect::<Vec<_>>()[..] else { unreachable!("a case is below its area") };
        format!("{area}/{case}")
    }

    /// Returns the path of a file of the case.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads a file of the case, or returns `None` where the case does not have it.
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.file(name)).ok()
    }

    /// Returns the verdict that the case expects, which is the name of its file of expected text.
    ///
    /// # Errors
    ///
    /// The case has two verdicts, or none unless golden files are rewritten.
    pub fn expected(&self, actual: Verdict) -> Result<Verdict, Failed> {
        match [Verdict::Admitted, Verdict::Refused].map(|verdict| self.file(&verdict.file()).exists()) {
            [true, false] => Ok(Verdict::Admitted),
            [false, true] => Ok(Verdict::Refused),
            [false, false] if golden::is_update() => Ok(actual),
            _ => Err("a case has either admitted.txt or refused.txt: UPDATE=1 writes it".into()),
        }
    }

    /// Compares the verdict and the text with those that the case expects.
    ///
    /// # Errors
    ///
    /// They differ.
    pub fn compare(&self, verdict: Verdict, text: &str) -> Result<(), Failed> {
        let expected = self.expected(verdict)?;
        if verdict != expected {
            return Err(format!("{verdict}, and the case expects {}:\n{text}", expected.file()).into());
        }
        let mut difference = String::new();
        golden::compare(&self.file(&expected.file()), text, &mut difference);
        if difference.is_empty() { Ok(()) } else { Err(difference.into()) }
    }
}

impl Verdict {
    fn file(self) -> String {
        format!("{self}.txt")
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Admitted => "admitted",
            Self::Refused => "refused",
        })
    }
}

/// Returns the folders in a folder, sorted.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
