//! What can go wrong between here and the server.

use shouxin_wire::{Code, Problem};

/// Why an operation gave no answer. Holds no value that was sent.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused, and says why.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// The server could not be reached, or the connection broke.
    #[error("{server} cannot be reached: {reason}")]
    Unreachable {
        /// The server's address.
        server: String,
        /// What the network said.
        reason: String,
    },
    /// The address is none of a server.
    #[error("{0} is no address of a server; it begins with http:// or https://")]
    Address(String),
    /// Something answered, but not as Shouxin does.
    #[error("{server} answered with status {status}, but not as shouxin does")]
    Foreign {
        /// The server's address.
        server: String,
        /// The HTTP status.
        status: u16,
    },
    /// A local file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ClientError {
    /// The stable code, if the server refused.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => Code::from_word(&problem.code),
            _ => None,
        }
    }
}
