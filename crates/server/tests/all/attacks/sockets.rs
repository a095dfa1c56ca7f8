//! Bytes that are no honest HTTP, over a real socket.

// The long tests print what they measured.
#![allow(clippy::print_stdout)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use shouxin_server::Listen;
use shouxin_server::serve::bind;
use tokio::sync::oneshot;

use crate::support::Harness;

/// Runs `talk` on a thread of its own against a served server.
async fn served(talk: impl FnOnce(SocketAddr) + Send + 'static) {
    let h = Harness::new().await;
    let listen = Listen {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..Listen::default()
    };
    let bound = bind(&listen).unwrap();
    let address = bound.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve(h.app.clone(), async {
        let _ = stopped.await;
    }));
    let talked = tokio::task::spawn_blocking(move || talk(address)).await;
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    talked.unwrap();
}

/// Everything that is answered to these bytes until the server closes, or is silent for a second.
fn answer(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    // The server may close while we still write.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => answer.extend_from_slice(&piece[..n]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break;
            }
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of all answers in it.
fn statuses(answer: &str) -> Vec<u16> {
    let lines = answer.split("HTTP/1.").skip(1);
    lines
        .filter_map(|line| line.get(2..5)?.parse().ok())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_programs_could_read_differently_is_refused_and_smuggles_nothing() {
    served(|address| {
        // What a second request would look like, if the first ended early.
        let inner = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let post = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        for (what, head, body) in [
            ("both lengths", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            ("both, turned", "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\n"),
            ("two lengths", "Content-Length: 0\r\nContent-Length: 44\r\n", ""),
            ("a list of lengths", "Content-Length: 0, 44\r\n", ""),
            ("a signed length", "Content-Length: +0\r\n", ""),
            ("a negative length", "Content-Length: -1\r\n", ""),
            ("a hexadecimal length", "Content-Length: 0x10\r\n", ""),
            ("an unknown coding", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
            ("a coding behind chunked", "Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
            ("codings twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            ("a space before the colon", "Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
            ("a folded header", "X-A: b\r\n c\r\nContent-Length: 0\r\n", ""),
            ("a header that begins with a space", " Content-Length: 44\r\n", ""),
            ("a control character", "X-A: b\x01c\r\nContent-Length: 0\r\n", ""),
            ("a null byte", "X-A: b\0c\r\nContent-Length: 0\r\n", ""),
            ("a lone carriage return", "X-A: b\rContent-Length: 44\r\n", ""),
            ("a size of chunks beyond 64 bits", "Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"),
            ("a chunk of bad size", "Transfer-Encoding: chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n"),
            ("two hosts", "Host: other\r\nContent-Length: 0\r\n", ""),
        ] {
            let bytes = format!("{post}{head}\r\n{body}{inner}");
            let answer = answer(address, bytes.as_bytes());
            let said = statuses(&answer);
            assert!(!said.contains(&200), "{what}: {said:?} {answer}");
            assert!(said.iter().all(|s| (400..500).contains(s) || *s == 501), "{what}: {said:?}");
        }
        // Equal lengths are one length (RFC 9110, section 8.6): what follows is a request of its own.
        let twice = format!("{post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}{inner}");
        assert_eq!(statuses(&answer(address, twice.as_bytes())), [422, 200]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_that_are_too_long_or_no_http_end_with_their_connection() {
    served(|address| {
        let long = "a".repeat(600 * 1024);
        let many: String = (0..300).map(|n| format!("X-{n}: y\r\n")).collect();
        let sixty: String = (0..70).map(|n| format!("X-{n}: y\r\n")).collect();
        for (what, bytes) in [
            (
                "a long address",
                format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            ),
            (
                "an address over our bound",
                format!(
                    "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "a".repeat(3000)
                ),
            ),
            (
                "a long header",
                format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: {long}\r\n\r\n"),
            ),
            (
                "hundreds of headers",
                format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"),
            ),
            (
                "seventy headers",
                format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\n{sixty}\r\n"),
            ),
            ("no version", "GET /healthz\r\n\r\n".to_owned()),
            (
                "another protocol",
                "\x16\x03\x01\x02\x00\x01\x00\x01\x7c\x03\x03".to_owned(),
            ),
            (
                "the preface of HTTP/2",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            ),
            (
                "a method of signs",
                "G<T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
            ),
            (
                "a host with a path",
                "GET /healthz HTTP/1.1\r\nHost: localhost/x\r\n\r\n".to_owned(),
            ),
        ] {
            let answer = answer(address, bytes.as_bytes());
            let said = statuses(&answer);
            assert!(
                said.iter().all(|status| (400..600).contains(status)),
                "{what}: {said:?}"
            );
            assert!(
                !answer.contains("stack") && !answer.contains(".rs"),
                "{what}: {answer}"
            );
        }
        // And the server serves on.
        let alive = answer(
            address,
            b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        );
        assert_eq!(statuses(&alive), [200]);
    })
    .await;
}

/// How long the server keeps a connection on which these bytes came and nothing else.
fn held(address: SocketAddr, bytes: &[u8]) -> Duration {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream.write_all(bytes).unwrap();
    let began = now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    now().duration_since(began)
}

#[allow(
    clippy::disallowed_methods,
    reason = "real connections run out in real time"
)]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: waits for time limits"]
async fn long_whoever_sends_byte_by_byte_is_let_go() {
    served(|address| {
        let head = held(address, b"GET /healthz HTTP/1.1\r\nHost: local");
        assert!(
            head < Duration::from_secs(20),
            "a head that never ends was waited for {head:?}"
        );
        let body = held(
            address,
            b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
              Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        );
        assert!(
            body < Duration::from_secs(40),
            "a body that never ends was waited for {body:?}"
        );
        println!("a head that never ends: {head:?}; a body: {body:?}");
    })
    .await;
}
