//! Loads that never end, and files that are half written.

use std::io::Write;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use super::*;
use crate::secrets::{FoundSecret, Provider, ProviderError};

/// A provider that never answers while its folder has the file `hang`. It answers when the test drops the sender.
struct SilentProvider {
    hang: PathBuf,
    release: Mutex<Vec<Sender<()>>>,
}

impl Provider for Arc<SilentProvider> {
    fn name(&self) -> String {
        "silent".to_owned()
    }

    fn secret(&self, _: &str) -> Result<Option<FoundSecret>, ProviderError> {
        if self.hang.exists() {
            let (release, wait) = channel();
            self.release.lock().unwrap().push(release);
            let _ = wait.recv();
        }
        Ok(None)
    }

    fn place(&self, _: &str) -> String {
        String::new()
    }
}

fn text(count: u32) -> String {
    format!("[monitoring]\nalert_webhook = '${{SECRET_HOOK:-https://none.example/x}}'\n{}", connections(count))
}

fn hanging(limit: Duration) -> (Node, Arc<SilentProvider>, Live<Config>) {
    let node = Node::new(&text(10));
    let provider = Arc::new(SilentProvider { hang: node.folder.path().join("hang"), release: Mutex::default() });
    let loader = node.loader().providers(vec![Box::new(provider.clone())]);
    let live = Live::<Config>::builder(loader).reload_timeout(limit).start().unwrap();
    (node, provider, live)
}

#[test]
fn a_load_that_hangs_is_rejected_in_time_and_the_next_one_runs() {
    let (node, provider, live) = hanging(Duration::from_millis(100));
    node.write(&text(11));
    fs::write(node.folder.path().join("hang"), "").unwrap();
    let refused = live.reload().unwrap_err().to_string();
    assert!(
        refused.contains("the reload did not end within 0.1 s") && refused.contains("runtime/timeout"),
        "{refused}"
    );
    assert!(refused.contains("find the file, filesystem or secret provider that does not answer"), "{refused}");
    assert_eq!((live.hung_reloads(), live.load().network.max_connections), (1, 10));
    let metrics = live.metrics().text();
    assert!(metrics.contains("reloads_total{result=\"timeout\"} 1") && metrics.contains("hung_reloads 1"), "{metrics}");

    live.reload().unwrap_err();
    live.reload().unwrap_err();
    let refused = live.reload().unwrap_err().to_string();
    assert!(refused.contains("3 earlier reloads did not end within 0.1 s and still run"), "{refused}");

    fs::remove_file(node.folder.path().join("hang")).unwrap();
    provider.release.lock().unwrap().clear();
    eventually("the loads end", || live.hung_reloads() == 0);
    assert_eq!(live.load().network.max_connections, 10, "their results are dropped");
    live.reload().unwrap();
    assert_eq!((live.load().network.max_connections, live.last_refusal()), (11, None));
}

#[test]
fn a_start_that_hangs_is_an_error() {
    let node = Node::new(&text(10));
    let provider = Arc::new(SilentProvider { hang: node.folder.path().join("hang"), release: Mutex::default() });
    fs::write(node.folder.path().join("hang"), "").unwrap();
    let loader = node.loader().providers(vec![Box::new(provider.clone())]);
    let builder = Live::<Config>::builder(loader).reload_timeout(Duration::from_millis(50));
    let error = builder.start().unwrap_err().to_string();
    assert!(error.contains("the reload did not end within 0.05 s"), "{error}");
    provider.release.lock().unwrap().clear();
}

#[test]
fn a_reload_thread_that_hangs_is_left_behind() {
    let node = Node::new(&text(10));
    let provider = Arc::new(SilentProvider { hang: node.folder.path().join("hang"), release: Mutex::default() });
    let loader = node.loader().providers(vec![Box::new(provider.clone())]);
    let live = Live::<Config>::builder(loader).watch(Duration::from_millis(20)).start().unwrap();
    fs::write(node.folder.path().join("hang"), "").unwrap();
    node.write(&text(11));
    eventually("the load hangs", || !provider.release.lock().unwrap().is_empty());
    let began = Instant::now();
    drop(live);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    provider.release.lock().unwrap().clear();
}

#[test]
fn a_writer_that_holds_the_file_open_is_waited_for() {
    let node = Node::new(&connections(10));
    let live = node.watched();
    let changes = live.subscribe();
    for count in 11..14 {
        let mut file = fs::File::create(node.file()).unwrap();
        file.write_all(connections(count).as_bytes()).unwrap();
        // Twenty times the quiet time.
        thread::sleep(Duration::from_millis(400));
        file.write_all(format!("[game]\nmin_bet = {count}\n").as_bytes()).unwrap();
        drop(file);
        let change = changes.recv_timeout(Duration::from_secs(20)).unwrap();
        let fields: Vec<&str> = change.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["network.max_connections", "game.min_bet"], "both halves at once");
    }
}

#[test]
fn an_explicit_reload_waits_for_the_writer_too() {
    let node = Node::new(&connections(10));
    let live = Live::<Config>::builder(node.loader()).watch(Duration::from_millis(300)).start().unwrap();
    let changes = live.subscribe();
    let write = || {
        let mut file = fs::File::create(node.file()).unwrap();
        file.write_all(connections(11).as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(100));
        file.write_all(b"[game]\nmin_bet = 11\n").unwrap();
    };
    thread::scope(|scope| {
        scope.spawn(write);
        eventually("the writer began", || fs::read_to_string(node.file()).unwrap() == connections(11));
        // The watch may have been first, and then nothing is left to change.
        let reloaded = live.reload().unwrap();
        let change = changes.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!((change.fields.len(), reloaded.version), (2, 2), "{change:?}");
    });
}
