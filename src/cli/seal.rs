//! `confgate seal`: values and files that only the holders of a key can read.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::types::secret::Secret;
use confgate_core::value;
use confgate_core::value::reference::is_sealed;
use confgate_seal::{Document, Form, Recipient, seal, seal_value};

use crate::cli::output::Output;
use crate::cli::replace::Readers;
use crate::cli::sealing::recipients::Recipients;
use crate::cli::sealing::{about, bytes, document, key, passphrase, refuse_stdin};
use crate::cli::{DONE, Failure, input, replace as file};

/// Seal secrets with age: a value from standard input, values in a TOML file, or a whole file.
#[derive(Debug, Args)]
pub struct Seal {
    /// The file to seal, or with --in-place the TOML file whose values to seal. Without it one value is read from standard
    /// input, and printed as it is to stand in a config.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The values to seal in place: `database.password`, `network.turn_servers[0].password`.
    #[arg(value_name = "KEY", requires = "in_place", value_parser = key::path)]
    keys: Vec<value::Path>,
    /// Seal values where they stand, and leave everything else in the file as it is.
    #[arg(long, requires = "file")]
    in_place: bool,
    /// Seal each value in plain text that the schema marks secret, and each URL with a password.
    #[arg(long, requires = "in_place")]
    all_secrets: bool,
    /// Take secrets from this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE", requires = "all_secrets")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    recipients: Recipients,
    /// Write the sealed file here. By default it is printed.
    #[arg(long, short, value_name = "FILE", requires = "file", conflicts_with = "in_place")]
    output: Option<PathBuf>,
    /// Seal the file as text.
    #[arg(long, short, requires = "file", conflicts_with = "in_place")]
    armor: bool,
}

impl Seal {
    pub fn run(self, output: &mut Output, gate: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let recipients = self.recipients.read()?;
        match &self.file {
            None => value(&recipients, output)?,
            Some(path) if self.in_place => self.values(path, &recipients, output, gate)?,
            Some(path) => self.whole(path, &recipients, output)?,
        }
        Ok(DONE)
    }

    fn whole(&self, path: &Path, recipients: &[Recipient], output: &mut Output) -> Result<(), Failure> {
        let form = if self.armor { Form::Armored } else { Form::Binary };
        if form == Form::Binary && self.output.is_none() && io::stdout().is_terminal() {
            return Err(Failure("a sealed file is no text for a terminal: use --output or --armor".to_owned()));
        }
        let plain = bytes(path)?;
        if Form::of(&plain).is_some() {
            return Err(Failure(format!("{}: it is sealed already: `rekey` seals it for others", input::shown(path))));
        }
        let sealed = seal(recipients, form, &plain)?;
        match &self.output {
            Some(target) => file::replace(target, &sealed, Readers::Usual),
            None => output.put_bytes(&sealed),
        }
    }

    fn values(
        &self,
        path: &Path,
        recipients: &[Recipient],
        output: &mut Output,
        gate: &dyn Fn() -> Gate,
    ) -> Result<(), Failure> {
        if self.keys.is_empty() && !self.all_secrets {
            return Err(Failure("name the values to seal, or use --all-secrets".to_owned()));
        }
        refuse_stdin(path)?;
        let mut document = document(path, &bytes(path)?)?;
        let mut keys = self.keys.clone();
        if self.all_secrets {
            let secrets = self.secrets(&document, gate)?;
            keys.extend(secrets.into_iter().filter(|key| !self.keys.contains(key)));
        }
        for key in &keys {
            document.seal(key, recipients).map_err(|error| about(path, &error))?;
        }
        if keys.is_empty() {
            return output.put("nothing to seal\n");
        }
        file::replace(path, document.finish().as_bytes(), Readers::Owner)?;
        keys.iter().try_for_each(|key| output.put(&format!("sealed {key}\n")))
    }

    fn secrets(&self, document: &Document, gate: &dyn Fn() -> Gate) -> Result<Vec<value::Path>, Failure> {
        let gate = match &self.schema {
            Some(path) => input::schema_gate(path)?,
            None => gate(),
        };
        Ok(plain_secrets::find(gate.view(), document.tree())
            .iter()
            .filter(|plain| plain.is_certain())
            .map(|plain| plain.path().clone())
            .collect())
    }
}

/// Reads one value and prints it sealed.
fn value(recipients: &[Recipient], output: &mut Output) -> Result<(), Failure> {
    let plain = if io::stdin().is_terminal() {
        passphrase::typed("Value: ", "the value", "a pipe")?
    } else {
        let bytes = bytes(Path::new(input::STDIN))?;
        let text = std::str::from_utf8(&bytes);
        let text =
            text.map_err(|_| Failure("<stdin>: the value is not UTF-8 text: `seal -` seals any bytes".to_owned()))?;
        Secret::from(passphrase::without_line_end(text))
    };
    if plain.expose().is_empty() {
        return Err(Failure("<stdin>: there is nothing to seal".to_owned()));
    }
    if is_sealed(plain.expose()) {
        return Err(Failure("<stdin>: it is sealed already".to_owned()));
    }
    output.put(&format!("{}\n", seal_value(recipients, &plain)?))
}
