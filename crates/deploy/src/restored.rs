//! Result of an automatic rollback.

use std::fmt;

use crate::damage::Damage;
use crate::generations::Generations;

/// The generation that an automatic rollback made active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The generation that is active again; `None` if no earlier one exists.
    pub generation: Option<u64>,
    /// The generation that was active before the deployment, if it is damaged.
    pub damaged: Option<(u64, Damage)>,
    /// Target that the link had before the first deployment, and has again.
    pub link: Option<String>,
}

impl Restored {
    /// Describes a rollback to `generation` after the generation `previous` was active.
    pub(crate) fn new(generations: &Generations<'_>, generation: Option<u64>, previous: Option<u64>) -> Self {
        let damaged = previous.and_then(|previous| {
            let damage = generations.damage(previous).ok().flatten()?;
            // Without a record its files may well be intact.
            (damage != Damage::NoRecord).then_some((previous, damage))
        });
        Self { generation, damaged, link: None }
    }

    /// Adds the foreign target of the link, which it has again if no generation is active.
    pub(crate) fn with_link(self, target: Option<&str>) -> Self {
        Self { link: target.filter(|_| self.generation.is_none()).map(str::to_owned), ..self }
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(target) = &self.link {
            return write!(f, "the link points to {target} again, as before");
        }
        match (self.generation, self.damaged) {
            (Some(generation), None) => write!(f, "generation {generation} is active again"),
            (None, None) => f.write_str("no generation is active, as before"),
            (Some(generation), Some((previous, damage))) if generation == previous => {
                write!(
                    f,
                    "generation {generation} is active again, but {damage}, and no other generation is intact: deploy again"
                )
            }
            (Some(generation), Some((previous, damage))) => {
                write!(
                    f,
                    "generation {generation}, the newest intact one, is active: generation {previous} was active before, \
                     but {damage}"
                )
            }
            (None, Some((previous, damage))) => {
                write!(
                    f,
                    "no generation is active: generation {previous} was active before, but {damage}, and no other \
                     generation is intact: deploy again"
                )
            }
        }
    }
}
