//! Transitions between generations: interrupted deployments, rollbacks, repairs.

use super::*;

/// Leaves a node like a deployment that is killed during its health step.
fn interrupt(node: &Node, name: &str, count: u32) {
    let source = node.bundle(name, count);
    let generations = node.generations(&RealDisk);
    let number = generations.numbers().unwrap().last().unwrap() + 1;
    let bundle = Bundle::read(&source).unwrap();
    let previous = generations.active().unwrap();
    let similar = generations.record(previous.unwrap()).unwrap().unwrap();
    let nar_hash = bundle.nar.hash.base32();
    let record = Record { generation: number, nar_hash, previous, outcome: Outcome::Activating, ..similar };
    generations.stage(&bundle, &record).unwrap();
    generations.link().point_to(number).unwrap();
    assert_eq!(node.runs(), Some(count));
}

fn roll_back(node: &Node, wanted: Option<u64>) -> Result<u64, RollbackError> {
    rollback(&deployment(Path::new("")), &node.generations(&RealDisk), wanted, &mut |_| {})
}

fn with_three_generations() -> Node {
    let node = Node::new();
    for (name, count) in [("one", 10), ("two", 20), ("three", 30)] {
        node.deploy(&node.bundle(name, count)).unwrap();
    }
    node
}

#[test]
fn a_rejected_bundle_changes_nothing_even_after_an_interruption_or_an_alteration() {
    let node = with_three_generations();
    interrupt(&node, "four", 40);
    node.deploy(&node.bundle("none", 0)).unwrap_err();
    node.deploy(Path::new("/nowhere")).unwrap_err();
    assert_eq!(node.generations(&RealDisk).active().unwrap(), Some(4));
    let node = with_three_generations();
    fs::write(node.root().join("current/origins.json"), "{ }").unwrap();
    node.deploy(&node.bundle("none", 0)).unwrap_err();
    assert_eq!((node.generations(&RealDisk).active().unwrap(), node.runs()), (Some(3), Some(30)));
    let mut found = Vec::new();
    let source = node.bundle("five", 50);
    deploy(&deployment(&source), &node.generations(&RealDisk), &mut |progress| found.push(progress)).unwrap();
    let message = |progress: &Progress| {
        matches!(
            progress,
            Progress::Problem(Problem {
                kind: ProblemKind::Damaged { generation: 3, damage: Damage::Altered, is_active: true },
                ..
            })
        )
    };
    assert!(found.iter().any(message), "{found:?}");
}

#[test]
fn a_service_that_may_run_an_interrupted_generation_is_notified_of_the_active_one() {
    let node = with_three_generations();
    interrupt(&node, "four", 40);
    let notified = node.0.path().join("notified");
    let source = node.bundle("three", 30);
    let notifying = Deployment {
        reload: Reload::Command(format!("cat {}/current/config.toml > {}", node.root().display(), notified.display())),
        ..deployment(&source)
    };
    let deployed = deploy(&notifying, &node.generations(&RealDisk), &mut |_| {}).unwrap();
    assert_eq!((deployed.unchanged, deployed.generation, node.runs()), (true, Some(3), Some(30)));
    assert_eq!(fs::read_to_string(notified).unwrap(), peers(30));
}

#[test]
fn a_superseded_generation_becomes_active_only_by_its_number() {
    let node = with_three_generations();
    assert_eq!(roll_back(&node, None).unwrap(), 2);
    let left = node.generations(&RealDisk).record(3).unwrap().unwrap().outcome.to_string();
    assert!(left.starts_with("superseded: rollback to 2 on 2"), "{left}");
    node.deploy(&node.bundle("four", 40)).unwrap();
    assert_eq!((roll_back(&node, None).unwrap(), node.runs()), (2, Some(20)));
    // By its number it does, and is kept again.
    assert_eq!(roll_back(&node, Some(3)).unwrap(), 3);
    assert_eq!(node.generations(&RealDisk).record(3).unwrap().unwrap().outcome, Outcome::Kept);
    fs::write(node.generations(&RealDisk).directory(3).join("config.toml"), "").unwrap();
    repair(&node.generations(&RealDisk)).unwrap();
    assert_eq!(node.runs(), Some(10), "the newest kept generation that is intact is active");
}

#[test]
fn a_rollback_after_an_interrupted_deployment_goes_one_step_back() {
    let node = with_three_generations();
    interrupt(&node, "four", 40);
    assert_eq!((roll_back(&node, None).unwrap(), node.runs()), (3, Some(30)));
    let node = Node::new();
    node.deploy(&node.bundle("one", 10)).unwrap();
    interrupt(&node, "two", 20);
    assert_eq!((roll_back(&node, None).unwrap(), node.runs()), (1, Some(10)));
}

#[test]
fn a_generation_that_was_never_healthy_is_neither_a_rollback_target_nor_a_downgrade() {
    let node = with_three_generations();
    let source = node.bundle("four", 40);
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(&source) };
    deploy(&failing, &node.generations(&RealDisk), &mut |_| {}).unwrap_err();
    let never = roll_back(&node, Some(4)).unwrap_err().to_string();
    let reason = "the service was never healthy with generation 4 (rolled back: reload: sh failed (exit status: 1))";
    assert_eq!(never, format!("{reason}: deploy it again"));
    node.deploy(&node.bundle("five", 50)).unwrap();
    assert_eq!(node.deploy(&source).unwrap().generation, Some(6));
}

#[test]
fn an_unhealthy_service_after_a_rollback_is_reported() {
    let node = with_three_generations();
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(Path::new("")) };
    let error = rollback(&failing, &node.generations(&RealDisk), None, &mut |_| {}).unwrap_err().to_string();
    assert_eq!(error, "generation 2 is active, but reload failed: sh failed (exit status: 1)");
    assert_eq!(node.runs(), Some(20));
}

#[test]
fn a_rollback_that_does_not_reach_the_service_is_reported() {
    let node = with_three_generations();
    let source = node.bundle("four", 40);
    let failing = Deployment { reload: Reload::Command("exit 5".to_owned()), ..deployment(&source) };
    let error = deploy(&failing, &node.generations(&RealDisk), &mut |_| {}).unwrap_err().to_string();
    let reason = "sh failed (exit status: 5)";
    assert_eq!(error, format!("reload failed: {reason}; generation 3 is active again, but {reason}"));
}

#[test]
fn failed_attempts_displace_no_good_generation() {
    let node = with_three_generations();
    for count in 40..48 {
        let source = node.bundle("bad", count);
        let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), keep: 3, ..deployment(&source) };
        deploy(&failing, &node.generations(&RealDisk), &mut |_| {}).unwrap_err();
    }
    let source = node.bundle("good", 50);
    deploy(&Deployment { keep: 3, ..deployment(&source) }, &node.generations(&RealDisk), &mut |_| {}).unwrap();
    let ran = |number: &u64| node.generations(&RealDisk).record(*number).unwrap().unwrap().outcome == Outcome::Kept;
    assert_eq!(node.generations(&RealDisk).numbers().unwrap().into_iter().filter(ran).collect::<Vec<_>>(), [2, 3, 12]);
}

#[test]
fn an_executable_file_stays_executable_and_every_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let node = Node::new();
    let source = node.bundle("one", 10);
    fs::set_permissions(source.join("config.toml"), fs::Permissions::from_mode(0o700)).unwrap();
    node.deploy(&source).unwrap();
    let generations = node.generations(&RealDisk);
    assert_eq!(generations.damage(1).unwrap(), None);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = generations.directory(1);
    assert_eq!(
        (mode(&folder.join("config.toml")), mode(&folder.join("origins.json")), mode(&folder)),
        (0o755, 0o644, 0o755)
    );
    assert_eq!(mode(&node.root()), 0o755);
}

#[test]
fn the_doctor_keeps_what_it_cannot_interpret() {
    let node = with_three_generations();
    let generations = node.generations(&RealDisk);
    let record = node.root().join("generations/2.json");
    let text = fs::read_to_string(&record).unwrap().replace("kept", "a-word-of-later");
    fs::write(&record, &text).unwrap();
    repair(&generations).unwrap();
    assert_eq!(generations.record(2).unwrap().unwrap().outcome.to_string(), "superseded: its record was lost");
    assert_eq!(fs::read_to_string(record.with_extension("json.damaged")).unwrap(), text);
    fs::write(generations.directory(1).join("config.toml"), "x = 1").unwrap();
    repair(&generations).unwrap();
    assert_eq!(fs::read_to_string(node.root().join("generations/1.damaged/config.toml")).unwrap(), "x = 1");
    assert_eq!((generations.numbers().unwrap(), node.runs()), (vec![2, 3], Some(30)));
}

#[test]
fn without_a_link_the_newest_intact_generation_is_the_last_good_one() {
    let lost = || {
        let node = with_three_generations();
        fs::remove_file(node.generations(&RealDisk).link().path()).unwrap();
        node
    };
    let node = lost();
    assert_eq!((roll_back(&node, None).unwrap(), node.runs()), (3, Some(30)));
    let node = lost();
    let older = node.deploy(&node.bundle("one", 10)).unwrap_err().to_string();
    assert_eq!(older, "the bundle was deployed before, as generation 1; pass --allow-downgrade to deploy it anyway");
    assert_eq!(node.generations(&RealDisk).active().unwrap(), None, "a rejected bundle changes nothing");
    let again = node.deploy(&node.bundle("three", 30)).unwrap();
    assert_eq!((again.unchanged, again.notified, node.runs()), (true, false, Some(30)));
    assert_eq!(node.generations(&RealDisk).pending_reload().method().unwrap(), None);
    let node = lost();
    let source = node.bundle("four", 40);
    let mut found = Vec::new();
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(&source) };
    let mut report = |progress| found.extend(Some(progress).filter(|it| matches!(it, Progress::Problem(_))));
    let error = deploy(&failing, &node.generations(&RealDisk), &mut report).unwrap_err().to_string();
    assert!(error.contains("; generation 3 is active again"), "{error}");
    assert_eq!((node.generations(&RealDisk).active().unwrap(), node.runs()), (Some(3), Some(30)));
    let Progress::Problem(problem) = &found[0] else { panic!("{found:?}") };
    assert_eq!(problem.kind.to_string(), "the link to the active generation is missing");
    assert_eq!(problem.repair, Repair::Advice("using generation 3, the newest intact one, in its place".to_owned()));
    // The plan compares with it, not with the defaults.
    let node = lost();
    let deployed = node.deploy(&node.bundle("four", 40)).unwrap();
    assert_eq!(deployed.plan.fields[0].old, Some(30.into()));
    assert_eq!(node.generations(&RealDisk).record(4).unwrap().unwrap().previous, Some(3));
}

#[test]
fn a_failed_first_deployment_leaves_no_lost_link() {
    let node = Node::new();
    let source = node.bundle("one", 10);
    let failing = Deployment { reload: Reload::Command("exit 1".to_owned()), ..deployment(&source) };
    deploy(&failing, &node.generations(&RealDisk), &mut |_| {}).unwrap_err();
    let generations = node.generations(&RealDisk);
    assert_eq!((generations.active().unwrap(), generations.link_problem().unwrap()), (None, None));
    node.deploy(&source).unwrap();
    assert_eq!(node.runs(), Some(10));
}

#[test]
fn an_automatic_rollback_goes_to_the_newest_intact_generation_and_names_it() {
    let failed = |damage: &dyn Fn(&Generations<'_>)| {
        let node = with_three_generations();
        damage(&node.generations(&RealDisk));
        let source = node.bundle("four", 40);
        let failing = Deployment { health: Some(Probe::Command("false".to_owned())), ..deployment(&source) };
        let failing = Deployment { timeout: Duration::from_millis(1), ..failing };
        let message = deploy(&failing, &node.generations(&RealDisk), &mut |_| {}).unwrap_err().to_string();
        let (_, message) = message.split_once("; ").unwrap();
        (message.to_owned(), node.runs())
    };
    let gone = |number: u64| move |at: &Generations<'_>| fs::remove_dir_all(at.directory(number)).unwrap();
    let altered = |number: u64| move |at: &Generations<'_>| fs::write(at.directory(number).join("x"), "").unwrap();
    let newest = "generation 2, the newest intact one, is active: generation 3 was active before, but its files";
    assert_eq!(failed(&gone(3)), (format!("{newest} are missing"), Some(20)));
    assert_eq!(failed(&altered(3)), (format!("{newest} differ from those that were deployed"), Some(20)));
    let only = "its files differ from those that were deployed, and no other generation is intact: deploy again";
    let all_altered = |at: &Generations<'_>| (1..=3).for_each(|number| altered(number)(at));
    assert_eq!(failed(&all_altered), (format!("generation 3 is active again, but {only}"), Some(30)));
    let none = "its files are missing, and no other generation is intact: deploy again";
    let all_gone = |at: &Generations<'_>| (1..=3).for_each(|number| gone(number)(at));
    assert_eq!(
        failed(&all_gone),
        (format!("no generation is active: generation 3 was active before, but {none}"), None)
    );
}

#[test]
fn a_link_with_a_wrong_target_is_found_and_repaired() {
    for astray in ["/elsewhere/evil/3", "../other/generations/3", "generations/03", "generations/3/3", "3"] {
        let node = with_three_generations();
        let generations = node.generations(&RealDisk);
        fs::remove_file(generations.link().path()).unwrap();
        std::os::unix::fs::symlink(astray, generations.link().path()).unwrap();
        let problems = examine(&generations).unwrap();
        assert_eq!((generations.active().unwrap(), problems.len()), (None, 1), "{astray}: {problems:?}");
        let what = format!("{} points to {astray}, which is not a generation", generations.link().path().display());
        assert_eq!((&problems[0].kind.to_string(), problems[0].is_error), (&what, true));
        assert_eq!(problems[0].repair, Repair::Possible("make generation 3 active".to_owned()));
        repair(&generations).unwrap();
        assert_eq!((generations.active().unwrap(), node.runs()), (Some(3), Some(30)), "{astray}");
    }
}

#[test]
fn a_directory_in_place_of_the_link_is_left_to_the_user() {
    let node = with_three_generations();
    let link = node.generations(&RealDisk).link().path();
    fs::remove_file(&link).unwrap();
    fs::create_dir(&link).unwrap();
    let problems = examine(&node.generations(&RealDisk)).unwrap();
    assert_eq!(problems[0].kind.to_string(), format!("{} is not a link; move it away", link.display()));
    let refused = node.deploy(&node.bundle("four", 40)).unwrap_err().to_string();
    assert_eq!(refused, format!("{} is not a link; move it away", link.display()));
    assert!(link.is_dir() && node.generations(&RealDisk).numbers().unwrap() == [1, 2, 3]);
}

#[test]
fn an_unreadable_state_is_an_error_and_not_absent() {
    let node = with_three_generations();
    let (generations, root) = (node.generations(&RealDisk), node.root());
    // Root may read every file; a directory in its place fails for root too.
    fs::remove_file(root.join("generations/2.json")).unwrap();
    fs::create_dir(root.join("generations/2.json")).unwrap();
    let directory = format!("{}: not a regular file: a directory", root.join("generations/2.json").display());
    assert_eq!(generations.record(2).unwrap_err().to_string(), directory);
    assert_eq!(examine(&generations).unwrap_err().to_string(), directory);
    fs::rename(root.join("generations"), root.join("aside")).unwrap();
    fs::write(root.join("generations"), "").unwrap();
    let no_directory = format!("{}: Not a directory (os error 20)", root.join("generations").display());
    assert_eq!(generations.numbers().unwrap_err().to_string(), no_directory);
    fs::rename(&root, root.with_file_name("moved")).unwrap();
    fs::write(&root, "").unwrap();
    let no_directory = format!("{}: Not a directory (os error 20)", root.join("current").display());
    assert_eq!(generations.active().unwrap_err().to_string(), no_directory);
    let refused = node.deploy(&node.bundle("four", 40)).unwrap_err().to_string();
    assert_eq!(refused, format!("{}: not a directory", root.display()));
}
