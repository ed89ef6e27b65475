//! A virtual machine: its start, and the commands that it runs.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::archive::append_to_ram_disk;

/// Time for the kernel to start the init program with the processor of this machine. Some machines have /dev/kvm and cannot run a
/// kernel there, for example if they are virtual machines themselves.
const KVM_TIMEOUT: Duration = Duration::from_secs(20);

/// Time for systemd to start the console with an emulated processor.
const BOOT_TIMEOUT: Duration = Duration::from_secs(300);

/// Time for one command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(120);

/// A running machine. It is killed when it is dropped.
pub struct Machine {
    emulator: Child,
    console: BufReader<UnixStream>,
    /// Output of the kernel and of systemd.
    log: PathBuf,
    /// Kept until the end, since the emulator uses its files.
    _folder: TempDir,
}

/// Result of a command.
pub struct Answer {
    pub code: i32,
    pub output: String,
}

impl Machine {
    /// Starts a machine with a tar archive of files over its root file system: with KVM where that works, and with an emulated
    /// processor otherwise. Returns `None` if neither starts in time.
    pub fn boot(image: &Path, files: &[u8]) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let disk = folder.path().join("initrd");
        fs::copy(image.join("base.cpio"), &disk).unwrap();
        append_to_ram_disk(&mut OpenOptions::new().append(true).open(&disk).unwrap(), "test.tar", files).unwrap();
        let log = folder.path().join("log");
        let mut accelerators = vec!["tcg,thread=multi"];
        if OpenOptions::new().read(true).write(true).open("/dev/kvm").is_ok() {
            accelerators.insert(0, "kvm");
        }
        for accelerator in accelerators {
            let emulator = emulator(image, folder.path(), accelerator).spawn().unwrap();
            let timeout = if accelerator == "kvm" { KVM_TIMEOUT } else { BOOT_TIMEOUT };
            let mut running = Emulator(Some(emulator));
            if wait_for(timeout, || fs::read_to_string(&log).unwrap_or_default().contains("guest: started")) {
                eprintln!("the machine runs with {accelerator}");
                let stream = UnixStream::connect(folder.path().join("console")).unwrap();
                stream.set_read_timeout(Some(BOOT_TIMEOUT)).unwrap();
                let mut machine =
                    Self { emulator: running.0.take().unwrap(), console: BufReader::new(stream), log, _folder: folder };
                assert_eq!(machine.line(), "guest: ready", "{}", machine.log());
                machine.console.get_ref().set_read_timeout(Some(COMMAND_TIMEOUT)).unwrap();
                return Some(machine);
            }
            eprintln!("the machine does not start with {accelerator}");
        }
        None
    }

    /// Runs a command of the shell.
    pub fn run(&mut self, command: &str) -> Answer {
        let started = Instant::now();
        let request = format!("{:08}{command}", command.len());
        self.console.get_mut().write_all(request.as_bytes()).unwrap();
        let head = self.line();
        let (code, length) = head.split_once(' ').unwrap_or_else(|| panic!("{head}"));
        let mut output = vec![0; length.parse().unwrap()];
        self.console.read_exact(&mut output).unwrap();
        // Displayed with `--nocapture`, and if the test fails.
        eprintln!("{:.1} s: {command}", started.elapsed().as_secs_f32());
        Answer { code: code.parse().unwrap(), output: String::from_utf8_lossy(&output).into_owned() }
    }

    /// Runs a command that must succeed, and returns its output without the last line end.
    pub fn succeed(&mut self, command: &str) -> String {
        let answer = self.run(command);
        assert!(answer.code == 0, "{command}: {}\n{}", answer.output, self.journal());
        answer.output.trim_end().to_owned()
    }

    /// Runs a command that must fail, and returns its output.
    pub fn fail(&mut self, command: &str) -> String {
        let answer = self.run(command);
        assert!(answer.code != 0, "{command}: {}", answer.output);
        answer.output.trim_end().to_owned()
    }

    /// Repeats a command until its output has these words.
    pub fn eventually(&mut self, command: &str, words: &str) {
        let started = Instant::now();
        loop {
            let answer = self.run(command);
            if answer.output.contains(words) {
                return;
            }
            let waited = started.elapsed();
            assert!(waited < COMMAND_TIMEOUT, "{command}: no {words:?} in {}\n{}", answer.output, self.journal());
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Returns a property of a unit.
    pub fn property(&mut self, unit: &str, property: &str) -> String {
        self.succeed(&format!("systemctl show --property {property} --value {unit}"))
    }

    /// Returns the last lines of the journal.
    fn journal(&mut self) -> String {
        self.run("journalctl --no-pager --lines 60 --output cat").output
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.console.read_line(&mut line);
        assert!(read.is_ok() && !line.is_empty(), "the console does not answer: {read:?}\n{}", self.log());
        line.trim_end().to_owned()
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// An emulator whose machine may not start. It is killed when it is dropped.
struct Emulator(Option<Child>);

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(emulator) = &mut self.0 {
            let _ = emulator.kill();
            let _ = emulator.wait();
        }
    }
}

/// Returns the command of the emulator. The machine has no network and no disk.
fn emulator(image: &Path, folder: &Path, accelerator: &str) -> Command {
    let mut command = Command::new("qemu-system-x86_64");
    let mut append = "console=ttyS0 quiet panic=-1 random.trust_cpu=on".to_owned();
    let _ = write!(append, " systemd.show_status=0 systemd.log_color=0 systemd.journald.forward_to_console=0");
    let processor = if accelerator == "kvm" { "host" } else { "max" };
    command.args(["-accel", accelerator, "-cpu", processor, "-M", "q35", "-m", "1536", "-smp", "2"]);
    command.args(["-nodefaults", "-display", "none", "-no-reboot", "-append", &append]);
    command.arg("-kernel").arg(image.join("vmlinuz")).arg("-initrd").arg(folder.join("initrd"));
    command.arg("-serial").arg(format!("file:{}", folder.join("log").display()));
    let console = format!("socket,id=console,server=on,wait=off,path={}", folder.join("console").display());
    command.args(["-chardev", &console, "-serial", "chardev:console"]);
    let errors = File::create(folder.join("errors")).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
    command
}

fn wait_for(timeout: Duration, condition: impl Fn() -> bool) -> bool {
    let started = Instant::now();
    while started.elapsed() < timeout {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}
