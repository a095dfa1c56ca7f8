//! Who asks.

use std::net::IpAddr;

use crate::{ApiKeyId, DeviceId, FieldRef, Moment, SessionId, StaffId, SubjectId};

/// Where a call came from.
pub type Address = IpAddr;

/// Who asks, how strongly they proved it, and from where. Gathered anew for every request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// A member of staff, a service, or the subject of the data.
    pub kind: CallerKind,
    /// The roles held now, sorted, without duplicates.
    pub roles: Vec<String>,
    /// The site (store, station, centre) the caller works at, if any.
    pub site: Option<String>,
    /// The region the caller answers for, if any.
    pub region: Option<String>,
    /// How the caller signed in.
    pub sign_in: SignIn,
    /// The network address of the caller, if the call came over a network.
    pub address: Option<Address>,
}

/// What kind of caller it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// A person with a session.
    Staff {
        /// The person.
        id: StaffId,
        /// The person's login: cases are assigned to it.
        login: String,
        /// The session.
        session: SessionId,
    },
    /// A service with an API key, which may limit purposes and fields.
    Service {
        /// The key.
        id: ApiKeyId,
        /// Purposes this key may name; empty: none.
        purposes: Vec<String>,
        /// Fields this key may name, as `collection.field` or `collection.*`; empty: none.
        fields: Vec<String>,
    },
    /// The operator of the machine, working from the command line on the data directory itself.
    Operator,
    /// A subject, who proved to be the one by a code sent to a contact on record. Reads nobody else.
    Subject {
        /// Whom the data are about.
        id: SubjectId,
    },
    /// Somebody at a public page who says what they consent to, and can do nothing else.
    Page {
        /// Who opened the page for this person: `stf_…` or `key_…`; nobody for an unknown visitor.
        opener: Option<String>,
    },
}

/// How strongly a caller has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SignIn {
    /// When a second factor was last shown in this session.
    pub second_factor_at: Option<Moment>,
    /// The device that the request came from, if it is registered for this person.
    pub device: Option<DeviceId>,
}

impl Caller {
    /// The operator of the machine, at the command line.
    pub fn operator() -> Self {
        Self {
            kind: CallerKind::Operator,
            roles: Vec::new(),
            site: None,
            region: None,
            sign_in: SignIn::default(),
            address: None,
        }
    }

    /// Somebody at a public page that `opener` opened for them, or that anybody may see.
    pub fn page(opener: Option<String>) -> Self {
        Self {
            kind: CallerKind::Page { opener },
            ..Self::operator()
        }
    }

    /// Whether the caller may touch this field at all: an API key names those it covers, as
    /// `collection.field` or `collection.*`.
    pub fn covers(&self, field: &FieldRef) -> bool {
        match &self.kind {
            CallerKind::Service { fields, .. } => fields.iter().any(|pattern| {
                pattern.split_once('.').is_some_and(|(collection, name)| {
                    collection == field.collection() && (name == "*" || name == field.field())
                })
            }),
            CallerKind::Staff { .. } | CallerKind::Operator | CallerKind::Subject { .. } => true,
            CallerKind::Page { .. } => false,
        }
    }

    /// The pseudonymous name in ledger entries: `stf_…`, `key_…`, `operator`, `page` or `subject`. Which
    /// subject it was, the entry's own pseudonym says: it is forgotten with an erasure, an id here would stay.
    pub fn actor(&self) -> String {
        match &self.kind {
            CallerKind::Staff { id, .. } => id.to_string(),
            CallerKind::Service { id, .. } => id.to_string(),
            CallerKind::Operator => "operator".to_owned(),
            CallerKind::Subject { .. } => SUBJECT.to_owned(),
            CallerKind::Page { opener } => opener.clone().unwrap_or_else(|| "page".to_owned()),
        }
    }

    /// The login, if the caller is a member of staff.
    pub fn login(&self) -> Option<&str> {
        match &self.kind {
            CallerKind::Staff { login, .. } => Some(login),
            CallerKind::Service { .. }
            | CallerKind::Operator
            | CallerKind::Subject { .. }
            | CallerKind::Page { .. } => None,
        }
    }

    /// The subject, if it is the subject of the data who calls.
    pub fn subject(&self) -> Option<SubjectId> {
        match self.kind {
            CallerKind::Subject { id } => Some(id),
            _ => None,
        }
    }
}

/// The name of every subject in ledger entries about what the subject did.
pub const SUBJECT: &str = "subject";
