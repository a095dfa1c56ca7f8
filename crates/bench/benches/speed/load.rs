//! Load over HTTP/1.1: connections that each send a request, wait for the answer, and send the next.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::machine::cpu_seconds;

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Time from request to answer, milliseconds, of every answer.
    pub(crate) latencies_ms: Vec<f64>,
    /// Processor time of this whole process for each answer, microseconds: server and load together.
    pub(crate) cpu_micros: f64,
    /// Bytes of the last answer's body.
    pub(crate) body_bytes: usize,
}

/// Makes the next request of a connection: `(connection, dice, into)`.
pub(crate) type Make = Arc<dyn Fn(usize, &mut ChaCha8Rng, &mut Vec<u8>) + Send + Sync>;

/// Loads a server from one thread of its own for so long. An answer other than 200 or 201 ends the bench: a
/// fast refusal is no read.
pub(crate) fn run(address: SocketAddr, connections: usize, time: Duration, make: &Make) -> Load {
    run_over(&[address], connections, time, make)
}

/// As [`run`], with the connections dealt out to these servers in turn.
pub(crate) fn run_over(
    addresses: &[SocketAddr],
    connections: usize,
    time: Duration,
    make: &Make,
) -> Load {
    let (make, addresses) = (Arc::clone(make), addresses.to_vec());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, drive(&addresses, connections, time, make))
    })
    .join()
    .expect("the load")
}

async fn drive(addresses: &[SocketAddr], connections: usize, time: Duration, make: Make) -> Load {
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    let (started, cpu) = (Instant::now(), cpu_seconds("self"));
    for n in 0..connections {
        let address = addresses[n % addresses.len()];
        let (make, stop) = (Arc::clone(&make), Arc::clone(&stop));
        tasks.push(tokio::task::spawn_local(one(address, n, make, stop)));
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut load = Load::default();
    for task in tasks {
        let (latencies, body_bytes) = task.await.expect("a connection");
        load.latencies_ms.extend(latencies);
        load.body_bytes = load.body_bytes.max(body_bytes);
    }
    load.cpu_micros = (cpu_seconds("self") - cpu) * 1e6 / load.latencies_ms.len() as f64;
    load.rate = load.latencies_ms.len() as f64 / started.elapsed().as_secs_f64();
    load
}

async fn one(
    address: SocketAddr,
    n: usize,
    make: Make,
    stop: Arc<AtomicBool>,
) -> (Vec<f64>, usize) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("an open socket");
    let mut dice = ChaCha8Rng::seed_from_u64(n as u64);
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    let (mut latencies, mut body_bytes) = (Vec::new(), 0);
    while !stop.load(Ordering::Relaxed) {
        request.clear();
        make(n, &mut dice, &mut request);
        let started = Instant::now();
        stream.write_all(&request).await.expect("an open socket");
        body_bytes = read(&mut stream, &mut answer).await;
        latencies.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    (latencies, body_bytes)
}

/// Reads one answer with a `Content-Length`; gives the length of its body.
async fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> usize {
    answer.clear();
    loop {
        let count = stream.read_buf(answer).await.expect("an open socket");
        assert!(count > 0, "the server closed the connection");
        let Some(end) = find(answer, b"\r\n\r\n") else {
            continue;
        };
        assert!(
            DONE.iter().any(|line| answer.starts_with(line)),
            "{}",
            String::from_utf8_lossy(answer)
        );
        let length = content_length(&answer[..end]).expect("a Content-Length");
        while answer.len() < end + 4 + length {
            let count = stream.read_buf(answer).await.expect("an open socket");
            assert!(count > 0, "the server closed the connection");
        }
        return length;
    }
}

/// How an answer begins that did what was asked.
const DONE: [&[u8]; 2] = [b"HTTP/1.1 200 ", b"HTTP/1.1 201 "];

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    head.split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
}

/// A POST of JSON with the key of a service.
pub(crate) fn post(path: &str, key: &str, body: &str, into: &mut Vec<u8>) {
    into.extend_from_slice(
        format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .as_bytes(),
    );
}

/// Sends one request on a connection of its own, outside of any load, and gives the answer's body.
///
/// # Errors
/// No server answers, or it answers otherwise than 200 or 204: then with what it said.
pub(crate) fn ask(address: SocketAddr, request: &[u8]) -> Result<String, String> {
    use std::io::{Read as _, Write as _};
    let told = |error: std::io::Error| error.to_string();
    let mut stream = std::net::TcpStream::connect(address).map_err(told)?;
    // No server that was measured takes so long, and one that hangs must not hang the bench.
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .map_err(told)?;
    stream.write_all(request).map_err(told)?;
    let (mut answer, mut piece) = (Vec::new(), [0; 16_384]);
    loop {
        let count = stream.read(&mut piece).map_err(told)?;
        answer.extend_from_slice(&piece[..count]);
        let head = find(&answer, b"\r\n\r\n");
        let is_whole = head.is_some_and(|end| match content_length(&answer[..end]) {
            Some(length) => answer.len() >= end + 4 + length,
            None => answer.starts_with(b"HTTP/1.1 204"),
        });
        if count > 0 && !is_whole {
            continue;
        }
        let text = String::from_utf8_lossy(&answer).into_owned();
        let answered = ["HTTP/1.1 200", "HTTP/1.1 204"];
        return match text.split_once("\r\n\r\n") {
            Some((head, body)) if answered.iter().any(|status| head.starts_with(status)) => {
                Ok(body.to_owned())
            }
            _ => Err(text),
        };
    }
}
