//! What people and services do, as futures that know nothing of the simulation.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::Cursor;
use std::pin::Pin;

use shouxin_model::ConsentWord;
use shouxin_model::{
    Caller, CallerKind, Conditions, ConsentForm, FieldRef, Personal, RecordId, SessionId, SignIn,
    StaffId, SubjectId,
};
use shouxin_vault::approvals::Decision;
use shouxin_vault::{
    ApprovalState, CaseChange, GrantRequest, ImportError, ReadError, ReadOutcome, ReadRequest,
    RecordWrite, Vault, Written,
};

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    New {
        name: String,
        mobile: String,
        number: String,
    },
    Rename {
        subject: SubjectId,
        name: String,
    },
    Case {
        subject: SubjectId,
        case: RecordId,
        number: String,
        status: String,
    },
    Consent {
        subject: SubjectId,
        given: bool,
    },
    Restrict {
        subject: SubjectId,
        on: bool,
    },
    Read {
        subject: SubjectId,
        purpose: &'static str,
    },
    Import {
        rows: Vec<(String, String)>,
    },
    Apply,
    Work,
    Sign,
    /// A clerk asks for access to somebody.
    Ask {
        subject: SubjectId,
    },
    /// An officer decides about the newest that waits.
    Decide {
        approve: bool,
    },
    /// The clerk reads somebody, which only a grant allows.
    Lent {
        subject: SubjectId,
    },
    /// Whoever watches ends the newest grant.
    Revoke,
    /// Somebody is erased.
    Erase {
        subject: SubjectId,
    },
}

/// How it ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Acknowledged, under this entry.
    Done(u64),
    /// A new customer with an order.
    Made(Written),
    /// A read: its entry, whether it was refused, and the number in clear if it was given.
    Answered(u64, bool, Option<String>),
    /// Acknowledged, without an entry of its own to show.
    Quiet,
    /// Refused or failed: nothing happened.
    Nothing(String),
    /// Nobody knows whether it happened.
    Unknown,
}

/// Somebody with this number: a name of an actor in the ledger.
pub(crate) fn caller(number: u64, login: &str, role: &str, vault: &Vault) -> Caller {
    let mut bytes = [9; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    let mut caller = Caller {
        kind: CallerKind::Staff {
            id: StaffId::from_bytes(bytes),
            login: login.to_owned(),
            session: SessionId::from_bytes(bytes),
        },
        roles: vec![role.to_owned()],
        sign_in: SignIn::default(),
        ..Caller::operator()
    };
    caller.sign_in.second_factor_at = Some(vault.now());
    caller
}

pub(crate) type Acting = Pin<Box<dyn Future<Output = End>>>;

impl Deed {
    /// Whether it must be alone: its own threads would make the order of what waits a matter of luck.
    pub(crate) fn is_alone(&self) -> bool {
        matches!(self, Self::Import { .. } | Self::Apply)
    }

    /// Does it, as the caller.
    pub(crate) fn act(self, vault: Vault, caller: Caller) -> Acting {
        Box::pin(async move {
            match self {
                Self::New {
                    name,
                    mobile,
                    number,
                } => {
                    let order = [
                        ("number", number.as_str()),
                        ("status", "booked"),
                        ("assignee", "li.na"),
                    ];
                    let records = vec![
                        record("customer", &[("name", &name), ("mobile", &mobile)]),
                        record("work_order", &order),
                    ];
                    match vault.write(&caller, None, records).await {
                        Ok(written) => End::Made(written),
                        Err(error) => failed(&error),
                    }
                }
                Self::Rename { subject, name } => {
                    let records = vec![record("customer", &[("name", &name)])];
                    let written = vault.write(&caller, Some(subject), records).await;
                    done(written.map(|written| written.entry))
                }
                Self::Case {
                    subject,
                    case,
                    status,
                    ..
                } => {
                    let change = CaseChange {
                        status: Some(status),
                        ..CaseChange::default()
                    };
                    match vault.change_case(&caller, subject, case, &change).await {
                        Ok(_) => End::Quiet,
                        Err(error) => failed(&error),
                    }
                }
                Self::Consent { subject, given } => {
                    let word = if given {
                        ConsentWord::Given
                    } else {
                        ConsentWord::Withdrawn
                    };
                    let form = ConsentForm::General;
                    let put =
                        vault.put_consent(&caller, subject, "marketing-contact", word, form, None);
                    done(put.await)
                }
                Self::Restrict { subject, on: true } => done(
                    vault
                        .put_restriction(&caller, subject, "accuracy-contested")
                        .await,
                ),
                Self::Restrict { subject, on: false } => {
                    done(vault.lift_restriction(&caller, subject).await)
                }
                Self::Read { subject, purpose } => {
                    answered(vault.read(&caller, &request(&[subject], purpose)).await)
                }
                Self::Import { rows } => import(&vault, &caller, &rows).await,
                Self::Apply => {
                    let text = shouxin_register_text();
                    match vault.apply(&caller, Some(&text), None).await {
                        Ok(applied) => End::Done(applied.entry),
                        Err(error) => failed(&error),
                    }
                }
                Self::Ask { subject } => {
                    let request = GrantRequest {
                        purpose: "repair-contact".to_owned(),
                        role: Some("service-adviser".to_owned()),
                        fields: vec!["customer.mobile".to_owned()],
                        subject: Some(subject),
                        seconds: 3_600,
                        conditions: Conditions::default(),
                        reason: "helping with a recall".to_owned(),
                    };
                    quiet(vault.request_grant(&caller, &request).await)
                }
                Self::Decide { approve } => decide(&vault, &caller, approve).await,
                Self::Lent { subject } => {
                    let asked = request(&[subject], "repair-contact");
                    answered(vault.read(&caller, &asked).await)
                }
                Self::Revoke => match vault.grants(&caller, true, 1).await {
                    Ok(grants) => match grants.first() {
                        Some(grant) => quiet(vault.revoke_grant(&caller, grant.id).await),
                        None => End::Nothing("no grant".to_owned()),
                    },
                    Err(error) => failed(&error),
                },
                Self::Erase { subject } => {
                    let erased = vault.erase(&caller, subject, "asked-by-subject").await;
                    done(erased.map(|erased| erased.entry))
                }
                Self::Work => match vault.work().await {
                    Ok(_) => End::Quiet,
                    Err(error) => failed(&error),
                },
                Self::Sign => match vault.sign_checkpoint(None).await {
                    Ok(_) => End::Quiet,
                    Err(error) => failed(&error),
                },
            }
        })
    }
}

/// Decides about the newest proposal that is open.
async fn decide(vault: &Vault, caller: &Caller, approve: bool) -> End {
    let waiting = match vault.approvals(caller, true, None, 50).await {
        Ok(waiting) => waiting,
        Err(error) => return failed(&error),
    };
    let open = waiting
        .approvals
        .iter()
        .find(|a| a.state == ApprovalState::Open);
    let Some(open) = open else {
        return End::Nothing("nothing waits".to_owned());
    };
    let decision = if approve {
        Decision::Approve
    } else {
        Decision::Reject
    };
    let decided = vault.decide_approval(caller, open.id, open.digest, decision, None);
    quiet(decided.await)
}

fn answered(read: Result<Vec<ReadOutcome>, ReadError>) -> End {
    match read {
        Ok(mut outcomes) => {
            let outcome = outcomes.remove(0);
            // Compared with the model: these people are made up.
            let value = outcome.fields.iter().flat_map(|field| &field.values).next();
            let value = value.map(|opened| opened.value.expose().clone());
            End::Answered(outcome.entry, outcome.refusal.is_some(), value)
        }
        Err(error) => failed(&error),
    }
}

fn quiet<T, E: std::fmt::Debug>(ended: Result<T, E>) -> End {
    match ended {
        Ok(_) => End::Quiet,
        Err(error) => failed(&error),
    }
}

/// Goes on with the import that is open, or begins one, and feeds it.
async fn import(vault: &Vault, caller: &Caller, rows: &[(String, String)]) -> End {
    let mapping = "[columns]\n\"姓名\" = \"customer.name\"\n\"手机\" = \"customer.mobile\"\n";
    let imports = match vault.imports().await {
        Ok(imports) => imports,
        Err(error) => return failed(&error),
    };
    let mut file = "姓名,手机\n".to_owned();
    for (name, mobile) in rows {
        file.push_str(&format!("{name},{mobile}\n"));
    }
    for open in imports.into_iter().filter(|import| import.state == "open") {
        let fed = vault.feed_import(caller, open.id, Cursor::new(file.clone()), None, |_| {});
        match fed.await {
            Ok(_) => return End::Quiet,
            // Somebody else's.
            Err(ImportError::NotFound(_)) => {}
            Err(error) => return failed(&error),
        }
    }
    let id = match vault.begin_import(caller, mapping).await {
        Ok(id) => id,
        Err(error) => return failed(&error),
    };
    match vault
        .feed_import(caller, id, Cursor::new(file), None, |_| {})
        .await
    {
        Ok(_) => End::Quiet,
        Err(error) => failed(&error),
    }
}

/// The register with its other suite: everything sealed is sealed and indexed anew.
pub(crate) fn shouxin_register_text() -> String {
    crate::run::register().replacen("suite = \"international\"", "suite = \"national\"", 1)
}

fn done<E: std::fmt::Debug>(entry: Result<u64, E>) -> End {
    match entry {
        Ok(entry) => End::Done(entry),
        Err(error) => failed(&error),
    }
}

/// Only a store that did not acknowledge leaves open what happened.
fn failed(error: &dyn std::fmt::Debug) -> End {
    let said = format!("{error:?}");
    if said.contains("Unacknowledged") || said.contains("Closed") {
        End::Unknown
    } else {
        End::Nothing(said)
    }
}

pub(crate) fn record(collection: &str, values: &[(&str, &str)]) -> RecordWrite {
    let value =
        |(name, value): &(&str, &str)| ((*name).to_owned(), Personal::new((*value).to_owned()));
    RecordWrite {
        collection: collection.to_owned(),
        values: values.iter().map(value).collect(),
        key: None,
    }
}

pub(crate) fn request(subjects: &[SubjectId], purpose: &str) -> ReadRequest {
    let mobile: FieldRef = "customer.mobile".parse().unwrap();
    ReadRequest {
        subjects: subjects.to_vec(),
        fields: vec![mobile.clone()],
        purpose: purpose.to_owned(),
        case: None,
        records: BTreeSet::new(),
        clear: [mobile].into(),
        clear_pieces: BTreeSet::new(),
        reason: None,
    }
}
