//! A fleet beside a real etcd: the store, watches, releases and publication. Ignored where `etcd`, `etcdctl` or `openssl` is not
//! installed (`scripts/tools` installs them).

mod connection;
mod hostile;
mod publish;
mod releases;
mod store;
mod support;
mod watch;
