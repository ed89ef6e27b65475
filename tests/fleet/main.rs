//! A fleet beside a real etcd: the store, watches, releases and publication. Ignored where `etcd`, `etcdctl` or `openssl` is not
//! installed (`scripts/tools` installs them).

mod agents;
mod connection;
mod follow;
mod hostile;
mod publish;
mod relay;
mod releases;
mod sides;
mod store;
mod support;
mod watch;
