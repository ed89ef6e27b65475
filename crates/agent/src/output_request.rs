//! Requests to the output thread, and the observer of reloads by signal that makes one.

use std::sync::Weak;
use std::sync::mpsc::Sender;

use confgate_runtime::live::SignalObserver;
use confgate_runtime::load::Refused;
use confgate_runtime::service_manager::{ServiceState, notify, reload_status};

/// A request to write the output file if it is not current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OutputRequest {
    /// The config may have changed.
    Changed,
    /// A reload by signal ended. The service manager waits until the file has its result.
    Reloaded {
        /// Result of the reload in one line.
        status: String,
    },
}

/// Observer of reloads by signal. A reload is complete once the output file has its result.
pub(crate) struct ReloadReporter {
    /// Weak, since the output thread ends when the senders of the agent are dropped. The service, which holds the observer,
    /// lives longer.
    pub requests: Weak<Sender<OutputRequest>>,
}

impl SignalObserver for ReloadReporter {
    fn started(&self) {
        notify(&ServiceState::Reloading);
    }

    fn ended(&self, version: u64, refused: Option<&Refused>) {
        let status = reload_status(version, refused);
        let Some(requests) = self.requests.upgrade() else { return };
        // Without an output file, there is no receiver, and the reload is complete.
        if requests.send(OutputRequest::Reloaded { status: status.clone() }).is_err() {
            notify(&ServiceState::Ready { status: Some(status) });
        }
    }
}
