//! Messages about a damaged state.

use super::*;

#[test]
fn a_link_that_is_lost_or_leads_elsewhere_is_said_by_the_status() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    let link = machine.state().join("bitcraps/current");
    fs::remove_file(&link).unwrap();
    let lost = "no generation is active: the link to the active generation is missing; see confgate doctor\n";
    assert_eq!(machine.run(&["status"]), (1, lost.to_owned()));
    std::os::unix::fs::symlink("/elsewhere/evil/1", &link).unwrap();
    let (code, printed) = machine.run(&["status"]);
    assert!(code == 1 && printed.contains("points to /elsewhere/evil/1, which is not a generation"), "{printed}");
}

#[test]
fn a_state_that_cannot_be_read_is_an_error_of_every_command() {
    let machine = Machine::new();
    let one = machine.bundle("one", 10);
    machine.run(&["deploy", one.to_str().unwrap()]);
    let generations = machine.state().join("bitcraps/generations");
    fs::rename(&generations, machine.state().join("aside")).unwrap();
    fs::write(&generations, "").unwrap();
    for arguments in [&["status"][..], &["doctor"], &["history"], &["rollback"]] {
        let (code, output) = machine.run(arguments);
        let named = output.contains(&format!("error: {}", generations.display()));
        assert!(code == 2 && named, "{arguments:?}: {output}");
    }
}

#[test]
fn the_history_shows_a_generation_whose_record_is_lost() {
    let machine = Machine::new();
    machine.run(&["deploy", machine.bundle("one", 10).to_str().unwrap()]);
    machine.run(&["deploy", machine.bundle("two", 20).to_str().unwrap()]);
    fs::remove_file(machine.state().join("bitcraps/generations/2.json")).unwrap();
    let (code, printed) = machine.run(&["history"]);
    let lost = "its record is missing or unreadable";
    assert!(
        code == 0 && printed.starts_with(&format!("*   2  damaged: {lost}; see confgate doctor\n    1  ")),
        "{printed}"
    );
    let (_, printed) = machine.run(&["history", "--format", "json"]);
    let entries: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(entries[0], serde_json::json!({ "generation": 2, "damage": lost }));
    assert_eq!(entries[1]["generation"], 1);
}
