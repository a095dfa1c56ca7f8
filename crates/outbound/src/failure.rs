//! Why something was not taken by the other side.

use std::fmt;

/// Why something was not taken. Its text is one word, with a status at most: nothing that the other side says
/// comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The allow-list does not name where it would go, or its name leads to an address that is not public.
    Refused,
    /// Nobody answers there, or the name leads nowhere.
    Unreachable,
    /// The other side's certificate cannot be trusted.
    Untrusted,
    /// It took too long.
    TimedOut,
    /// The other side answered with this HTTP status; redirects are not followed.
    Status(u16),
    /// NATS does not let us in.
    Unauthorised,
    /// JetStream has no stream for the subject, and would not make one.
    NoStream,
    /// JetStream did not take it.
    NotTaken,
    /// It holds personal information that the other side may not be told.
    Leak,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => f.write_str("address-refused"),
            Self::Unreachable => f.write_str("unreachable"),
            Self::Untrusted => f.write_str("certificate-untrusted"),
            Self::TimedOut => f.write_str("timed-out"),
            Self::Status(status) => write!(f, "status-{status}"),
            Self::Unauthorised => f.write_str("unauthorised"),
            Self::NoStream => f.write_str("no-stream"),
            Self::Leak => f.write_str("leak"),
            Self::NotTaken => f.write_str("not-taken"),
        }
    }
}
