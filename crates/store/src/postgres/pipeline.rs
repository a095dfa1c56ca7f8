//! Sending many requests before the first answer.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

/// A request to the server; it is sent when first polled.
pub(super) type Request<'r, T> = Pin<Box<dyn Future<Output = T> + Send + 'r>>;

/// Sends all requests in order, then waits for their answers: one round trip in place of many.
///
/// All are sent in one poll, so a caller that stops waiting cannot leave a half-sent sequence.
pub(super) async fn pipeline<T>(mut requests: Vec<Request<'_, T>>) -> Vec<T> {
    let sent = std::future::poll_fn(|cx| {
        Poll::Ready(
            requests
                .iter_mut()
                .map(|r| r.as_mut().poll(cx))
                .collect::<Vec<_>>(),
        )
    })
    .await;
    let mut answers = Vec::with_capacity(sent.len());
    for (request, answer) in requests.into_iter().zip(sent) {
        answers.push(match answer {
            Poll::Ready(answer) => answer,
            Poll::Pending => request.await,
        });
    }
    answers
}
