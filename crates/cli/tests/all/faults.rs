//! The server on a disk that fails: it answers no data, promises nothing that it cannot keep, and what
//! it had acknowledged is there when it comes back.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use shouxin_testkit::faults::{Disk, DiskFault};

use crate::programs::{Bench, Said};

/// A deployment with an open order, whose customer an adviser may read.
struct Deployment {
    server: Option<Server>,
    disk: Disk,
    bench: Bench,
    subject: String,
}

struct Server {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Deployment {
    fn start() -> Self {
        let bench = Bench::new();
        bench
            .shouxin("demo --data data --profile after-sales --customers 5 --no-serve")
            .done();
        let mut this = Self {
            server: None,
            disk: Disk::make(),
            bench,
            subject: String::new(),
        };
        this.serve();
        this.run("sign-in --login adviser --personas data/personas.json")
            .done();
        let cases = this.run("cases --purpose repair-service");
        let words: Vec<&str> = cases.done().split_whitespace().collect();
        let subject = words.iter().find(|word| word.starts_with("sub_"));
        this.subject = (*subject.unwrap()).to_owned();
        this
    }

    /// Starts the server; gives how long it took until it answered, in steps of 50 milliseconds.
    fn serve(&mut self) -> u32 {
        let log = self.bench.path("server.log");
        let mut command = self.bench.command(Path::new(env!("CARGO_BIN_EXE_shouxin")));
        // A port that was free a moment ago: the client's session belongs to one address.
        let port = match &self.server {
            Some(server) => server.address().port(),
            None => std::net::TcpListener::bind("127.0.0.1:0")
                .and_then(|listener| listener.local_addr())
                .unwrap()
                .port(),
        };
        let url = format!("http://127.0.0.1:{port}");
        command
            .args(["serve", "--data", "data", "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .env("SHOUXIN_STUCK_AFTER_SECONDS", "2")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap());
        let child = self.disk.under(&mut command).spawn().unwrap();
        let server = self.server.insert(Server { child, url, log });
        let address = server.address();
        for step in 0..100 {
            if TcpStream::connect(address).is_ok() {
                return step;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it does not answer: {}", server.said());
    }

    fn run(&self, words: &str) -> Said {
        let url = &self.server.as_ref().unwrap().url;
        self.bench.shouxin(&format!("{words} --server {url}"))
    }

    fn read(&self) -> Said {
        self.run(&format!(
            "read {} --purpose repair-contact --fields customer.name",
            self.subject
        ))
    }

    /// The number of entries, by a ledger that is whole.
    fn entries(&self) -> u64 {
        let verified = self.bench.shouxin("ledger verify --data data");
        let out = verified.done();
        assert!(out.starts_with("Right:"), "{out}");
        let digits = |word: &str| {
            word.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        let number = out.split_whitespace().map(digits).find(|d| !d.is_empty());
        number.unwrap().parse().unwrap()
    }

    fn server(&mut self) -> &mut Server {
        self.server.as_mut().unwrap()
    }
}

impl Server {
    fn address(&self) -> SocketAddr {
        self.url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// How it ended by itself, within ten seconds.
    fn ended(&mut self) -> ExitStatus {
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it goes on: {}", self.said());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A read's entry, by the words of its answer.
fn entry(said: &Said) -> u64 {
    let words = said.done().split("ledger entry ").nth(1).unwrap();
    let digits: String = words.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[track_caller]
fn gave_nothing(said: &Said) {
    assert_ne!(said.code, 0, "{}", said.out);
    // The name is a masked one; not even that is told.
    assert!(
        !said.out.contains("customer.name") && !said.err.contains('*'),
        "{}{}",
        said.out,
        said.err
    );
}

#[test]
fn a_server_whose_disk_does_not_flush_ends_rather_than_pretend() {
    let mut d = Deployment::start();
    for fault in [
        DiskFault::FlushFails,
        DiskFault::WriteFails,
        DiskFault::FlushHangs,
    ] {
        let acknowledged = entry(&d.read());
        d.disk.begin(fault);
        gave_nothing(&d.read());
        assert_eq!(d.server().ended().code(), Some(2), "{fault:?}");
        let said = d.server().said();
        let why = match fault {
            DiskFault::FlushHangs => {
                "the disk has not answered a commit for 2 seconds: the server has stopped"
            }
            _ => "the disk failed to make a commit durable: the server has stopped",
        };
        assert!(said.contains(why), "{fault:?}: {said}");
        d.disk.end(fault);
        assert!(d.entries() > acknowledged, "{fault:?}");
        let steps = d.serve();
        assert!(steps < 100, "{fault:?}: ready within five seconds");
        d.read().done();
    }
}

#[test]
fn a_full_disk_refuses_and_goes_on_once_there_is_room() {
    let mut d = Deployment::start();
    let before = entry(&d.read());
    d.disk.begin(DiskFault::NoRoom);
    for _ in 0..3 {
        let refused = d.read();
        gave_nothing(&refused);
        assert!(refused.err.contains("no data was given"), "{}", refused.err);
    }
    d.disk.end(DiskFault::NoRoom);
    // The same process, and nothing of what was refused is told.
    assert_eq!(entry(&d.read()), before + 1);
    d.server().child.kill().unwrap();
    d.server().child.wait().unwrap();
    assert_eq!(d.entries(), before + 2);
}

#[test]
fn a_disk_that_became_read_only_gives_no_data_and_no_start() {
    let mut d = Deployment::start();
    let before = entry(&d.read());
    d.disk.begin(DiskFault::ReadOnly);
    gave_nothing(&d.read());
    assert_eq!(d.server().ended().code(), Some(2));
    let mut again = d.bench.command(Path::new(env!("CARGO_BIN_EXE_shouxin")));
    again.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let refused = d.disk.under(&mut again).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("data/shouxin.db") && said.contains("Read-only file system"),
        "{said}"
    );
    d.disk.end(DiskFault::ReadOnly);
    d.serve();
    assert!(entry(&d.read()) > before);
}
