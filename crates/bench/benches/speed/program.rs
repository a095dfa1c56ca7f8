//! The program as it is shipped, as a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use shouxin_bench::{Row, median};

use crate::load;
use crate::machine;
use crate::million::Million;
use crate::plan::Plan;

/// A server that answers, for as long as this value lives.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    /// From its start until it said that it was ready.
    ready_after: Duration,
}

impl Server {
    /// Starts the program over the keys in this folder and the data that `data` names, an option and its
    /// value, and waits until it is ready.
    ///
    /// # Errors
    /// It ended, or was not ready after ten seconds.
    pub(crate) fn start(program: &Path, folder: &Path, data: [&str; 2]) -> Result<Self, String> {
        let settings = folder.join("settings.toml");
        std::fs::write(&settings, SETTINGS).map_err(|error| error.to_string())?;
        let address = free_address();
        let started = Instant::now();
        let child = Command::new(program)
            .args(["serve", "--listen", &address.to_string()])
            .args(data)
            .arg("--keys")
            .arg(folder.join("keys"))
            .arg("--config")
            .arg(&settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("shouxin cannot be started: {error}"))?;
        let mut server = Self {
            child,
            address,
            ready_after: Duration::ZERO,
        };
        let request = b"GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
        while load::ask(address, request).is_err() {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("shouxin ended: {status}"));
            }
            if started.elapsed() > Duration::from_secs(10) {
                return Err("shouxin was not ready after ten seconds".to_owned());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = started.elapsed();
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its name in `/proc`.
    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of this machine that nothing listens on.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// Rates are out of the way: they are measured nowhere, and would be all that is.
const SETTINGS: &str = "\
[server.rates]
address_per_minute = 100000000
person_per_minute = 100000000

[log]
filter = \"error\"
";

/// What a row says that needs the program, where there is none.
pub(crate) const NOT_BUILT: &str = "not measured: the program was not built; use cargo xtask bench";

/// From the start of the process to the first answer that it is ready, with the customers in its store.
pub(crate) async fn start(plan: &Plan, million: &mut Million) -> Vec<Row> {
    let what = format!(
        "start to ready, {} customers, files in the page cache",
        Million::size(plan)
    );
    let bar = "<= 1 s for 1,000,000";
    let Some(program) = &plan.program else {
        return vec![Row::told(what, bar, NOT_BUILT)];
    };
    let mut times = Vec::new();
    for _ in 0..5 {
        let server = alone(plan, million, program).await;
        times.push(server.ready_after.as_secs_f64());
    }
    let longest = times.iter().copied().fold(0.0, f64::max);
    let time = median(&mut times);
    vec![
        Row::told(
            what,
            bar,
            format!("{time:.3} s; longest of 5 {longest:.3} s"),
        )
        .verdict(plan.verdict(time <= 1.0)),
    ]
}

/// What the program holds ten seconds after it was ready.
pub(crate) async fn idle(plan: &Plan, million: &mut Million) -> Vec<Row> {
    let what = format!(
        "memory of the idle server, {} customers, 10 s after it was ready",
        Million::size(plan)
    );
    let bar = "<= 100 MB";
    let Some(program) = &plan.program else {
        return vec![Row::told(what, bar, NOT_BUILT)];
    };
    let server = alone(plan, million, program).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let megabytes = machine::mebibytes(&server.process(), "VmRSS") * 1.048_576;
    assert!(megabytes > 0.0, "the server ended");
    vec![
        Row::told(what, bar, format!("{megabytes:.1} MB"))
            .verdict(plan.verdict(megabytes <= 100.0)),
    ]
}

/// The program over the million customers, which this process lets go of until the next row wants them.
async fn alone(plan: &Plan, million: &mut Million, program: &Path) -> Server {
    let folder = million.put_down(plan).await;
    let data = folder.join("data");
    let data = ["--data", data.to_str().expect("a path of ours")];
    Server::start(program, &folder, data).expect("a server")
}

/// The size of the program's file.
pub(crate) fn binary(plan: &Plan) -> Vec<Row> {
    let (what, bar) = ("size of the shipped binary, stripped", "<= 60 MB");
    let size = |program: &PathBuf| program.metadata().map(|data| data.len());
    let Some(Ok(bytes)) = plan.program.as_ref().map(size) else {
        return vec![Row::told(what, bar, NOT_BUILT)];
    };
    let megabytes = bytes as f64 / 1e6;
    vec![Row::judged(
        what,
        bar,
        format!("{megabytes:.1} MB"),
        megabytes <= 60.0,
    )]
}
