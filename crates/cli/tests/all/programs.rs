//! Running the programs and reading what they say.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A folder for one test, in which programs run, with a home of its own.
pub struct Bench {
    folder: TempDir,
}

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub out: String,
    pub err: String,
    pub code: i32,
}

/// A program that runs in the background; killed with this value.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `shouxin` with these words, parted by blanks.
    pub fn shouxin(&self, words: &str) -> Said {
        self.fed(words, "")
    }

    /// The same, with this on its standard input.
    pub fn fed(&self, words: &str, input: &str) -> Said {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_shouxin")));
        command.args(words.split_whitespace());
        said(command, input)
    }

    /// A line as a person would paste it into a shell.
    pub fn pasted(&self, line: &str) -> Said {
        let mut command = self.command(Path::new("bash"));
        command.args(["-c", line]);
        said(command, "")
    }

    /// Starts `shouxin` in the background.
    pub fn start(&self, words: &str) -> Running {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_shouxin")));
        command
            .args(words.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let (send, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            out.lines()
                .map_while(Result::ok)
                .try_for_each(|line| send.send(line))
        });
        Running { child, lines }
    }

    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("LANG", "en_GB.UTF-8")
            .env("SHOUXIN_LOG__FILTER", "warn");
        command
    }
}

fn said(mut command: Command, input: &str) -> Said {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever reads nothing closes the pipe: that is no failure of the test.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Said {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

impl Said {
    /// The standard output of a program that must have done what it was asked.
    #[track_caller]
    pub fn done(&self) -> &str {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        &self.out
    }

    /// The standard error of a program that must have said no.
    #[track_caller]
    pub fn refused(&self) -> &str {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        &self.err
    }

    /// The standard error of a program that could not do what it was asked.
    #[track_caller]
    pub fn unable(&self) -> &str {
        assert_eq!(self.code, 2, "{}{}", self.out, self.err);
        &self.err
    }
}

impl Running {
    /// The lines up to one that holds these words.
    #[track_caller]
    pub fn until(&self, words: &str) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => {
                    let is_last = line.contains(words);
                    seen.push(line);
                    if is_last {
                        return seen;
                    }
                }
                Err(_) => panic!("it never said {words:?}, but {seen:?}"),
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Asks it to stop, and waits.
    pub fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.child.wait().unwrap()
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The verifier, which lies beside `shouxin`; built if only this package was.
pub fn verifier() -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_shouxin")).with_file_name("shouxin-verify");
    if !path.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args([
            "build",
            "--quiet",
            "--package",
            "shouxin-ledger",
            "--bin",
            "shouxin-verify",
        ]);
        assert!(build.status().unwrap().success());
    }
    path
}

/// Talks with a program line by line: what a person does at a terminal.
pub struct Talk {
    child: Child,
    err: BufReader<std::process::ChildStderr>,
}

impl Bench {
    pub fn talk(&self, words: &str) -> Talk {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_shouxin")));
        command
            .args(words.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let err = BufReader::new(child.stderr.take().unwrap());
        Talk { child, err }
    }
}

impl Talk {
    pub fn type_line(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The first line on standard error that `wanted` accepts.
    pub fn hear(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let mut line = String::new();
            assert!(
                self.err.read_line(&mut line).unwrap() > 0,
                "it said nothing more"
            );
            if wanted(line.trim_end()) {
                return line.trim_end().to_owned();
            }
        }
    }

    pub fn end(mut self) -> Said {
        drop(self.child.stdin.take());
        let (mut out, mut err) = (String::new(), String::new());
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        self.err.read_to_string(&mut err).unwrap();
        Said {
            out,
            err,
            code: self.child.wait().unwrap().code().unwrap_or(-1),
        }
    }
}
