//! Certificates that expire: who holds one is refused by name, runs on, and goes on by itself with the renewed one.

use std::time::Duration;

use confgate::deploy::CancellationToken;
use confgate::fleet::rollout::{Controller, Event};
use confgate::fleet::{EndpointOptions, Runtime, Store};
use confgate_test_support::etcd::Etcd;
use confgate_test_support::proxy::{Link, Proxy};

use crate::sides::{peers, publish, until};
use crate::support::{Service, with_store};
use crate::test_node::TestNode;

/// Returns options of the server behind a proxy.
fn tls(etcd: &Etcd, proxy: &Proxy) -> EndpointOptions {
    EndpointOptions {
        authority: Some(etcd.certificate("ca.pem")),
        certificate: Some(etcd.certificate("client.pem")),
        key: Some(etcd.certificate("client-key.pem")),
        timeout: Some(Duration::from_secs(6)),
        ..EndpointOptions::plain([format!("https://{}", proxy.address())])
    }
}

/// Ends the open connections, whose certificates were valid when they began.
async fn reconnect(proxy: &Proxy) {
    proxy.set(Link::Cut);
    tokio::time::sleep(Duration::from_millis(300)).await;
    proxy.set(Link::Up);
}

#[test]
#[ignore = "needs etcd"]
fn a_node_runs_on_with_an_expired_certificate_and_follows_with_the_renewed_one() {
    let (etcd, service) = (Etcd::start_with_tls(), Service::new());
    let (of_node, direct) = (Proxy::of(&etcd.address(0)), Proxy::of(&etcd.address(0)));
    let node = TestNode::new(&service, tls(&etcd, &of_node));
    // The author's connection stays open, and with it the certificate of its time.
    with_store(tls(&etcd, &direct), async |store| {
        node.follow(async {
            let mut last = publish(&store, &service, &peers(100)).await;
            node.runs(last).await;
            // A server that rejects the client may close the connection before its reason arrives; that the server's own has expired
            // is what the client finds.
            for (count, name, reason) in [(200, "client", ""), (300, "server", "certificate expired")] {
                etcd.certify(name, false);
                reconnect(&of_node).await;
                let error = until("the certificate is refused", async || {
                    let health = node.status.health();
                    let error = health["error"].as_str()?.to_owned();
                    error.contains(reason).then_some(error)
                })
                .await;
                assert!(error.starts_with("cannot reach etcd at https://127.0.0.1:"), "{error}");
                let next = publish(&store, &service, &peers(count)).await;
                assert_eq!(node.status.report().release, Some(last));
                etcd.certify(name, true);
                node.runs(next).await;
                last = next;
            }
        })
        .await;
    });
}

#[test]
#[ignore = "needs etcd"]
fn a_controller_leads_again_with_a_renewed_certificate() {
    let (etcd, service) = (Etcd::start_with_tls(), Service::new());
    let proxy = Proxy::of(&etcd.address(0));
    let options = tls(&etcd, &proxy);
    Runtime::new().unwrap().block_on(async {
        let store = Store::connect(&options).await.unwrap();
        let keys = service.keys.clone();
        let controller = Controller { store, keys, by: "carol@ops".to_owned(), lease: Duration::from_secs(2) };
        let cancellation = CancellationToken::default();
        let (mut terms, mut interruptions) = (0, 0);
        let mut is_expired = false;
        let mut on_event = |event| match event {
            Event::Leading => {
                terms += 1;
                if terms == 1 {
                    etcd.certify("client", false);
                    proxy.set(Link::Cut);
                    is_expired = true;
                } else {
                    cancellation.cancel("the test ends");
                }
            }
            Event::Interrupted(_) => {
                interruptions += 1;
                proxy.set(Link::Up);
                if is_expired && interruptions > 4 {
                    etcd.certify("client", true);
                    is_expired = false;
                }
            }
            _ => {}
        };
        let running = controller.run(None, &cancellation, &mut on_event);
        let ended = tokio::time::timeout(Duration::from_secs(90), running).await.expect("it leads again");
        assert!(ended.is_err());
        assert!(terms >= 2 && interruptions > 4, "{terms} {interruptions}");
    });
}
