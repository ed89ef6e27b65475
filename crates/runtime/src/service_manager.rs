//! Notifications of a service manager by the protocol of `sd_notify(3)`: a datagram to `$NOTIFY_SOCKET`.
//!
//! A service under systemd with `Type=notify-reload` calls [`notify()`] with [`ServiceState::Ready`] once it serves, and gives
//! [`ServiceManager`] to [`Live::observe_signals`](crate::live::Live::observe_signals):
//!
//! ```
//! use confgate_bitcraps::Config;
//! use confgate_runtime::live::Live;
//! use confgate_runtime::load::Loader;
//! use confgate_runtime::service_manager::{ServiceManager, ServiceState, notify};
//! use confgate_runtime::system::SystemContext;
//!
//! let live = Live::<Config>::builder(Loader::of::<Config>(SystemContext::bare())).signal().start()?;
//! live.observe_signals(ServiceManager);
//! notify(&ServiceState::Ready { status: None });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::ffi::OsStr;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;
use std::{env, io};

use rustix::time::{ClockId, clock_gettime};

use crate::live::SignalObserver;
use crate::load::Refused;

/// Longest time that a notification may wait for its receiver.
const SEND_TIMEOUT: Duration = Duration::from_millis(300);

/// A state of the service, as the manager is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceState {
    /// The service serves: its start or its reload is complete.
    Ready {
        /// One line that the manager displays.
        status: Option<String>,
    },
    /// The service begins to reload its config. The notification carries the monotonic time, by which the manager tells
    /// this reload from an earlier one.
    Reloading,
    /// The service begins to stop.
    Stopping,
}

impl ServiceState {
    /// Returns the text of the notification.
    fn message(&self) -> String {
        match self {
            Self::Ready { status: None } => "READY=1".to_owned(),
            // A newline begins another assignment.
            Self::Ready { status: Some(status) } => format!("READY=1\nSTATUS={}", status.replace('\n', " ")),
            Self::Reloading => format!("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds()),
            Self::Stopping => "STOPPING=1".to_owned(),
        }
    }
}

/// Returns the time of `CLOCK_MONOTONIC`, in microseconds.
fn monotonic_microseconds() -> i64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}

/// Sends a state to the service manager, if there is one. The service does not depend on its delivery: a failure is logged.
pub fn notify(state: &ServiceState) {
    if let Some(socket) = env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty())
        && let Err(error) = send(&socket, &state.message())
    {
        tracing::warn!(%error, socket = %socket.display(), "cannot notify the service manager: {state:?}");
    }
}

fn send(socket: &OsStr, message: &str) -> io::Result<()> {
    let address = match socket.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
    };
    let datagram = UnixDatagram::unbound()?;
    // A manager that does not read its socket must not stop the service.
    datagram.set_write_timeout(Some(SEND_TIMEOUT))?;
    datagram.send_to_addr(message.as_bytes(), &address).map(|_| ())
}

/// Observer of reload signals that reports each reload to the service manager.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServiceManager;

impl SignalObserver for ServiceManager {
    fn started(&self) {
        notify(&ServiceState::Reloading);
    }

    fn ended(&self, version: u64, refused: Option<&Refused>) {
        notify(&ServiceState::Ready { status: Some(reload_status(version, refused)) });
    }
}

/// Describes the result of a reload in one line. It names no value, because the manager displays it to every user.
pub fn reload_status(version: u64, refused: Option<&Refused>) -> String {
    match refused.map(|refused| refused.report.errors()) {
        None => format!("running config version {version}"),
        Some(1) => format!("reload rejected with 1 error; config version {version} keeps running"),
        Some(errors) => format!("reload rejected with {errors} errors; config version {version} keeps running"),
    }
}

#[cfg(test)]
mod tests {
    use confgate_core::diagnostics::{Diagnostic, Report, codes};
    use confgate_core::value::Path;

    use super::*;

    fn received(receiver: &UnixDatagram) -> String {
        let mut bytes = [0; 64];
        let length = receiver.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    #[test]
    fn a_socket_is_a_path_or_an_abstract_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notify");
        let receiver = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str(), "READY=1").unwrap();
        assert_eq!(received(&receiver), "READY=1");

        let name = format!("@confgate-test-{}", std::process::id());
        let receiver = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name[1..]).unwrap()).unwrap();
        send(OsStr::new(&name), "STOPPING=1").unwrap();
        assert_eq!(received(&receiver), "STOPPING=1");
    }

    #[test]
    fn a_missing_socket_is_an_error() {
        let error = send(OsStr::new("/nowhere/notify"), "READY=1").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_status_is_one_line_and_a_reload_carries_a_time_that_grows() {
        let status = Some("config\nREADY=0".to_owned());
        assert_eq!(ServiceState::Ready { status }.message(), "READY=1\nSTATUS=config READY=0");
        let time = || {
            let message = ServiceState::Reloading.message();
            message.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap().parse::<i64>().unwrap()
        };
        let first = time();
        std::thread::sleep(Duration::from_millis(2));
        assert!(time() >= first + 2000);
    }

    #[test]
    fn a_status_counts_errors_and_names_no_value() {
        let error = || Diagnostic::error(&codes::RUNTIME_PANIC, Path::root(), "hunter2 is wrong");
        let statuses = [1, 2].map(|errors| {
            let report = Report::new((0..errors).map(|_| error()).collect());
            reload_status(3, Some(&Refused { report }))
        });
        assert_eq!(statuses[0], "reload rejected with 1 error; config version 3 keeps running");
        assert_eq!(statuses[1], "reload rejected with 2 errors; config version 3 keeps running");
        assert_eq!(reload_status(4, None), "running config version 4");
    }
}
