//! `confgate rollback`: back to an earlier generation.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_deploy::{Deployment, Source, rollback};

use crate::cli::deploy::{Place, Service, cancel_on_signals, harmless_lines, outcome};
use crate::cli::output::Output;
use crate::cli::{DONE, Failure};

/// Go back to the generation before, or to the one with this number.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Number of a generation, as `confgate history` lists it.
    #[arg(value_name = "GENERATION")]
    generation: Option<u64>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    service: Service,
}

impl Rollback {
    pub fn run(self, output: &mut Output, model: &dyn Fn() -> Gate) -> Result<u8, Failure> {
        let gate = self.place.gate(model)?;
        let generations = self.place.generations(&gate)?;
        let loader = self.service.loader(gate);
        let service = self.service.deployment(Source::Path(generations.link().path()), &loader);
        let deployment = Deployment { cancellation: cancel_on_signals()?, ..service };
        let mut steps = String::new();
        let mut tell = |progress| steps.extend(crate::cli::deploy::bring::line(&progress));
        let back = rollback(&deployment, &generations, self.generation, &mut tell);
        output.put(&steps)?;
        match back {
            Ok(generation) => {
                output.put(&format!("\ngeneration {generation} is active\n"))?;
                Ok(DONE)
            }
            Err(error) => {
                output.put(&harmless_lines(&format!("\n{error}\n")))?;
                let is_rejection = error.is_rejection();
                outcome(error, is_rejection)
            }
        }
    }
}
