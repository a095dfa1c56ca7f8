//! A demo whose personas act from the command line.

use std::net::TcpListener;

use serde_json::Value;
use shouxin_store::{SqliteOptions, Store, Tx};

use crate::programs::{Bench, Running, Said};

/// A running demo of car after-sales, on a port that it keeps when it starts again.
pub struct Stage {
    // Ends before its folder goes.
    running: Option<Running>,
    pub bench: Bench,
    customers: u32,
    port: u16,
}

impl Stage {
    /// With so many customers, and these personas signed in.
    pub fn start(customers: u32, personas: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut stage = Self {
            running: None,
            bench: Bench::new(),
            customers,
            port,
        };
        stage.start_again();
        for login in personas {
            let words = format!("sign-in --login {login} --personas data/personas.json");
            stage.anyone(&words).done();
        }
        stage
    }

    pub fn start_again(&mut self) {
        let (customers, port) = (self.customers, self.port);
        let words = format!("demo --data data --customers {customers} --port {port}");
        let running = self.bench.start(&words);
        running.until("Ctrl-C stops it.");
        self.running = Some(running);
    }

    pub fn stop(&mut self) {
        let running = self.running.take().unwrap();
        assert!(running.stop().success());
    }

    /// As whoever signed in last.
    pub fn anyone(&self, words: &str) -> Said {
        self.bench.shouxin(&self.online(words))
    }

    /// As this persona.
    pub fn run(&self, login: &str, words: &str) -> Said {
        self.anyone(&format!("{words} --as {login}"))
    }

    /// The same, with this on standard input.
    pub fn fed(&self, login: &str, words: &str, input: &str) -> Said {
        let words = self.online(&format!("{words} --as {login}"));
        self.bench.fed(&words, input)
    }

    /// What it answers, as JSON.
    #[track_caller]
    pub fn json(&self, login: &str, words: &str) -> Value {
        let said = self.run(login, &format!("--json {words}"));
        serde_json::from_str(said.done()).unwrap()
    }

    /// The register in force, changed.
    #[track_caller]
    pub fn declare(&self, file: &str, changes: &[(&str, &str)]) {
        let mut text = self.run("officer", "register export").done().to_owned();
        for (from, to) in changes {
            assert_eq!(text.matches(from).count(), 1, "{from}");
            text = text.replace(from, to);
        }
        std::fs::write(self.bench.path(file), text).unwrap();
    }

    /// The digest that `show` prints to this persona.
    #[track_caller]
    pub fn digest(&self, login: &str, approval: &str) -> String {
        let shown = self.run(login, &format!("approvals show {approval}"));
        let digest = shown
            .done()
            .lines()
            .find_map(|l| l.strip_prefix("digest: "));
        digest.unwrap().to_owned()
    }

    /// This persona's decision about what `show` printed.
    pub fn decide(&self, login: &str, verb: &str, approval: &str) -> Said {
        let digest = self.digest("officer", approval);
        self.run(
            login,
            &format!("approvals {verb} {approval} --digest {digest}"),
        )
    }

    /// A customer whom a case ties to the adviser.
    pub fn customer(&self) -> String {
        let cases = self.json("adviser", "cases --purpose repair-service");
        text(&cases["cases"][0]["subject"])
    }

    /// Alters the database beside the program.
    pub fn alter(&mut self, sql: &'static str) {
        self.stop();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let data = self.bench.path("data");
            let store = Store::open_sqlite(&data, SqliteOptions::default())
                .await
                .unwrap();
            let mut tx = Tx::new();
            tx.run_exactly(1, sql, Vec::new());
            store.commit(tx).await.unwrap();
            store.close().await;
        });
        self.start_again();
    }

    fn online(&self, words: &str) -> String {
        format!("{words} --server http://127.0.0.1:{}", self.port)
    }
}

/// The text of an id in an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}
