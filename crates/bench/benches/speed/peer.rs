//! A program of others that opens sealed values and keeps a record of it: OpenBao's transit engine.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use rand_core::Rng as _;
use serde_json::{Value, json};
use shouxin_bench::{Row, median};

use crate::load::{self, Make};
use crate::machine;
use crate::people;
use crate::plan::Plan;
use crate::program::free_address;
use crate::reads::{CONNECTIONS, CUSTOMERS, protected_read_of};
use crate::world::{AGREED, Medium, World};

/// The root token of a server that lives for this row.
const TOKEN: &str = "bench";

/// Sealed values that decryptions choose among.
const VALUES: u64 = 1_000;

/// The protected read of one field against a decryption by OpenBao with its file audit, in turn.
pub(crate) async fn peer(plan: &Plan) -> Vec<Row> {
    let what = "protected read of one sealed field against a transit decryption by OpenBao with file audit, both in memory, 64 connections";
    let bar = ">= 3 times its rate";
    if !plan.peers {
        return vec![Row::told(what, bar, "not measured: wants --peers")];
    }
    let Some(bao) = &plan.bao else {
        return vec![Row::told(what, bar, NOT_INSTALLED)];
    };
    let world = World::agreed(Medium::Memory, plan.size(CUSTOMERS, 10_000)).await;
    let address = world.serve(Router::new());
    let ours = protected_read_of(&world, AGREED, &["customer.mobile"]);
    let (version, bao) = match Bao::start(bao, world.folder.path()) {
        Ok(started) => started,
        Err(why) => return vec![Row::told(what, bar, format!("not measured: {why}"))],
    };
    let theirs = bao.decryption();
    let (seconds, rounds) = plan.pace();
    let time = Duration::from_secs(seconds);
    let run = |address: SocketAddr, make: &Make| {
        tokio::task::block_in_place(|| load::run(address, CONNECTIONS, time, make)).rate
    };
    let _ = (run(address, &ours), run(bao.address, &theirs));
    let (mut reads, mut decryptions) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        decryptions.push(run(bao.address, &theirs));
        reads.push(run(address, &ours));
    }
    assert!(bao.audits(), "OpenBao kept no record");
    let (reads, decryptions) = (median(&mut reads), median(&mut decryptions));
    let ratio = reads / decryptions;
    vec![Row::judged(
        what,
        bar,
        format!("{ratio:.2} ({reads:.0}/s against {decryptions:.0}/s by {version})"),
        ratio >= 3.0,
    )]
}

const NOT_INSTALLED: &str =
    "not measured: OpenBao could not be installed (cargo xtask bench takes it from PyPI)";

/// An OpenBao that keeps its data in memory and its audit in a file in memory.
struct Bao {
    child: Child,
    address: SocketAddr,
    audit: std::path::PathBuf,
}

impl Bao {
    /// Starts it, with a key for its transit engine; gives its version as well.
    fn start(program: &Path, folder: &Path) -> Result<(String, Self), String> {
        let version =
            machine::said(Command::new(program).arg("version")).ok_or("OpenBao does not run")?;
        let version = version.split(" (").next().unwrap_or_default().to_owned();
        let (config, audit) = (folder.join("bao.hcl"), folder.join("bao-audit"));
        let text = format!(
            "audit \"file\" \"bench\" {{\n  options = {{ file_path = \"{}\" }}\n}}\n",
            audit.display()
        );
        std::fs::write(&config, text).map_err(|error| error.to_string())?;
        let address = free_address();
        let child = Command::new(program)
            .args(["server", "-dev", "-dev-no-store-token"])
            .arg(format!("-dev-root-token-id={TOKEN}"))
            .arg(format!("-dev-listen-address={address}"))
            .arg(format!("-config={}", config.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("OpenBao cannot be started: {error}"))?;
        let bao = Self {
            child,
            address,
            audit,
        };
        bao.wait()?;
        bao.ask("/v1/sys/mounts/transit", &json!({"type": "transit"}))?;
        bao.ask("/v1/transit/keys/bench", &json!({"type": "aes256-gcm96"}))?;
        Ok((version, bao))
    }

    fn wait(&self) -> Result<(), String> {
        let started = Instant::now();
        // Whatever it answers, its engines are there once its root token opens something.
        while self.ask("/v1/sys/tools/random/1", &json!({})).is_err() {
            if started.elapsed() > Duration::from_secs(20) {
                return Err("OpenBao was not ready after twenty seconds".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn ask(&self, path: &str, body: &Value) -> Result<String, String> {
        let mut request = Vec::new();
        load::post(path, TOKEN, &body.to_string(), &mut request);
        load::ask(self.address, &request)
    }

    /// Requests for one of [`VALUES`] mobile numbers that it sealed.
    fn decryption(&self) -> Make {
        let bodies: Arc<Vec<String>> = Arc::new((0..VALUES).map(|n| self.sealed(n)).collect());
        Arc::new(move |_, dice, into| {
            let body = &bodies[(dice.next_u64() % VALUES) as usize];
            load::post("/v1/transit/decrypt/bench", TOKEN, body, into);
        })
    }

    /// The body of a request that opens the n-th customer's mobile number.
    fn sealed(&self, n: u64) -> String {
        let plaintext = data_encoding::BASE64.encode(people::mobile(n).as_bytes());
        let answer = self.ask(
            "/v1/transit/encrypt/bench",
            &json!({"plaintext": plaintext}),
        );
        let answer: Value = serde_json::from_str(&answer.expect("an answer")).expect("JSON");
        let ciphertext = &answer["data"]["ciphertext"];
        assert!(ciphertext.is_string(), "OpenBao sealed nothing");
        json!({"ciphertext": ciphertext}).to_string()
    }

    /// Whether its record has grown to more than what setting it up leaves.
    fn audits(&self) -> bool {
        self.audit
            .metadata()
            .is_ok_and(|data| data.len() > 1_000_000)
    }
}

impl Drop for Bao {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
