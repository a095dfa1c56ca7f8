//! What a policy may permit, and through what a caller comes.

use shouxin_model::{CallerKind, Form};

/// What a policy may permit to be done with a field. The words are the names of Cedar's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Answer the value itself.
    Clear,
    /// Answer it with part hidden.
    Masked,
    /// Answer a keyed stand-in.
    Tokenised,
    /// Answer a coarser truth.
    Generalised,
    /// Search by it.
    Search,
    /// Take it out of the system.
    Export,
    /// Count records grouped or filtered by it.
    Count,
}

impl Action {
    /// Every action; the forms first, most revealing first.
    pub const ALL: [Self; 7] = [
        Self::Clear,
        Self::Masked,
        Self::Tokenised,
        Self::Generalised,
        Self::Search,
        Self::Export,
        Self::Count,
    ];

    /// The word used in schema and policies.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Masked => "masked",
            Self::Tokenised => "tokenised",
            Self::Generalised => "generalised",
            Self::Search => "search",
            Self::Export => "export",
            Self::Count => "count",
        }
    }

    /// The action that answers a field in `form`; `None` for withheld, which needs no permission.
    pub const fn of(form: Form) -> Option<Self> {
        match form {
            Form::Clear => Some(Self::Clear),
            Form::Masked => Some(Self::Masked),
            Form::Tokenised => Some(Self::Tokenised),
            Form::Generalised => Some(Self::Generalised),
            Form::Withheld => None,
        }
    }
}

/// Through what a caller comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A person with a session.
    Staff,
    /// A service with an API key.
    Service,
    /// The operator at the machine itself.
    Operator,
    /// The subject of the data, in the privacy centre.
    Subject,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 4] = [Self::Staff, Self::Service, Self::Operator, Self::Subject];

    /// The word used in schema and policies.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Service => "service",
            Self::Operator => "operator",
            Self::Subject => "subject",
        }
    }
}

impl From<&CallerKind> for Channel {
    fn from(kind: &CallerKind) -> Self {
        match kind {
            CallerKind::Staff { .. } => Self::Staff,
            // A page holds no role and covers no field: nothing is opened for it.
            CallerKind::Service { .. } | CallerKind::Page { .. } => Self::Service,
            CallerKind::Operator => Self::Operator,
            CallerKind::Subject { .. } => Self::Subject,
        }
    }
}
