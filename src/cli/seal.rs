//! `confgate seal`: sealing of values and files for the holders of keys.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::types::Secret;
use confgate_core::value;
use confgate_core::value::reference::is_sealed;
use confgate_files::SizeLimit;
use confgate_runtime::atomic_file::{self, Mode};
use confgate_seal::{Document, Encoding, Recipient, seal, seal_value};

use crate::cli::error::{CliError, SealingError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::path_name::{STDIN, display_name};
use crate::cli::schema_map_args::SchemaMapArgs;
use crate::cli::sealing::{
    RecipientArgs, parse_key_path, read_document, read_secret, read_secret_bytes, reject_stdin, without_line_end,
};

/// Seal a value from standard input, values in a TOML file, or a whole file with age.
#[derive(Debug, Args)]
pub struct Seal {
    /// File to seal, or the TOML file with the values to seal with --in-place. Without a file, reads one value from standard
    /// input and prints the sealed value for a config.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Values to seal in place: `database.password`, `network.turn_servers[0].password`.
    #[arg(value_name = "KEY", requires = "in_place", value_parser = parse_key_path)]
    keys: Vec<value::Path>,
    /// Replace the values in the file by sealed ones. All other text stays unchanged.
    #[arg(long, requires = "file")]
    in_place: bool,
    /// Seal each plain-text value that the schema marks secret, and each URL with a password.
    #[arg(long, requires = "in_place")]
    all_secrets: bool,
    /// Find secrets with this JSON Schema instead of the bundled model.
    #[arg(long, value_name = "FILE", requires = "all_secrets")]
    schema: Option<PathBuf>,
    #[command(flatten)]
    maps: SchemaMapArgs,
    #[command(flatten)]
    recipients: RecipientArgs,
    /// Write the sealed file to this file. [default: standard output]
    #[arg(long, short, value_name = "FILE", requires = "file", conflicts_with = "in_place")]
    output: Option<PathBuf>,
    /// Write the sealed file as text.
    #[arg(long, short, requires = "file", conflicts_with = "in_place")]
    armor: bool,
}

impl Seal {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<ExitStatus, CliError> {
        let recipients = self.recipients.recipients()?;
        match &self.file {
            None => seal_input(&recipients, output)?,
            Some(path) if self.in_place => self.seal_values(path, &recipients, output, model)?,
            Some(path) => self.seal_file(path, &recipients, output)?,
        }
        Ok(ExitStatus::Success)
    }

    fn seal_file(&self, path: &Path, recipients: &[Recipient], output: &mut Output) -> Result<(), CliError> {
        let form = if self.armor { Encoding::Armored } else { Encoding::Binary };
        if form == Encoding::Binary && self.output.is_none() && io::stdout().is_terminal() {
            return Err(SealingError::BinaryToTerminal.into());
        }
        let plain = read_secret_bytes(path, SizeLimit::SEALED)?;
        if Encoding::of(&plain).is_some() {
            return Err(SealingError::FileAlreadySealed { name: display_name(path) }.into());
        }
        let sealed = seal(recipients, form, &plain)?;
        match &self.output {
            Some(target) => Ok(atomic_file::replace(target, &sealed, Mode::Default)?),
            None => output.put_bytes(&sealed),
        }
    }

    fn seal_values(
        &self,
        path: &Path,
        recipients: &[Recipient],
        output: &mut Output,
        model: &dyn Fn() -> Gate,
    ) -> Result<(), CliError> {
        if self.keys.is_empty() && !self.all_secrets {
            return Err(SealingError::NoKeys.into());
        }
        reject_stdin(path)?;
        let mut document = read_document(path, &read_secret_bytes(path, SizeLimit::SEALED)?)?;
        let mut keys = self.keys.clone();
        if self.all_secrets {
            let secrets = self.plain_secrets(&document, model)?;
            keys.extend(secrets.into_iter().filter(|key| !self.keys.contains(key)));
        }
        let progress = output.progress("sealing", keys.len());
        for key in &keys {
            progress.advance();
            document.seal(key, recipients).map_err(|error| CliError::file(path, error))?;
        }
        drop(progress);
        if keys.is_empty() {
            return output.put("nothing to seal\n");
        }
        atomic_file::replace(path, document.finish().as_bytes(), Mode::OwnerOnly)?;
        output.report_only();
        for key in &keys {
            output.put(&format!("sealed {key}\n"))?;
        }
        Ok(())
    }

    /// Returns the values in plain text that are certainly secret.
    fn plain_secrets(&self, document: &Document, model: &dyn Fn() -> Gate) -> Result<Vec<value::Path>, CliError> {
        let gate = input::gate(self.schema.as_deref(), self.maps.as_slice(), model)?;
        Ok(plain_secrets::find(gate.view(), document.tree())
            .iter()
            .filter(|plain| plain.is_certain())
            .map(|plain| plain.path().clone())
            .collect())
    }
}

/// Reads one value from standard input and prints it sealed.
fn seal_input(recipients: &[Recipient], output: &mut Output) -> Result<(), CliError> {
    let plain = if io::stdin().is_terminal() {
        read_secret("Value: ", "the value", "a pipe")?
    } else {
        let bytes = read_secret_bytes(Path::new(STDIN), SizeLimit::SEALED)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| SealingError::ValueNotUtf8)?;
        Secret::from(without_line_end(text))
    };
    if plain.expose().is_empty() {
        return Err(SealingError::EmptyValue.into());
    }
    if is_sealed(plain.expose()) {
        return Err(SealingError::ValueAlreadySealed.into());
    }
    output.put(&format!("{}\n", seal_value(recipients, &plain)?))
}
