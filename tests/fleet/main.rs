//! A fleet beside a real etcd: the store, watches, releases, publication and rollouts. Ignored where `etcd`, `etcdctl`, `openssl`,
//! `prometheus` or `prometheus-alertmanager` is not installed (`scripts/tools` installs them).

mod agents;
mod connection;
mod example;
mod fast_pointers;
mod faults;
#[cfg(feature = "flags")]
mod flags;
mod follow;
mod follow_overrides;
mod hostile;
mod insight;
mod mistakes;
mod prune;
mod publish;
mod relay;
mod relay_outages;
mod relay_sides;
mod releases;
mod rollout;
mod rollout_fleet;
mod serve;
mod sides;
mod staging;
mod store;
mod support;
mod test_node;
mod watch;
