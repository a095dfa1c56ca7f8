//! Messages into a stream of NATS JetStream.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::{
    Context, ContextBuilder, GetStreamByNameErrorKind, PublishErrorKind,
};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, StorageType};
use async_nats::{Client, ConnectOptions};
use bytes::Bytes;
use serde::Deserialize;

use crate::Failure;

/// Which NATS, and as whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NatsSettings {
    /// The servers of one cluster, `nats://host:4222` or `tls://host:4222`; empty: no NATS.
    pub servers: Vec<String>,
    /// A file of credentials (a JWT and its seed).
    pub credentials: Option<PathBuf>,
    /// A file whose first line is a token.
    pub token: Option<PathBuf>,
    /// Certificate authorities beside those that the machine trusts, PEM.
    pub roots: Option<PathBuf>,
    /// Whether a connection without TLS is refused.
    pub require_tls: bool,
    /// How many servers keep each message of a stream that is made here; 0 counts as 1.
    pub replicas: usize,
}

/// A connection that makes itself anew. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Nats {
    client: Client,
    context: Context,
    replicas: usize,
}

/// Which stream takes a subject, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// When it was made, as text: a stream that was lost and made anew has another.
    pub made: String,
    /// The number of its newest message.
    pub newest: u64,
}

/// That a stream has a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its number in the stream.
    pub number: u64,
    /// Whether the stream had it before.
    pub before: bool,
}

impl Nats {
    /// Begins to connect, and goes on trying for as long as this lives.
    ///
    /// # Errors
    /// `Unauthorised` if a file of the settings cannot be read; `Unreachable` if a server's address is none.
    pub async fn connect(settings: &NatsSettings) -> Result<Self, Failure> {
        let mut options = ConnectOptions::new()
            .name("shouxin")
            .retry_on_initial_connect()
            .connection_timeout(CONNECTING)
            .request_timeout(Some(ANSWERING))
            .reconnect_delay_callback(|attempts| {
                let doubled = 100u64.saturating_mul(1 << attempts.min(5));
                Duration::from_millis(doubled.min(2000))
            })
            .require_tls(settings.require_tls);
        if let Some(path) = &settings.credentials {
            let with = options.credentials_file(path).await;
            options = with.map_err(|_| Failure::Unauthorised)?;
        }
        if let Some(path) = &settings.token {
            let text = tokio::fs::read_to_string(path).await;
            let text = text.map_err(|_| Failure::Unauthorised)?;
            options = options.token(text.lines().next().unwrap_or_default().to_owned());
        }
        if let Some(path) = &settings.roots {
            options = options.add_root_certificates(path.clone());
        }
        let client = options.connect(settings.servers.as_slice()).await;
        let client = client.map_err(|_| Failure::Unreachable)?;
        let context = ContextBuilder::new()
            .timeout(ANSWERING)
            .build(client.clone());
        Ok(Self {
            client,
            context,
            replicas: settings.replicas.max(1),
        })
    }

    /// The stream that takes this subject; made, on disk, if there is none.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn stream(&self, subject: &str) -> Result<Stream, Failure> {
        self.connected()?;
        let name = match self.context.stream_by_subject(subject).await {
            Ok(name) => name,
            Err(error) if error.kind() == GetStreamByNameErrorKind::NotFound => {
                let made = self.context.create_stream(self.config(subject)).await;
                made.map_err(|_| Failure::NoStream)?;
                stream_name(subject)
            }
            Err(_) => return Err(Failure::TimedOut),
        };
        let stream = self.context.get_stream(&name).await;
        let stream = stream.map_err(|_| Failure::NoStream)?;
        let info = stream.cached_info();
        Ok(Stream {
            made: info.created.to_string(),
            newest: info.state.last_sequence,
        })
    }

    /// Puts a message into the stream, and answers once JetStream has it. A message whose id the stream took
    /// within its window of duplicates is there once.
    ///
    /// # Errors
    /// [`Failure`]; it may be in the stream all the same. `NoStream`: none takes the subject (any more).
    pub async fn publish(&self, subject: &str, id: &str, body: Bytes) -> Result<Taken, Failure> {
        // What is handed to a client without a connection is sent whenever there is one again, long after
        // whoever waited gave up.
        self.connected()?;
        let message = PublishMessage::build()
            .message_id(id)
            .header("Content-Type", "application/cloudevents+json")
            .payload(body);
        let sent = async {
            let acknowledged = self
                .context
                .send_publish(subject.to_owned(), message)
                .await?;
            acknowledged.await
        };
        match tokio::time::timeout(ANSWERING, sent).await {
            Err(_) => Err(Failure::TimedOut),
            Ok(Ok(taken)) => Ok(Taken {
                number: taken.sequence,
                before: taken.duplicate,
            }),
            Ok(Err(error)) => Err(match error.kind() {
                PublishErrorKind::StreamNotFound => Failure::NoStream,
                PublishErrorKind::TimedOut => Failure::TimedOut,
                PublishErrorKind::BrokenPipe => Failure::Unreachable,
                _ => Failure::NotTaken,
            }),
        }
    }

    fn connected(&self) -> Result<(), Failure> {
        match self.client.connection_state() {
            State::Connected => Ok(()),
            State::Pending | State::Disconnected => Err(Failure::Unreachable),
        }
    }

    fn config(&self, subject: &str) -> Config {
        Config {
            name: stream_name(subject),
            subjects: vec![subject.to_owned()],
            storage: StorageType::File,
            num_replicas: self.replicas,
            duplicate_window: DUPLICATES,
            ..Config::default()
        }
    }
}

/// Whether a text names one subject to publish to: words of letters, digits, `-` and `_` with dots between.
pub fn is_subject(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    text.len() <= 200 && text.split('.').all(word)
}

/// A stream of our own for a subject: names hold no dots.
fn stream_name(subject: &str) -> String {
    subject.replace('.', "_")
}

const CONNECTING: Duration = Duration::from_secs(3);
const ANSWERING: Duration = Duration::from_secs(3);
/// Longer than whoever sends waits between two tries of one message.
const DUPLICATES: Duration = Duration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_words_with_dots_between() {
        for subject in ["shouxin.changes.crm", "crm", "A-1.b_2"] {
            assert!(is_subject(subject), "{subject}");
        }
        for other in ["", ".", "a.", "a..b", "a.*", "a.>", "$JS.API", "a b", "甲"] {
            assert!(!is_subject(other), "{other}");
        }
    }
}
