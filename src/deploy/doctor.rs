//! What is wrong with the generations on a disk, and what makes it right again.

use super::generations::{Damage, Generations};
use super::record::{Record, Result as Became};
use super::{DeployError, lock::Lock};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What, in a sentence.
    pub what: String,
    /// Whether the node cannot go on with it.
    pub grave: bool,
    /// What was done about it, or is to be done.
    pub cure: Cure,
}

/// What is done about a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// It was done.
    Done(String),
    /// `doctor --repair` would do it.
    Possible(String),
    /// A person must.
    Advice(String),
}

/// Finishes what a deployment that was cut off left, so that a whole generation counts. For who holds the lock.
///
/// # Errors
///
/// The disk refuses.
pub fn recover(generations: &Generations<'_>) -> Result<Vec<Complaint>, DeployError> {
    generations.sweep()?;
    let mut said = Vec::new();
    let current = generations.current();
    for number in generations.numbers() {
        let Some(record) = generations.record(number).filter(|record| record.result == Became::Activating) else {
            continue;
        };
        // It was never said to be well.
        if current == Some(number) {
            said.push(back(generations, &record)?);
        }
        if generations.folder(number).is_dir() {
            generations.write_record(&Record { result: Became::CutOff, ..record })?;
        } else {
            generations.remove(number)?;
        }
        let what = format!("the deployment of generation {number} was cut off");
        said.push(Complaint { what, grave: false, cure: Cure::Done("it is noted as such".to_owned()) });
    }
    if let Some(repaired) = repair_link(generations)? {
        said.push(repaired);
    }
    Ok(said)
}

fn back(generations: &Generations<'_>, record: &Record) -> Result<Complaint, DeployError> {
    let what = format!("generation {} counts, and was cut off before it was found well", record.generation);
    let whole = record.previous.filter(|previous| generations.damage(*previous).is_none());
    let target = whole.or_else(|| generations.newest_sound(Some(record.generation)));
    let cure = match target {
        Some(target) => {
            generations.point_to(target)?;
            format!("generation {target} is back")
        }
        None => {
            generations.point_nowhere()?;
            "there was none before it, and there is none now".to_owned()
        }
    };
    Ok(Complaint { what, grave: true, cure: Cure::Done(cure) })
}

/// Points to the newest whole generation where the link leads to one that is damaged or gone.
fn repair_link(generations: &Generations<'_>) -> Result<Option<Complaint>, DeployError> {
    let Some(what) = broken_link(generations) else { return Ok(None) };
    let Some(target) = generations.newest_sound(generations.current()) else {
        let advice = "no whole generation is left: deploy again".to_owned();
        return Ok(Some(Complaint { what, grave: true, cure: Cure::Advice(advice) }));
    };
    generations.point_to(target)?;
    Ok(Some(Complaint { what, grave: true, cure: Cure::Done(format!("generation {target} counts now")) }))
}

/// Why the link leads to nothing that a service could run.
fn broken_link(generations: &Generations<'_>) -> Option<String> {
    let Some(current) = generations.current() else {
        let deployed = generations.newest_sound(None).is_some();
        return deployed.then(|| "the link to the generation that counts is gone".to_owned());
    };
    match generations.damage(current)? {
        // Its files may well be right; what they are held against is gone.
        Damage::NoRecord => None,
        damage => Some(format!("generation {current} counts, and {}", damage.words())),
    }
}

/// Looks at everything; with `repair`, makes right what can be.
///
/// # Errors
///
/// Somebody is at work, or the disk refuses.
pub fn examine(generations: &Generations<'_>, repair: bool) -> Result<Vec<Complaint>, DeployError> {
    let mut said = Vec::new();
    if repair {
        let _lock = generations.lock("doctor")?;
        said.extend(recover(generations)?);
        for number in generations.numbers() {
            said.extend(cure(generations, number)?);
        }
        return Ok(said);
    }
    let at_work = Lock::owner(&generations.lock_path()).is_some();
    if let Some(what) = broken_link(generations) {
        let cure = match generations.newest_sound(generations.current()) {
            Some(target) => Cure::Possible(format!("make generation {target} count")),
            None => Cure::Advice("no whole generation is left: deploy again".to_owned()),
        };
        said.push(Complaint { what, grave: true, cure });
    }
    for number in generations.numbers() {
        let record = generations.record(number);
        if !at_work && record.is_some_and(|record| record.result == Became::Activating) {
            let what = format!("the deployment of generation {number} was cut off");
            let grave = generations.current() == Some(number);
            let cure = if grave { "bring back the generation before" } else { "note it as cut off" };
            said.push(Complaint { what, grave, cure: Cure::Possible(cure.to_owned()) });
        }
        if let Some(damage) = generations.damage(number).filter(|_| generations.current() != Some(number)) {
            let what = format!("generation {number}: {}", damage.words());
            said.push(Complaint { what, grave: false, cure: Cure::Possible("remove it".to_owned()) });
        } else if generations.damage(number) == Some(Damage::NoRecord) {
            let what = format!("generation {number} counts, and {}", Damage::NoRecord.words());
            said.push(Complaint { what, grave: false, cure: Cure::Advice("deploy again".to_owned()) });
        }
    }
    Ok(said)
}

fn cure(generations: &Generations<'_>, number: u64) -> Result<Option<Complaint>, DeployError> {
    let Some(damage) = generations.damage(number) else { return Ok(None) };
    let what = format!("generation {number}: {}", damage.words());
    if generations.current() == Some(number) {
        return Ok(Some(Complaint { what, grave: true, cure: Cure::Advice("deploy again".to_owned()) }));
    }
    generations.remove(number)?;
    Ok(Some(Complaint { what, grave: false, cure: Cure::Done("it was removed".to_owned()) }))
}
