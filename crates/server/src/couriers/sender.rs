//! The way to one system.

use bytes::Bytes;
use shouxin_model::{ChangeId, DownstreamKind, Moment};
use shouxin_outbound::{Endpoint, Failure, Http, Nats, SigningSecret, Stream, Taken, sign};
use shouxin_vault::{Assignment, Vault};
use shouxin_wire::changes::ChangeEvent;

use super::{Outbound, event};
use crate::App;

/// What carries events to one system. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Sender {
    /// Into a stream, each message under its id and this round.
    Nats {
        nats: Box<Nats>,
        subject: String,
        round: u32,
    },
    /// To an endpoint, signed with each of these; from `old_until` on with the first alone.
    Webhook {
        http: Http,
        endpoint: Endpoint,
        secrets: Vec<SigningSecret>,
        old_until: Option<Moment>,
        vault: Vault,
    },
}

/// An event in the form in which it travels.
#[derive(Clone)]
pub(super) struct Parcel {
    id: ChangeId,
    body: Bytes,
}

impl Parcel {
    /// The parcel of an event.
    ///
    /// # Errors
    /// `NotTaken` if it is no JSON, which it always is.
    pub(super) fn of(event: &ChangeEvent) -> Result<Self, Failure> {
        let body = serde_json::to_vec(event).map_err(|_| Failure::NotTaken)?;
        Ok(Self {
            id: event.id,
            body: body.into(),
        })
    }
}

impl Outbound {
    async fn http(&self, app: &App) -> Result<&Http, Failure> {
        let made = self.http.get_or_try_init(|| async {
            let settings = &app.settings().downstreams;
            let roots = match &settings.roots {
                Some(path) => Some(
                    tokio::fs::read(path)
                        .await
                        .map_err(|_| Failure::Untrusted)?,
                ),
                None => None,
            };
            Http::new(settings.allow.clone(), roots.as_deref())
        });
        made.await
    }

    async fn nats(&self, app: &App) -> Result<&Nats, Failure> {
        let settings = &app.settings().downstreams.nats;
        if settings.servers.is_empty() {
            return Err(Failure::Refused);
        }
        self.nats.get_or_try_init(|| Nats::connect(settings)).await
    }
}

impl Sender {
    /// The way to this system.
    ///
    /// # Errors
    /// `Refused` if the deployment's settings do not let it be called.
    pub(crate) async fn of(app: &App, held: &Assignment) -> Result<Self, Failure> {
        let (outbound, downstream) = (app.outbound(), &held.downstream);
        match downstream.kind {
            DownstreamKind::Nats => Ok(Self::Nats {
                nats: Box::new(outbound.nats(app).await?.clone()),
                subject: downstream.target.clone(),
                round: downstream.place.round,
            }),
            DownstreamKind::Webhook => {
                let http = outbound.http(app).await?.clone();
                let endpoint = http.allow().endpoint(&downstream.target);
                let secrets = held.secrets.iter().cloned().map(SigningSecret::new);
                Ok(Self::Webhook {
                    endpoint: endpoint.map_err(|_| Failure::Refused)?,
                    secrets: secrets
                        .collect::<Result<_, _>>()
                        .map_err(|_| Failure::Refused)?,
                    old_until: downstream.old_until,
                    http,
                    vault: app.vault().clone(),
                })
            }
        }
    }

    /// Sends one event, and answers once it was taken. Of a stream, gives what it says.
    pub(super) async fn send(&self, parcel: &Parcel) -> Result<Option<Taken>, Failure> {
        let body = parcel.body.clone();
        match self {
            Self::Nats {
                nats,
                subject,
                round,
            } => {
                let id = format!("{}.{round}", parcel.id);
                nats.publish(subject, &id, body).await.map(Some)
            }
            Self::Webhook {
                http,
                endpoint,
                secrets,
                old_until,
                vault,
            } => {
                let (id, now) = (parcel.id.to_string(), vault.now());
                let seconds = now.seconds();
                let over = old_until.is_some_and(|until| until <= now);
                let counting = if over { 1 } else { secrets.len() };
                let secrets = &secrets[..counting.min(secrets.len())];
                let signature = sign(secrets, &id, seconds, &body);
                let timestamp = seconds.to_string();
                let headers = [
                    ("webhook-id", id.as_str()),
                    ("webhook-timestamp", timestamp.as_str()),
                    ("webhook-signature", signature.as_str()),
                ];
                let reply = http.post(endpoint, CLOUD_EVENTS, &headers, body).await?;
                match reply.status {
                    200..=299 => Ok(None),
                    status => Err(Failure::Status(status)),
                }
            }
        }
    }

    /// The stream behind it; `None` of a webhook.
    pub(super) async fn stream(&self) -> Option<Result<Stream, Failure>> {
        match self {
            Self::Nats { nats, subject, .. } => Some(nats.stream(subject).await),
            Self::Webhook { .. } => None,
        }
    }

    /// Whether what was taken counts as processed.
    pub(super) const fn is_processed(&self) -> bool {
        matches!(self, Self::Webhook { .. })
    }

    /// Whether everything goes one after the other. In a stream the receiver acknowledges by number what comes
    /// before as well; a webhook acknowledges each by itself.
    pub(super) const fn is_one_lane(&self) -> bool {
        matches!(self, Self::Nats { .. })
    }
}

/// Sends a message about nobody, once, waiting no longer than one try takes.
///
/// # Errors
/// Why it was not taken.
pub(crate) async fn try_out(app: &App, held: &Assignment) -> Result<(), Failure> {
    let sender = Sender::of(app, held).await?;
    if let Some(stream) = sender.stream().await {
        stream?;
    }
    let now = app.vault().now();
    let id = ChangeId::make(now, &mut app.vault().dice());
    let parcel = Parcel::of(&event::test(app, id, now))?;
    sender.send(&parcel).await.map(drop)
}

const CLOUD_EVENTS: &str = "application/cloudevents+json";
