//! What leaves this server for other systems: addresses that may be called, signed webhooks, NATS JetStream.
//!
//! Nothing here knows what is sent. Whoever sends gives bytes and learns whether they were taken.

mod address;
mod allow;
mod failure;
mod http;
mod nats;
mod signature;

pub use address::{Unfit, unfit};
pub use allow::{AllowError, AllowList, Endpoint, EndpointError};
pub use failure::Failure;
pub use http::{Http, Reply};
pub use nats::{Nats, NatsSettings, Stream, Taken, is_subject};
pub use signature::{SecretError, SigningSecret, sign};
