//! Starts and stops the server under test.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// A running server, stopped when this value is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    /// Starts a program and waits until it answers at `address`.
    pub(crate) fn start(command: &mut Command, address: &str) -> anyhow::Result<Self> {
        let child = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
        let mut server = Self { child, address: address.to_owned() };
        let begun = Instant::now();
        while ureq::get(format!("http://{address}/health/live")).call().is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("the server ended while starting: {status}");
            }
            if begun.elapsed() > Duration::from_secs(30) {
                bail!("the server did not start within 30 seconds");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Returns the current and the peak memory use, in MB (10⁶ bytes).
    pub(crate) fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib =
                line.and_then(|rest| rest.trim().split(' ').next()).and_then(|word| word.parse::<f64>().ok());
            kib.map(|kib| kib * 1024.0 / 1e6).with_context(|| format!("no {name} of a process"))
        };
        Ok((of("VmRSS:")?, of("VmHWM:")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
