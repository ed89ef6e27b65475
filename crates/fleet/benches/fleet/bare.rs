//! Bare watches: clients of etcd that note when a value arrives, and nothing else.

use std::time::{Duration, Instant};

use confgate_test_support::etcd::Etcd;
use etcd_client::{Client, WatchOptions};
use tokio::sync::mpsc;
use tokio::task::LocalSet;

const KEY: &str = "/bare/rollout/all";

/// The size of the value: that of a pointer.
const VALUE: [u8; 200] = [b'x'; 200];

/// Measures the time from the acknowledgement of each put to its arrival at each client.
pub fn measure(etcd: &Etcd, clients: usize, rounds: usize) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let (arrived, mut arrivals) = mpsc::unbounded_channel();
        for number in 0..clients {
            let (endpoint, arrived) = (etcd.endpoint(0), arrived.clone());
            let mut client = Client::connect([endpoint], None).await.unwrap();
            let mut stream = client.watch("/bare/", Some(WatchOptions::new().with_prefix())).await.unwrap();
            tokio::task::spawn_local(async move {
                while let Ok(Some(message)) = stream.message().await {
                    if !message.events().is_empty() {
                        let _ = arrived.send(Instant::now());
                    }
                }
                drop(client);
                let _ = number;
            });
        }
        let mut writer = Client::connect([etcd.endpoint(0)], None).await.unwrap();
        let mut times = Vec::new();
        for _ in 0..rounds {
            tokio::time::sleep(Duration::from_secs(1)).await;
            writer.put(KEY, VALUE, None).await.unwrap();
            let acknowledged = Instant::now();
            for _ in 0..clients {
                let arrived: Instant = arrivals.recv().await.unwrap();
                times.push(arrived.saturating_duration_since(acknowledged));
            }
        }
        times
    })
}
