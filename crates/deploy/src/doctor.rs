//! What is wrong with the generations on a disk, and what makes it right again.

use jiff::Timestamp;

use crate::DeployError;
use crate::bundle::Bundle;
use crate::generations::{Damage, Generations};
use crate::lock::{Lock, who};
use crate::record::{Record, Result as Outcome};
use crate::reload::Reload;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What, in a sentence.
    pub what: String,
    /// Whether the node cannot go on with it.
    pub grave: bool,
    /// What was done about it, or is to be done.
    pub cure: Repair,
}

/// What is done about a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// It was done.
    Done(String),
    /// `doctor --repair` would do it.
    Possible(String),
    /// A person must.
    Advice(String),
}

/// Finishes what a deployment that was cut off left: what ran before it counts again, and it is noted that the service is to be
/// told in this way. For who holds the lock.
///
/// # Errors
///
/// The disk refuses.
pub fn recover(generations: &Generations<'_>, reload: &Reload) -> Result<Vec<Problem>, DeployError> {
    generations.sweep()?;
    let mut said: Vec<Problem> = find_link(generations, reload)?.into_iter().collect();
    let (current, base) = (generations.current()?, generations.base()?);
    for number in generations.numbers()? {
        let Some(record) = generations.record(number)?.filter(|record| record.result == Outcome::Activating) else {
            continue;
        };
        if current == Some(number) {
            generations.to_be_told(reload)?;
        }
        let cure = match base {
            // It was never said to be well.
            Some(base) if current == Some(number) => {
                generations.point_to(base)?;
                format!("generation {base} is back, and a service that runs must be told")
            }
            None if current == Some(number) => {
                generations.point_nowhere()?;
                "there is none to go back to, and none counts now".to_owned()
            }
            _ => "it is noted as such".to_owned(),
        };
        if generations.folder(number).is_dir() {
            generations.write_record(&Record { result: Outcome::CutOff, ..record })?;
        } else {
            generations.remove(number)?;
        }
        let what = format!("the deployment of generation {number} was cut off");
        said.push(Problem { what, grave: current == Some(number), cure: Repair::Done(cure) });
    }
    Ok(said)
}

/// Points to what counted last where the link to it is lost.
fn find_link(generations: &Generations<'_>, reload: &Reload) -> Result<Option<Problem>, DeployError> {
    let (Some(what), Some(base)) = (generations.lost_link()?, generations.base()?) else { return Ok(None) };
    generations.to_be_told(reload)?;
    generations.point_to(base)?;
    let cure = format!("generation {base} counts now, and a service that runs must be told");
    Ok(Some(Problem { what, grave: true, cure: Repair::Done(cure) }))
}

/// What is wrong with the generation that counts, for a deployment to say before it is known whether it may change anything.
///
/// # Errors
///
/// What is on the disk cannot be read.
pub fn doubts(generations: &Generations<'_>) -> Result<Option<Problem>, DeployError> {
    if let Some(what) = generations.lost_link()? {
        let advice = match generations.base()? {
            Some(base) => format!("generation {base}, the newest that is whole, is taken for it"),
            None => "no whole generation is left: whether the bundle is older cannot be told".to_owned(),
        };
        return Ok(Some(Problem { what, grave: true, cure: Repair::Advice(advice) }));
    }
    let Some(current) = generations.current()? else { return Ok(None) };
    let Some(damage) = generations.damage(current)? else { return Ok(None) };
    let what = format!("generation {current} counts, and {}", damage.words());
    let advice = match damage {
        Damage::NoRecord => "whether the bundle is older cannot be told; see confgate doctor",
        _ => "see confgate doctor",
    };
    Ok(Some(Problem { what, grave: false, cure: Repair::Advice(advice.to_owned()) }))
}

/// What a service may not know yet: only who deploys knows how it is told.
///
/// # Errors
///
/// The system refuses to say.
pub fn untold(generations: &Generations<'_>) -> Result<Option<Problem>, DeployError> {
    let (Some(how), Some(current)) = (generations.untold()?, generations.current()?) else { return Ok(None) };
    let by = if how.is_empty() { String::new() } else { format!(" by {how}") };
    let what = format!("generation {current} counts, and the service was not told{by}");
    let advice = "deploy what counts again with the way it is told; --reload-command true where you told it";
    Ok(Some(Problem { what, grave: false, cure: Repair::Advice(advice.to_owned()) }))
}

/// Points to the newest whole generation where the link leads to one that is damaged or gone.
fn repair_link(generations: &Generations<'_>) -> Result<Option<Problem>, DeployError> {
    let Some(what) = broken_link(generations)? else { return Ok(None) };
    let Some(target) = generations.newest_sound(generations.current()?)? else {
        let advice = "no whole generation is left: deploy again".to_owned();
        return Ok(Some(Problem { what, grave: true, cure: Repair::Advice(advice) }));
    };
    generations.to_be_told(&Reload::Nobody)?;
    generations.point_to(target)?;
    let cure = format!("generation {target} counts now, and a service that runs must be told");
    Ok(Some(Problem { what, grave: true, cure: Repair::Done(cure) }))
}

/// Why the link leads to nothing that a service could run.
fn broken_link(generations: &Generations<'_>) -> Result<Option<String>, DeployError> {
    let Some(current) = generations.current()? else { return generations.lost_link() };
    Ok(match generations.damage(current)? {
        // Its files may well be right; what they are held against is gone.
        None | Some(Damage::NoRecord) => None,
        Some(damage) => Some(format!("generation {current} counts, and {}", damage.words())),
    })
}

/// Looks at everything; with `repair`, makes right what can be.
///
/// # Errors
///
/// Somebody is at work, or the disk refuses.
pub fn examine(generations: &Generations<'_>, repair: bool) -> Result<Vec<Problem>, DeployError> {
    let mut said = Vec::new();
    if repair {
        let _lock = generations.lock("doctor")?;
        said.extend(recover(generations, &Reload::Nobody)?);
        said.extend(repair_link(generations)?);
        for number in generations.numbers()? {
            said.extend(cure(generations, number)?);
        }
        said.extend(untold(generations)?);
        return Ok(said);
    }
    let at_work = Lock::owner(&generations.lock_path()).is_some();
    let current = generations.current()?;
    if let Some(what) = broken_link(generations)? {
        let cure = match generations.newest_sound(current)? {
            Some(target) => Repair::Possible(format!("make generation {target} count")),
            None => Repair::Advice("no whole generation is left: deploy again".to_owned()),
        };
        said.push(Problem { what, grave: true, cure });
    }
    for number in generations.numbers()? {
        let record = generations.record(number)?;
        if !at_work && record.is_some_and(|record| record.result == Outcome::Activating) {
            let what = format!("the deployment of generation {number} was cut off");
            let grave = current == Some(number);
            let cure = if grave { "bring back the generation before" } else { "note it as cut off" };
            said.push(Problem { what, grave, cure: Repair::Possible(cure.to_owned()) });
        }
        let counts = current == Some(number);
        let Some(damage) = generations.damage(number)? else { continue };
        let cure = match damage {
            // It was said above.
            Damage::Missing | Damage::Altered if counts => continue,
            Damage::NoRecord => "write another from what its files say",
            Damage::Altered => "put it aside",
            Damage::Missing => "forget it",
        };
        said.push(Problem { cure: Repair::Possible(cure.to_owned()), ..wrong(number, damage, counts) });
    }
    if !at_work && said.iter().all(|complaint| !complaint.grave) {
        said.extend(untold(generations)?);
    }
    Ok(said)
}

/// What is wrong with a generation that is damaged.
fn wrong(number: u64, damage: Damage, counts: bool) -> Problem {
    let counts = if counts { " counts, and" } else { ":" };
    let cure = Repair::Advice("deploy again".to_owned());
    Problem { what: format!("generation {number}{counts} {}", damage.words()), grave: false, cure }
}

fn cure(generations: &Generations<'_>, number: u64) -> Result<Option<Problem>, DeployError> {
    let Some(damage) = generations.damage(number)? else { return Ok(None) };
    let counts = generations.current()? == Some(number);
    let complaint = wrong(number, damage, counts);
    let done = match damage {
        Damage::NoRecord => match another_record(generations, number) {
            Ok(record) => {
                generations.put_record_aside(number)?;
                generations.write_record(&record)?;
                "another was written from what its files say".to_owned()
            }
            Err(error) => {
                return Ok(Some(Problem {
                    cure: Repair::Advice(format!("it is no bundle either: {error}")),
                    ..complaint
                }));
            }
        },
        _ if counts => return Ok(Some(Problem { grave: true, ..complaint })),
        Damage::Altered => format!("it was put aside as {}", generations.put_aside(number)?.display()),
        Damage::Missing => {
            generations.remove(number)?;
            "it was forgotten".to_owned()
        }
    };
    Ok(Some(Problem { cure: Repair::Done(done), ..complaint }))
}

/// What can be known of a generation whose record is lost.
fn another_record(generations: &Generations<'_>, number: u64) -> Result<Record, DeployError> {
    let bundle = Bundle::read(&generations.folder(number))?;
    let version = generations.gate().and_then(|gate| bundle.version(gate));
    let counts = generations.current()? == Some(number);
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
        previous: generations.numbers()?.into_iter().rev().find(|other| *other < number),
        restart: Vec::new(),
        result: if counts { Outcome::Kept } else { Outcome::Left("its record was lost".to_owned()) },
    })
}
