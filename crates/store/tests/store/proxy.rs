//! A wire to the server that is cut at the worst moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// When the wire is next cut.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cut {
    Never = 0,
    /// A commit is asked for but never reaches the server.
    BeforeCommit = 1,
    /// A commit is done but its acknowledgement never comes back.
    AfterCommit = 2,
}

/// Passes connections on to a server.
pub(crate) struct Proxy {
    pub(crate) url: String,
    state: Arc<State>,
}

struct State {
    cut: AtomicU8,
    /// How many more chunks go to the server before every wire is cut; negative: no limit.
    chunks: AtomicI64,
}

impl Proxy {
    pub(crate) async fn to(url: &str) -> Self {
        let (head, rest) = url.split_once('@').unwrap();
        let (upstream, path) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            cut: AtomicU8::new(0),
            chunks: AtomicI64::new(-1),
        });
        let (shared, upstream) = (Arc::clone(&state), upstream.to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&upstream).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let (swallow, swallowing) = tokio::sync::watch::channel(false);
                let up = upward(Arc::clone(&shared), from_client, to_server, swallow);
                let down = downward(from_server, to_client, swallowing);
                tokio::spawn(async move {
                    // Either side's end drops all four halves, which is the cut.
                    tokio::select! { () = up => {}, () = down => {} }
                });
            }
        });
        Self {
            url: format!("{head}@127.0.0.1:{port}/{path}"),
            state,
        }
    }

    /// Cuts the next commit of any connection, once.
    pub(crate) fn cut(&self, cut: Cut) {
        self.state.cut.store(cut as u8, Ordering::SeqCst);
    }

    /// Whether the cut that was asked for has been made.
    pub(crate) fn has_cut(&self) -> bool {
        self.state.cut.load(Ordering::SeqCst) == Cut::Never as u8
    }

    /// Lets so many more chunks through to the server, then cuts everything; negative: no limit.
    pub(crate) fn let_through(&self, chunks: i64) {
        self.state.chunks.store(chunks, Ordering::SeqCst);
    }
}

async fn upward(
    state: Arc<State>,
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    swallow: tokio::sync::watch::Sender<bool>,
) {
    let mut chunk = vec![0; 1 << 16];
    while let Ok(n @ 1..) = client.read(&mut chunk).await {
        let left = state.chunks.load(Ordering::SeqCst);
        if left == 0 {
            return;
        }
        if left > 0 {
            state.chunks.store(left - 1, Ordering::SeqCst);
        }
        if contains(&chunk[..n], b"COMMIT\0") {
            match state.cut.swap(Cut::Never as u8, Ordering::SeqCst) {
                1 => return,
                2 => drop(swallow.send(true)),
                _ => {}
            }
        }
        if server.write_all(&chunk[..n]).await.is_err() {
            return;
        }
    }
}

async fn downward(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    swallowing: tokio::sync::watch::Receiver<bool>,
) {
    let mut chunk = vec![0; 1 << 16];
    while let Ok(n @ 1..) = server.read(&mut chunk).await {
        if *swallowing.borrow() {
            if contains(&chunk[..n], b"COMMIT\0") {
                return;
            }
        } else if client.write_all(&chunk[..n]).await.is_err() {
            return;
        }
    }
}

fn contains(chunk: &[u8], wanted: &[u8]) -> bool {
    chunk.windows(wanted.len()).any(|window| window == wanted)
}
