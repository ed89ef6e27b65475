//! Leadership of a controller: a lease that a task renews.

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::lease::Lease;
use crate::position::Revision;

/// The lease of a leader, which a task renews.
pub(super) struct Leadership {
    /// Revision of the leader's key.
    revision: Revision,
    ended: oneshot::Receiver<()>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Leadership {
    /// Holds the lease of the leader's key, which has this revision, until it ends or is given back.
    pub fn of(revision: Revision, mut lease: Lease) -> Self {
        let (over, ended) = oneshot::channel();
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = &mut stopped => {
                        // The lease ends by itself if no server answers.
                        let _ = lease.revoke().await;
                        return;
                    }
                    kept = lease.keep() => match kept {
                        Err(error) if !error.is_transient() => break,
                        _ => {}
                    }
                }
            }
            let _ = over.send(());
        });
        Self { revision, ended, stop, task }
    }

    /// Returns the revision of the leader's key.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Waits until the lease ends.
    pub async fn ended(&mut self) {
        let _ = (&mut self.ended).await;
    }

    /// Gives the lease back, for the next leader.
    pub async fn resign(self) {
        if self.stop.send(()).is_ok() {
            let _ = self.task.await;
        }
    }
}
