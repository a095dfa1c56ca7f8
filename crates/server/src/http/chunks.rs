//! Bodies in pieces: made while they are sent, or read while they arrive.

use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use futures_core::Stream;
use tokio::sync::mpsc;

/// A body whose pieces `make` sends: at the receiver's pace, never more than a few in memory. When
/// `make` fails, the connection breaks off, so that a part is never taken for the whole.
pub fn streamed<F, E>(make: impl FnOnce(Out) -> F) -> Body
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send,
{
    let (send, pieces) = mpsc::channel(AHEAD);
    let made = make(Out(send.clone()));
    tokio::spawn(async move {
        if let Err(error) = made.await {
            tracing::error!(%error, "an answer was broken off");
            // The receiver may be gone itself.
            let _ = send.send(Err(io::Error::other("broken off"))).await;
        }
    });
    Body::from_stream(Pieces(pieces))
}

/// As [`streamed`], once there is a first piece: what fails before it is answered as a problem.
///
/// # Errors
/// What `make` failed with before it sent anything.
pub async fn begun<F, E>(make: impl FnOnce(Out) -> F) -> Result<Body, E>
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send + 'static,
{
    let (send, mut pieces) = mpsc::channel(AHEAD);
    let (failed, failure) = tokio::sync::oneshot::channel();
    let made = make(Out(send.clone()));
    tokio::spawn(async move {
        if let Err(error) = made.await {
            tracing::error!(%error, "an answer was broken off");
            // Whoever waits for the first piece hears why; for whoever has it, the connection breaks off.
            let _ = failed.send(error);
            let _ = send.send(Err(io::Error::other("broken off"))).await;
        }
    });
    match pieces.recv().await {
        Some(Ok(first)) => Ok(Body::from_stream(Begun(Some(first), Pieces(pieces)))),
        Some(Err(_)) => match failure.await {
            Ok(error) => Err(error),
            // It was sent before the piece.
            Err(_) => Ok(Body::from_stream(Pieces(pieces))),
        },
        None => Ok(Body::empty()),
    }
}

/// A first piece, and those after it.
struct Begun(Option<Bytes>, Pieces);

impl Stream for Begun {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => Pin::new(&mut self.1).poll_next(cx),
        }
    }
}

/// Where the pieces of a streamed body go.
#[derive(Debug)]
pub struct Out(mpsc::Sender<io::Result<Bytes>>);

impl Out {
    /// Sends a piece. `false` if nobody listens any more: then making more is in vain.
    pub async fn send(&self, piece: Vec<u8>) -> bool {
        self.0.send(Ok(piece.into())).await.is_ok()
    }
}

struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

/// A pipe from an arriving body to whoever reads it in another thread: [`pump`] fills it.
pub fn pipe() -> (mpsc::Sender<Bytes>, Arriving) {
    let (send, pieces) = mpsc::channel(AHEAD);
    (
        send,
        Arriving {
            pieces,
            piece: Bytes::new(),
        },
    )
}

/// Moves a body into a pipe until it ends.
///
/// # Errors
/// [`Broken`]; the pipe is then still open, so that its reader does not take a part for the whole.
/// Whoever calls this drops the reader first.
pub async fn pump(
    body: &mut BodyDataStream,
    into: &mut Option<mpsc::Sender<Bytes>>,
    most_bytes: u64,
) -> Result<(), Broken> {
    let mut seen = 0u64;
    loop {
        let Some(piece) = arrive(body).await? else {
            break;
        };
        seen = seen.saturating_add(piece.len() as u64);
        if seen > most_bytes {
            return Err(Broken::TooLarge);
        }
        match into {
            Some(pipe) if pipe.send(piece).await.is_ok() => {}
            // Whoever reads has seen enough.
            _ => break,
        }
    }
    *into = None;
    Ok(())
}

/// The next piece of a body; `None` at its end.
///
/// # Errors
/// [`Broken`] if the connection ends, or nothing comes.
pub async fn arrive(body: &mut BodyDataStream) -> Result<Option<Bytes>, Broken> {
    match tokio::time::timeout(SILENCE, next(body)).await {
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(_))) => Err(Broken::Connection),
        Ok(None) => Ok(None),
        Err(_) => Err(Broken::Silent),
    }
}

/// Reads on for a moment what a refused caller still sends, and forgets it.
///
/// A connection that is closed with bytes unread is reset, and the caller would see a broken pipe instead
/// of the refusal.
pub async fn drain(body: &mut BodyDataStream) {
    let mut left = DRAINED_BYTES;
    let draining = async {
        while let Some(Ok(piece)) = next(body).await {
            match left.checked_sub(piece.len()) {
                Some(less) => left = less,
                None => break,
            }
        }
    };
    // Too slow is as good as done: the caller may miss the reason, nothing else.
    let _ = tokio::time::timeout(DRAINING, draining).await;
}

async fn next(body: &mut BodyDataStream) -> Option<Result<Bytes, axum::Error>> {
    poll_fn(|cx| Pin::new(&mut *body).poll_next(cx)).await
}

/// Why a body did not arrive whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The connection ended.
    Connection,
    /// Nothing came for half a minute.
    Silent,
    /// More came than may.
    TooLarge,
}

/// The reading end of a pipe. Blocks its thread while it waits.
#[derive(Debug)]
pub struct Arriving {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.piece = piece,
                None => return Ok(0),
            }
        }
        let count = self.piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

/// Pieces in memory between the two ends.
const AHEAD: usize = 8;

const SILENCE: Duration = Duration::from_secs(30);

const DRAINED_BYTES: usize = 256 * 1024 * 1024;
const DRAINING: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_pumped_arrives_and_too_much_never_ends_the_pipe() {
        let (send, mut arriving) = pipe();
        let reading = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            arriving.read_to_string(&mut text).map(|_| text)
        });
        let mut send = Some(send);
        assert_eq!(
            pump(&mut Body::from("abc").into_data_stream(), &mut send, 3).await,
            Ok(())
        );
        assert_eq!(reading.await.unwrap().unwrap(), "abc");

        let (send, _arriving) = pipe();
        let mut send = Some(send);
        assert_eq!(
            pump(&mut Body::from("abcd").into_data_stream(), &mut send, 3).await,
            Err(Broken::TooLarge)
        );
        assert!(send.is_some());
    }

    #[tokio::test]
    async fn what_fails_before_anything_was_sent_is_told() {
        let whole = begun(|out| async move {
            out.send(b"a".to_vec()).await;
            out.send(b"b".to_vec()).await;
            Ok::<(), &str>(())
        });
        let bytes = axum::body::to_bytes(whole.await.unwrap(), 100).await;
        assert_eq!(bytes.unwrap(), "ab");
        let failed = begun(|_| async { Err::<(), &str>("why") }).await;
        assert_eq!(failed.unwrap_err(), "why");
        let broken = begun(|out| async move {
            out.send(b"a".to_vec()).await;
            Err("later")
        });
        let broken = broken.await.unwrap();
        assert!(axum::body::to_bytes(broken, 100).await.is_err());
    }

    #[tokio::test]
    async fn a_body_that_fails_breaks_off() {
        let body = streamed(|out| async move {
            out.send(b"part".to_vec()).await;
            Err("the store failed")
        });
        assert!(axum::body::to_bytes(body, 100).await.is_err());
    }
}
