//! The ways from one generation to another, and what is left of those that were left.

use super::*;

/// Leaves a node as a deployment does that is killed while it asks whether the service is well.
fn cut_off(node: &Node, name: &str, count: u32) {
    let source = node.bundle(name, count);
    let generations = node.generations(&Real);
    let number = generations.numbers().unwrap().last().unwrap() + 1;
    let bundle = Bundle::read(&source).unwrap();
    let previous = generations.current().unwrap();
    let like = generations.record(previous.unwrap()).unwrap().unwrap();
    let nar = bundle.nar.base32();
    let record = Record { generation: number, nar, previous, result: Outcome::Activating, ..like };
    generations.stage(&bundle, &record).unwrap();
    generations.point_to(number).unwrap();
    assert_eq!(node.runs(), Some(count));
}

fn back(node: &Node, wanted: Option<u64>) -> Result<u64, DeployError> {
    go_back(&deployment(Path::new("")), &node.generations(&Real), wanted, &mut |_| {})
}

fn three() -> Node {
    let node = Node::new();
    for (name, count) in [("one", 10), ("two", 20), ("three", 30)] {
        node.deploy(&node.bundle(name, count)).unwrap();
    }
    node
}

#[test]
fn what_is_refused_moves_nothing_even_after_a_deployment_that_was_cut_off_or_an_alteration() {
    let node = three();
    cut_off(&node, "four", 40);
    node.deploy(&node.bundle("none", 0)).unwrap_err();
    node.deploy(Path::new("/nowhere")).unwrap_err();
    assert_eq!(node.generations(&Real).current().unwrap(), Some(4));
    let node = three();
    fs::write(node.root().join("current/origins.json"), "{ }").unwrap();
    node.deploy(&node.bundle("none", 0)).unwrap_err();
    assert_eq!((node.generations(&Real).current().unwrap(), node.runs()), (Some(3), Some(30)));
    let mut found = Vec::new();
    let source = node.bundle("five", 50);
    deployment(&source).run(&node.generations(&Real), &mut |progress| found.push(progress)).unwrap();
    let said = |progress: &Progress| matches!(progress, Progress::Found(complaint) if complaint.what.ends_with("its files are not those that were deployed"));
    assert!(found.iter().any(said), "{found:?}");
}

#[test]
fn a_service_that_may_run_what_was_cut_off_is_told_of_what_counts_again() {
    let node = three();
    cut_off(&node, "four", 40);
    let told = node.0.path().join("told");
    let source = node.bundle("three", 30);
    let telling = Deployment {
        reload: Reload::Command(format!("cat {}/current/config.toml > {}", node.root().display(), told.display())),
        ..deployment(&source)
    };
    let deployed = telling.run(&node.generations(&Real), &mut |_| {}).unwrap();
    assert_eq!((deployed.same, deployed.generation, node.runs()), (true, Some(3), Some(30)));
    assert_eq!(fs::read_to_string(told).unwrap(), peers(30));
}

#[test]
fn a_generation_that_was_left_does_not_come_back_by_itself() {
    let node = three();
    assert_eq!(back(&node, None).unwrap(), 2);
    let left = node.generations(&Real).record(3).unwrap().unwrap().result.words();
    assert!(left.starts_with("left: rollback to 2 on 2"), "{left}");
    node.deploy(&node.bundle("four", 40)).unwrap();
    assert_eq!((back(&node, None).unwrap(), node.runs()), (2, Some(20)));
    // By name it does, and is kept again.
    assert_eq!(back(&node, Some(3)).unwrap(), 3);
    assert_eq!(node.generations(&Real).record(3).unwrap().unwrap().result, Outcome::Kept);
    fs::write(node.generations(&Real).folder(3).join("config.toml"), "").unwrap();
    examine(&node.generations(&Real), true).unwrap();
    assert_eq!(node.runs(), Some(10), "of those that were kept the newest is whole");
}

#[test]
fn the_way_back_from_a_deployment_that_was_cut_off_is_one_step() {
    let node = three();
    cut_off(&node, "four", 40);
    assert_eq!((back(&node, None).unwrap(), node.runs()), (3, Some(30)));
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    cut_off(&node, "two", 20);
    assert_eq!((back(&node, None).unwrap(), node.runs()), (1, Some(10)));
}

#[test]
fn one_that_never_ran_is_no_way_back_and_no_downgrade() {
    let node = three();
    let source = node.bundle("four", 40);
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(&source) };
    failing.run(&node.generations(&Real), &mut |_| {}).unwrap_err();
    let never = back(&node, Some(4)).unwrap_err().to_string();
    let reason = "the service was never well with generation 4 (rolled back: reload: sh ended with exit status: 1)";
    assert_eq!(never, format!("{reason}: deploy it again"));
    node.deploy(&node.bundle("five", 50)).unwrap();
    assert_eq!(node.deploy(&source).unwrap().generation, Some(6));
}

#[test]
fn a_service_that_is_not_well_with_what_somebody_went_back_to_is_said() {
    let node = three();
    let unwell = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(Path::new("")) };
    let error = go_back(&unwell, &node.generations(&Real), None, &mut |_| {}).unwrap_err().to_string();
    assert_eq!(error, "generation 2 counts now, and reload failed: sh ended with exit status: 1");
    assert_eq!(node.runs(), Some(20));
}

#[test]
fn a_way_back_on_which_the_service_is_not_told_is_said() {
    let node = three();
    let source = node.bundle("four", 40);
    let deaf = Deployment { reload: Reload::Command("exit 5".to_owned()), ..deployment(&source) };
    let error = deaf.run(&node.generations(&Real), &mut |_| {}).unwrap_err().to_string();
    let reason = "sh ended with exit status: 5";
    assert_eq!(error, format!("reload failed: {reason}; generation 3 is back, but {reason}"));
}

#[test]
fn failed_attempts_push_no_good_generation_out() {
    let node = three();
    for count in 40..48 {
        let source = node.bundle("bad", count);
        let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), keep: 3, ..deployment(&source) };
        failing.run(&node.generations(&Real), &mut |_| {}).unwrap_err();
    }
    let source = node.bundle("good", 50);
    Deployment { keep: 3, ..deployment(&source) }.run(&node.generations(&Real), &mut |_| {}).unwrap();
    let ran = |number: &u64| node.generations(&Real).record(*number).unwrap().unwrap().result == Outcome::Kept;
    assert_eq!(node.generations(&Real).numbers().unwrap().into_iter().filter(ran).collect::<Vec<_>>(), [2, 3, 12]);
}

#[test]
fn a_file_that_may_be_run_is_installed_as_one_and_everybody_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let node = Node::new();
    let source = node.bundle("one", 10);
    fs::set_permissions(source.join("config.toml"), fs::Permissions::from_mode(0o700)).unwrap();
    node.deploy(&source).unwrap();
    let generations = node.generations(&Real);
    assert_eq!(generations.damage(1).unwrap(), None);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = generations.folder(1);
    assert_eq!(
        (mode(&folder.join("config.toml")), mode(&folder.join("origins.json")), mode(&folder)),
        (0o755, 0o644, 0o755)
    );
    assert_eq!(mode(&node.root()), 0o755);
}

#[test]
fn what_the_doctor_cannot_judge_is_kept() {
    let node = three();
    let generations = node.generations(&Real);
    let record = node.root().join("generations/2.json");
    let text = fs::read_to_string(&record).unwrap().replace("kept", "a-word-of-later");
    fs::write(&record, &text).unwrap();
    examine(&generations, true).unwrap();
    assert_eq!(generations.record(2).unwrap().unwrap().result.words(), "left: its record was lost");
    assert_eq!(fs::read_to_string(record.with_extension("json.damaged")).unwrap(), text);
    fs::write(generations.folder(1).join("config.toml"), "x = 1").unwrap();
    examine(&generations, true).unwrap();
    assert_eq!(fs::read_to_string(node.root().join("generations/1.damaged/config.toml")).unwrap(), "x = 1");
    assert_eq!((generations.numbers().unwrap(), node.runs()), (vec![2, 3], Some(30)));
}

#[test]
fn where_the_link_is_lost_the_newest_sound_generation_is_what_counted() {
    let lost = || {
        let node = three();
        fs::remove_file(node.generations(&Real).link()).unwrap();
        node
    };
    let node = lost();
    assert_eq!((back(&node, None).unwrap(), node.runs()), (3, Some(30)));
    let node = lost();
    let older = node.deploy(&node.bundle("one", 10)).unwrap_err().to_string();
    assert_eq!(older, "it is generation 1 again; --allow-downgrade takes it all the same");
    assert_eq!(node.generations(&Real).current().unwrap(), None, "what is refused changes nothing");
    let again = node.deploy(&node.bundle("three", 30)).unwrap();
    assert_eq!((again.same, again.told, node.runs()), (true, false, Some(30)));
    assert_eq!(node.generations(&Real).untold().unwrap(), None);
    let node = lost();
    let source = node.bundle("four", 40);
    let mut found = Vec::new();
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(&source) };
    let mut tell = |progress| found.extend(Some(progress).filter(|it| matches!(it, Progress::Found(_))));
    let error = failing.run(&node.generations(&Real), &mut tell).unwrap_err().to_string();
    assert!(error.contains("; generation 3 is back"), "{error}");
    assert_eq!((node.generations(&Real).current().unwrap(), node.runs()), (Some(3), Some(30)));
    let Progress::Found(complaint) = &found[0] else { panic!("{found:?}") };
    assert_eq!(complaint.what, "the link to the generation that counts is gone");
    assert_eq!(complaint.cure, Repair::Advice("generation 3, the newest that is whole, is taken for it".to_owned()));
    // The plan is against it, and not against the defaults.
    let node = lost();
    let deployed = node.deploy(&node.bundle("four", 40)).unwrap();
    assert_eq!(deployed.plan.fields[0].old, Some(30.into()));
    assert_eq!(node.generations(&Real).record(4).unwrap().unwrap().previous, Some(3));
}

#[test]
fn a_first_deployment_that_failed_leaves_no_link_that_is_missed() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(&source) };
    failing.run(&node.generations(&Real), &mut |_| {}).unwrap_err();
    let generations = node.generations(&Real);
    assert_eq!((generations.current().unwrap(), generations.lost_link().unwrap()), (None, None));
    node.deploy(&source).unwrap();
    assert_eq!(node.runs(), Some(10));
}

#[test]
fn a_roll_back_goes_to_the_newest_sound_generation_and_says_which() {
    let failed = |damage: &dyn Fn(&Generations<'_>)| {
        let node = three();
        damage(&node.generations(&Real));
        let source = node.bundle("four", 40);
        let failing = Deployment { health: Some(Probe::Command("false".to_owned())), ..deployment(&source) };
        let failing = Deployment { patience: Duration::from_millis(1), ..failing };
        let said = failing.run(&node.generations(&Real), &mut |_| {}).unwrap_err().to_string();
        let (_, said) = said.split_once("; ").unwrap();
        (said.to_owned(), node.runs())
    };
    let gone = |number: u64| move |at: &Generations<'_>| fs::remove_dir_all(at.folder(number)).unwrap();
    let altered = |number: u64| move |at: &Generations<'_>| fs::write(at.folder(number).join("x"), "").unwrap();
    let newest = "generation 2, the newest that is whole, is back: generation 3 ran before, and its files";
    assert_eq!(failed(&gone(3)), (format!("{newest} are gone"), Some(20)));
    assert_eq!(failed(&altered(3)), (format!("{newest} are not those that were deployed"), Some(20)));
    let only = "its files are not those that were deployed; no other is whole: deploy again";
    let all_altered = |at: &Generations<'_>| (1..=3).for_each(|number| altered(number)(at));
    assert_eq!(failed(&all_altered), (format!("generation 3 is back, and {only}"), Some(30)));
    let none = "its files are gone; no other is whole, and none counts now: deploy again";
    let all_gone = |at: &Generations<'_>| (1..=3).for_each(|number| gone(number)(at));
    assert_eq!(failed(&all_gone), (format!("generation 3 ran before, and {none}"), None));
}

#[test]
fn a_link_that_leads_elsewhere_is_found_and_repaired() {
    for astray in ["/elsewhere/evil/3", "../other/generations/3", "generations/03", "generations/3/3", "3"] {
        let node = three();
        let generations = node.generations(&Real);
        fs::remove_file(generations.link()).unwrap();
        std::os::unix::fs::symlink(astray, generations.link()).unwrap();
        let said = examine(&generations, false).unwrap();
        assert_eq!((generations.current().unwrap(), said.len()), (None, 1), "{astray}: {said:?}");
        let what = format!("{} leads to {astray}, which is no generation", generations.link().display());
        assert_eq!((&said[0].what, said[0].grave), (&what, true));
        assert_eq!(said[0].cure, Repair::Possible("make generation 3 count".to_owned()));
        examine(&generations, true).unwrap();
        assert_eq!((generations.current().unwrap(), node.runs()), (Some(3), Some(30)), "{astray}");
    }
}

#[test]
fn a_folder_in_the_place_of_the_link_is_left_to_a_person() {
    let node = three();
    let link = node.generations(&Real).link();
    fs::remove_file(&link).unwrap();
    fs::create_dir(&link).unwrap();
    let said = examine(&node.generations(&Real), false).unwrap();
    assert_eq!(said[0].what, format!("{} is no link: it is to be moved away", link.display()));
    let refused = node.deploy(&node.bundle("four", 40)).unwrap_err().to_string();
    assert_eq!(refused, format!("{}: Is a directory (os error 21)", link.display()));
    assert!(link.is_dir() && node.generations(&Real).numbers().unwrap() == [1, 2, 3]);
}

#[test]
fn a_state_that_cannot_be_read_is_an_error_and_not_absent() {
    let node = three();
    let (generations, root) = (node.generations(&Real), node.root());
    // Root may read everything, but not what is of another kind.
    fs::remove_file(root.join("generations/2.json")).unwrap();
    fs::create_dir(root.join("generations/2.json")).unwrap();
    let directory = format!("{}: Is a directory (os error 21)", root.join("generations/2.json").display());
    assert_eq!(generations.record(2).unwrap_err().to_string(), directory);
    assert_eq!(examine(&generations, false).unwrap_err().to_string(), directory);
    fs::rename(root.join("generations"), root.join("aside")).unwrap();
    fs::write(root.join("generations"), "").unwrap();
    let no_directory = format!("{}: Not a directory (os error 20)", root.join("generations").display());
    assert_eq!(generations.numbers().unwrap_err().to_string(), no_directory);
    fs::rename(&root, root.with_file_name("moved")).unwrap();
    fs::write(&root, "").unwrap();
    let no_directory = format!("{}: Not a directory (os error 20)", root.join("current").display());
    assert_eq!(generations.current().unwrap_err().to_string(), no_directory);
    let refused = node.deploy(&node.bundle("four", 40)).unwrap_err().to_string();
    assert_eq!(refused, format!("{}: not a directory", root.display()));
}
