//! What is wrong with the generations on a disk, and what makes it right again.

use jiff::Timestamp;

use super::bundle::Bundle;
use super::generations::{Damage, Generations};
use super::record::{Record, Result as Became};
use super::{DeployError, lock::Lock, lock::who};

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

/// Finishes what a deployment that was cut off left: what ran before it counts again. For who holds the lock.
///
/// # Errors
///
/// The disk refuses.
pub fn recover(generations: &Generations<'_>) -> Result<Vec<Complaint>, DeployError> {
    generations.sweep()?;
    let mut said = Vec::new();
    let (current, base) = (generations.current(), generations.base());
    for number in generations.numbers() {
        let Some(record) = generations.record(number).filter(|record| record.result == Became::Activating) else {
            continue;
        };
        let cure = match base {
            // It was never said to be well.
            Some(base) if current == Some(number) => {
                generations.point_to(base)?;
                format!("generation {base} is back, and a service that runs must be told")
            }
            None if current == Some(number) => {
                generations.point_nowhere()?;
                "there was none before it, and none counts now".to_owned()
            }
            _ => "it is noted as such".to_owned(),
        };
        if generations.folder(number).is_dir() {
            generations.write_record(&Record { result: Became::CutOff, ..record })?;
        } else {
            generations.remove(number)?;
        }
        let what = format!("the deployment of generation {number} was cut off");
        said.push(Complaint { what, grave: current == Some(number), cure: Cure::Done(cure) });
    }
    Ok(said)
}

/// What is wrong with the generation that counts, for a deployment to say: it is not its to repair.
pub fn doubts(generations: &Generations<'_>) -> Vec<Complaint> {
    let current = generations.current();
    let damage = current.and_then(|number| Some((number, generations.damage(number)?)));
    let said = damage.map(|(number, damage)| {
        let what = format!("generation {number} counts, and {}", damage.words());
        let advice = match damage {
            Damage::NoRecord => "whether the bundle is older cannot be told; see confgate doctor",
            _ => "see confgate doctor",
        };
        Complaint { what, grave: false, cure: Cure::Advice(advice.to_owned()) }
    });
    said.into_iter().collect()
}

/// Points to the newest whole generation where the link leads to one that is damaged or gone.
fn repair_link(generations: &Generations<'_>) -> Result<Option<Complaint>, DeployError> {
    let Some(what) = broken_link(generations) else { return Ok(None) };
    let Some(target) = generations.newest_sound(generations.current()) else {
        let advice = "no whole generation is left: deploy again".to_owned();
        return Ok(Some(Complaint { what, grave: true, cure: Cure::Advice(advice) }));
    };
    generations.point_to(target)?;
    let cure = format!("generation {target} counts now, and a service that runs must be told");
    Ok(Some(Complaint { what, grave: true, cure: Cure::Done(cure) }))
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
        said.extend(repair_link(generations)?);
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
        let counts = generations.current() == Some(number);
        let cure = match generations.damage(number) {
            None => continue,
            // It was said above.
            Some(Damage::Missing | Damage::Altered) if counts => continue,
            Some(Damage::NoRecord) => "write another from what its files say",
            Some(Damage::Altered) => "put it aside",
            Some(Damage::Missing) => "forget it",
        };
        said.push(Complaint { cure: Cure::Possible(cure.to_owned()), ..wrong(generations, number) });
    }
    Ok(said)
}

/// What is wrong with a generation that is damaged.
fn wrong(generations: &Generations<'_>, number: u64) -> Complaint {
    let damage = generations.damage(number).map_or("it is whole", Damage::words);
    let counts = if generations.current() == Some(number) { " counts, and" } else { ":" };
    let cure = Cure::Advice("deploy again".to_owned());
    Complaint { what: format!("generation {number}{counts} {damage}"), grave: false, cure }
}

fn cure(generations: &Generations<'_>, number: u64) -> Result<Option<Complaint>, DeployError> {
    let Some(damage) = generations.damage(number) else { return Ok(None) };
    let complaint = wrong(generations, number);
    let done = match damage {
        Damage::NoRecord => match another_record(generations, number) {
            Ok(record) => {
                generations.put_record_aside(number)?;
                generations.write_record(&record)?;
                "another was written from what its files say".to_owned()
            }
            Err(error) => {
                return Ok(Some(Complaint {
                    cure: Cure::Advice(format!("it is no bundle either: {error}")),
                    ..complaint
                }));
            }
        },
        _ if generations.current() == Some(number) => return Ok(Some(Complaint { grave: true, ..complaint })),
        Damage::Altered => format!("it was put aside as {}", generations.put_aside(number)?.display()),
        Damage::Missing => {
            generations.remove(number)?;
            "it was forgotten".to_owned()
        }
    };
    Ok(Some(Complaint { cure: Cure::Done(done), ..complaint }))
}

/// What can be known of a generation whose record is lost.
fn another_record(generations: &Generations<'_>, number: u64) -> Result<Record, DeployError> {
    let bundle = Bundle::read(&generations.folder(number))?;
    let version = generations.gate().and_then(|gate| bundle.version(gate));
    let counts = generations.current() == Some(number);
    Ok(Record {
        generation: number,
        bundle: bundle.manifest.name,
        environment: bundle.manifest.environment,
        source: "unknown".to_owned(),
        resolved: "its record was lost".to_owned(),
        signer: None,
        time: Timestamp::now(),
        who: who(),
        nar: bundle.nar.base32(),
        version,
        previous: generations.numbers().into_iter().rev().find(|other| *other < number),
        restart: Vec::new(),
        result: if counts { Became::Kept } else { Became::Left("its record was lost".to_owned()) },
    })
}
