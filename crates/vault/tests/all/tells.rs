//! The ledger tells exactly what was answered, and never a value.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_ledger::{Entry, Kind, Treatment};
use shouxin_model::ConsentWord;
use shouxin_model::{
    Caller, ConsentForm, FieldRef, Form, Personal, RecordId, Register, SearchMode, SubjectId,
};
use shouxin_store::params;
use shouxin_vault::{CaseChange, CaseError, CountRequest, ReadRequest, SearchRequest, Written};

use crate::support::{Engine, Harness, record, recounted};

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_ledger_tells_it_and_no_value(acts in prop::collection::vec((0u8..12, any::<u64>()), 1..40)) {
        run(Engine::Sqlite, &acts);
    }
}

#[test]
fn on_postgres_the_ledger_tells_the_same() {
    let mut dice = ChaCha20Rng::seed_from_u64(5);
    let acts: Vec<_> = (0..60).map(|i| (i % 12, dice.next_u64())).collect();
    run(Engine::Postgres, &acts);
}

fn run(engine: Engine, acts: &[(u8, u64)]) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut story = Story::new(engine).await;
        for (act, seed) in acts {
            story.act(*act, *seed).await;
        }
        story.end().await;
    });
}

/// A deployment to which things happen, each held to its ledger entry at once.
struct Story {
    h: Harness,
    customers: Vec<Written>,
    /// Every personal value that was put in.
    planted: Vec<String>,
    /// Debug output of every answer.
    said: Vec<String>,
}

/// What an entry must say.
struct Tale {
    kinds: &'static [Kind],
    subject: Option<SubjectId>,
    purpose: Option<&'static str>,
    /// Form, rule, field.
    fields: BTreeSet<(String, String, String)>,
    /// Words that stand among the further pairs.
    extra: &'static [&'static str],
}

const PURPOSES: [&str; 6] = [
    "repair-service",
    "recall-notice",
    "rights-answer",
    "fault-analysis",
    "marketing-contact",
    "regional-performance",
];

const ROLES: [&str; 5] = [
    "service-adviser",
    "warranty-clerk",
    "protection-officer",
    "technical-director",
    "regional-manager",
];

impl Story {
    async fn new(engine: Engine) -> Self {
        let mut story = Self {
            h: Harness::new(engine).await,
            customers: Vec::new(),
            planted: Vec::new(),
            said: Vec::new(),
        };
        story.write(1).await;
        story
    }

    async fn act(&mut self, act: u8, seed: u64) {
        let mut dice = ChaCha20Rng::seed_from_u64(seed);
        let before = self.h.vault.store().ledger_head().await.unwrap().size;
        let acts = match act {
            0 => self.write(seed).await,
            1 => self.write_again(&mut dice).await,
            2..=4 => self.read(&mut dice).await,
            5 => self.explain(&mut dice).await,
            6 => self.search(&mut dice).await,
            7 => self.count(&mut dice).await,
            8 => self.list(&mut dice).await,
            9 => self.change(&mut dice).await,
            10 => self.consent(&mut dice).await,
            _ => self.restrict(&mut dice).await,
        };
        let after = self.h.vault.store().ledger_head().await.unwrap().size;
        assert_eq!(
            after,
            before + acts,
            "act {act} leaves its entries and no others"
        );
        self.h.world.pass(i64::from(dice.next_u32() % 400));
    }

    async fn end(self) {
        recounted(&self.h.vault).await;
        let mut texts = self.said;
        for (_, bytes) in self
            .h
            .vault
            .store()
            .ledger_entries(0, 1 << 16)
            .await
            .unwrap()
        {
            assert!(bytes.len() < 1_500, "{}", bytes.len());
            texts.push(String::from_utf8(bytes).unwrap());
        }
        for text in &texts {
            let told = self
                .planted
                .iter()
                .find(|value| text.contains(value.as_str()));
            assert_eq!(told, None, "{text}");
        }
    }

    fn caller(&self, dice: &mut impl Rng) -> Caller {
        let role = ROLES[below(dice, ROLES.len())];
        let login = if below(dice, 4) == 0 {
            "wang.wei"
        } else {
            "li.na"
        };
        let mut caller = self.h.staff(login, role);
        caller.sign_in.second_factor_at = match below(dice, 4) {
            0 => None,
            1 => Some(self.h.vault.now().plus_seconds(-601)),
            // A clock that was turned back.
            2 => Some(self.h.vault.now().plus_seconds(1)),
            _ => Some(self.h.vault.now()),
        };
        caller
    }

    fn customer(&self, dice: &mut impl Rng) -> Written {
        self.customers[below(dice, self.customers.len())].clone()
    }

    /// Holds the entry to what it must say.
    async fn told(&self, index: u64, caller: &Caller, tale: Tale) -> Entry {
        let (entry, _) = self.h.vault.entry(index).await.unwrap();
        assert!(tale.kinds.contains(&entry.kind), "{entry:?}");
        assert_eq!(entry.actor, caller.actor());
        assert_eq!(entry.at, self.h.vault.now().micros());
        assert_eq!((entry.register, entry.policy), (1, 1));
        let fresh = caller
            .sign_in
            .second_factor_at
            .is_some_and(|at| at == self.h.vault.now());
        assert_eq!(entry.second_factor, fresh);
        assert_eq!(entry.purpose.as_deref(), tale.purpose);
        let pseudonym = match tale.subject {
            Some(subject) => {
                let sql = "SELECT pseudonym FROM subject WHERE id = $1";
                let rows = self
                    .h
                    .vault
                    .store()
                    .query(sql, params![subject])
                    .await
                    .unwrap();
                Some(<[u8; 16]>::try_from(rows[0].bytes(0).unwrap()).unwrap())
            }
            None => None,
        };
        assert_eq!(entry.subject, pseudonym);
        let fields = |(treatment, fields): (&Treatment, &BTreeSet<String>)| -> Vec<_> {
            fields
                .iter()
                .map(|f| (treatment.form.clone(), treatment.rule.clone(), f.clone()))
                .collect()
        };
        let fields: BTreeSet<_> = entry.fields.iter().flat_map(fields).collect();
        assert_eq!(fields, tale.fields);
        let words: BTreeSet<&str> = entry.extra.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, tale.extra.iter().copied().collect());
        entry
    }

    async fn write(&mut self, seed: u64) -> u64 {
        let mobile = format!("139{:08}", seed % 100_000_000);
        let name = format!(
            "欧阳{}",
            char::from_u32(0x4E00 + u32::try_from(seed % 5_000).unwrap()).unwrap()
        );
        let address = format!("上海市浦东新区张江镇科苑路{}号", seed % 10_000);
        let number = format!("WO-{}", self.customers.len());
        let records = vec![
            record(
                "customer",
                &[("mobile", &mobile), ("name", &name), ("address", &address)],
            ),
            record(
                "work_order",
                &[
                    ("number", &number),
                    ("status", "booked"),
                    ("assignee", "li.na"),
                    ("region", "east"),
                ],
            ),
        ];
        self.said.push(format!("{records:?}"));
        self.planted.extend([mobile, address]);
        let operator = Caller::operator();
        let written = self.h.vault.write(&operator, None, records).await.unwrap();
        self.said.push(format!("{written:?}"));
        if !self
            .customers
            .iter()
            .any(|known| known.subject == written.subject)
        {
            let names = [
                "customer.mobile",
                "customer.name",
                "customer.address",
                "work_order.number",
                "work_order.status",
                "work_order.assignee",
                "work_order.region",
            ];
            let fields =
                names.map(|name| ("written".to_owned(), "created".to_owned(), name.to_owned()));
            let tale = Tale {
                subject: Some(written.subject),
                fields: fields.into(),
                extra: &["from"],
                ..Tale::of(&[Kind::RecordWrite])
            };
            self.told(written.entry, &operator, tale).await;
            self.customers.push(written);
        }
        1
    }

    async fn write_again(&mut self, dice: &mut impl Rng) -> u64 {
        let customer = self.customer(dice);
        let email = format!("planted.{}@example.com", below(dice, 4));
        self.planted.push(email.clone());
        let email = vec![record("customer", &[("email", &email)])];
        let operator = Caller::operator();
        let written = self
            .h
            .vault
            .write(&operator, Some(customer.subject), email)
            .await
            .unwrap();
        let fields = match written.outcome().word() {
            "unchanged" => BTreeSet::new(),
            word => BTreeSet::from([(
                "written".to_owned(),
                word.to_owned(),
                "customer.email".to_owned(),
            )]),
        };
        let tale = Tale {
            subject: Some(customer.subject),
            fields,
            extra: &["from"],
            ..Tale::of(&[Kind::RecordWrite])
        };
        self.told(written.entry, &operator, tale).await;
        1
    }

    fn request(
        &mut self,
        dice: &mut impl Rng,
        subjects: Vec<SubjectId>,
        purpose: &str,
    ) -> ReadRequest {
        let register = self.h.vault.active().register.clone();
        let all: Vec<FieldRef> = register.fields().map(|(name, _)| name).collect();
        let fields: BTreeSet<FieldRef> = (0..=below(dice, 12))
            .map(|_| all[below(dice, all.len())].clone())
            .collect();
        let clear = fields
            .iter()
            .filter(|_| below(dice, 2) == 0)
            .cloned()
            .collect();
        let reason = (below(dice, 2) == 0).then(|| format!("planted reason {}", dice.next_u32()));
        self.planted.extend(reason.clone());
        let case = (below(dice, 4) == 0).then(|| self.customers[0].records.last().unwrap().0);
        let request = ReadRequest {
            subjects,
            fields: fields.into_iter().collect(),
            purpose: purpose.to_owned(),
            case,
            records: BTreeSet::new(),
            clear,
            clear_pieces: BTreeSet::new(),
            reason,
        };
        self.said.push(format!("{request:?}"));
        request
    }

    async fn read(&mut self, dice: &mut impl Rng) -> u64 {
        let purpose = PURPOSES[below(dice, PURPOSES.len())];
        let mut subjects: BTreeSet<SubjectId> = (0..=below(dice, 3))
            .map(|_| self.customer(dice).subject)
            .collect();
        let nobody = SubjectId::from_bytes([9; 16]);
        if below(dice, 5) == 0 {
            subjects.insert(nobody);
        }
        let caller = self.caller(dice);
        let request = self.request(dice, subjects.into_iter().collect(), purpose);
        let outcomes = self.h.vault.read(&caller, &request).await.unwrap();
        let register = self.h.vault.active().register.clone();
        for (subject, outcome) in request.subjects.iter().zip(&outcomes) {
            self.said.push(format!("{outcome:?}"));
            assert_eq!(
                (outcome.subject, outcome.found),
                (*subject, *subject != nobody)
            );
            let mut tale = Tale {
                subject: Some(*subject),
                purpose: Some(purpose),
                ..Tale::of(&[Kind::Read])
            };
            for field in &outcome.fields {
                let told = (
                    field.form.word().to_owned(),
                    field.because.rule.to_string(),
                    field.field.to_string(),
                );
                tale.fields.insert(told);
                assert!(field.form != Form::Withheld || field.values.is_empty());
                // Nothing is clear without a rule that permits it, and no such rule is built in.
                assert!(
                    field.form != Form::Clear || is_policy(&self.h, &field.because.rule),
                    "{field:?}"
                );
            }
            let opened = |field: &&shouxin_vault::FieldOutcome| field.form != Form::Withheld;
            let revealed = |field: &shouxin_vault::FieldOutcome| {
                field.form == Form::Clear
                    && request.clear.contains(&field.field)
                    && is_held(&register, &field.field)
            };
            tale.kinds = match outcome.fields.iter().filter(opened).count() {
                0 => &[Kind::Refusal],
                _ if outcome.fields.iter().any(revealed) => &[Kind::Reveal],
                _ => &[Kind::Read],
            };
            tale.extra = match (outcome.found, request.reason.is_some()) {
                (true, false) => &[],
                (true, true) => &["why"],
                (false, false) => &["rule"],
                (false, true) => &["rule", "why"],
            };
            if !outcome.found {
                tale.subject = None;
            }
            let entry = self.told(outcome.entry, &caller, tale).await;
            assert_eq!(entry.case, request.case.map(|case| case.to_string()));
        }
        outcomes.len() as u64
    }

    async fn explain(&mut self, dice: &mut impl Rng) -> u64 {
        let purpose = PURPOSES[below(dice, PURPOSES.len())];
        let (caller, customer) = (self.caller(dice), self.customer(dice));
        let request = self.request(dice, vec![customer.subject], purpose);
        let verdict = self
            .h
            .vault
            .explain(&caller, &request)
            .await
            .unwrap()
            .unwrap();
        let fields = verdict.fields.iter().map(|(field, decision)| {
            (
                decision.form.word().to_owned(),
                decision.because.rule.to_string(),
                field.to_string(),
            )
        });
        let tale = Tale {
            subject: Some(customer.subject),
            purpose: Some(purpose),
            fields: fields.collect(),
            extra: if request.reason.is_some() {
                &["why"]
            } else {
                &[]
            },
            ..Tale::of(&[Kind::Explain])
        };
        self.told(self.newest().await, &caller, tale).await;
        // A read right after answers what was explained.
        let read = self.h.vault.read(&caller, &request).await.unwrap();
        let forms = |fields: Vec<(FieldRef, Form)>| fields.into_iter().collect::<BTreeMap<_, _>>();
        let explained = forms(
            verdict
                .fields
                .iter()
                .map(|(f, d)| (f.clone(), d.form))
                .collect(),
        );
        assert_eq!(
            forms(
                read[0]
                    .fields
                    .iter()
                    .map(|f| (f.field.clone(), f.form))
                    .collect()
            ),
            explained
        );
        2
    }

    async fn search(&mut self, dice: &mut impl Rng) -> u64 {
        let caller = self.caller(dice);
        let purpose = PURPOSES[below(dice, 3)];
        let value = self.planted[below(dice, self.planted.len())].clone();
        let request = SearchRequest {
            field: "customer.mobile".parse().unwrap(),
            mode: SearchMode::Exact,
            value: Personal::new(value),
            purpose: purpose.to_owned(),
            limit: 5,
        };
        self.said.push(format!("{request:?}"));
        let outcome = match self.h.vault.search(&caller, &request).await {
            Ok(outcome) => outcome,
            // The planted value had no digits to look for.
            Err(error) => {
                self.said.push(format!("{error} {error:?}"));
                return 0;
            }
        };
        self.said.push(format!("{outcome:?}"));
        let refused = outcome.refusal.is_some();
        assert!(!refused || outcome.matches.is_empty());
        let index = outcome.entry;
        let (entry, _) = self.h.vault.entry(index).await.unwrap();
        let (treatment, fields) = entry.fields.iter().next().unwrap();
        assert_eq!(treatment.form, if refused { "withheld" } else { "search" });
        if let Some(because) = &outcome.refusal {
            assert_eq!(treatment.rule, because.rule);
        }
        let told = (
            treatment.form.clone(),
            treatment.rule.clone(),
            fields.iter().next().unwrap().clone(),
        );
        let tale = Tale {
            purpose: Some(purpose),
            fields: BTreeSet::from([told]),
            extra: if refused {
                &["mode"]
            } else {
                &["mode", "candidates"]
            },
            ..Tale::of(if refused {
                &[Kind::Refusal]
            } else {
                &[Kind::Search]
            })
        };
        self.told(index, &caller, tale).await;
        // Each of those found has an entry of their own right after it.
        let found: BTreeSet<SubjectId> = outcome
            .matches
            .iter()
            .map(|(subject, _)| *subject)
            .collect();
        for (subject, index) in found.iter().zip(index + 1..) {
            let told = (
                "found".to_owned(),
                treatment.rule.clone(),
                "customer.mobile".to_owned(),
            );
            let tale = Tale {
                subject: Some(*subject),
                purpose: Some(purpose),
                fields: BTreeSet::from([told]),
                extra: &["of"],
                ..Tale::of(&[Kind::Search])
            };
            self.told(index, &caller, tale).await;
        }
        1 + found.len() as u64
    }

    async fn count(&mut self, dice: &mut impl Rng) -> u64 {
        let caller = self.caller(dice);
        let purpose = ["regional-performance", "repair-service"][below(dice, 2)];
        let request = CountRequest {
            purpose: purpose.to_owned(),
            collection: "work_order".to_owned(),
            group_by: vec!["status".to_owned()],
        };
        let outcome = self.h.vault.count(&caller, &request).await.unwrap();
        self.said.push(format!("{outcome:?}"));
        let (entry, _) = self.h.vault.entry(outcome.entry).await.unwrap();
        assert_eq!(
            entry.kind,
            if outcome.refusal.is_some() {
                Kind::Refusal
            } else {
                Kind::Count
            }
        );
        let (treatment, fields) = entry.fields.iter().next().unwrap();
        assert_eq!(
            (entry.fields.len(), fields.clone()),
            (1, BTreeSet::from(["work_order.status".to_owned()]))
        );
        let refused = outcome.refusal.as_ref().map_or("count", |_| "withheld");
        assert_eq!(treatment.form, refused);
        assert_eq!(
            (entry.actor, entry.purpose.as_deref()),
            (caller.actor(), Some(purpose))
        );
        1
    }

    async fn list(&mut self, dice: &mut impl Rng) -> u64 {
        let caller = self.caller(dice);
        let list = self
            .h
            .vault
            .list_cases(&caller, "repair-service", None, 10)
            .await
            .unwrap();
        self.said.push(format!("{list:?}"));
        let tale = Tale {
            purpose: Some("repair-service"),
            extra: if list.refusal.is_some() {
                &["cases", "rule"]
            } else {
                &["cases"]
            },
            ..Tale::of(if list.refusal.is_some() {
                &[Kind::Refusal]
            } else {
                &[Kind::Search]
            })
        };
        self.told(list.entry, &caller, tale).await;
        1
    }

    async fn change(&mut self, dice: &mut impl Rng) -> u64 {
        let (caller, customer) = (self.caller(dice), self.customer(dice));
        let status = ["in-progress", "completed", "closed"][below(dice, 3)];
        let change = CaseChange {
            status: Some(status.to_owned()),
            ..CaseChange::default()
        };
        let case: RecordId = customer.records.last().unwrap().0;
        let done = match self
            .h
            .vault
            .change_case(&caller, customer.subject, case, &change)
            .await
        {
            Ok(case) => {
                self.said.push(format!("{case:?}"));
                true
            }
            Err(CaseError::Refused { entry }) => {
                assert_eq!(entry, self.newest().await);
                false
            }
            Err(error) => panic!("{error}"),
        };
        let told = if done {
            ("written", "case")
        } else {
            ("withheld", "not-tied")
        };
        let tale = Tale {
            subject: Some(customer.subject),
            fields: BTreeSet::from([(
                told.0.to_owned(),
                told.1.to_owned(),
                "work_order.status".to_owned(),
            )]),
            extra: &["status"],
            ..Tale::of(if done {
                &[Kind::Case]
            } else {
                &[Kind::Refusal]
            })
        };
        let entry = self.told(self.newest().await, &caller, tale).await;
        assert_eq!(entry.case, Some(case.to_string()));
        1
    }

    async fn consent(&mut self, dice: &mut impl Rng) -> u64 {
        let (operator, customer) = (Caller::operator(), self.customer(dice));
        let state = [
            ConsentWord::Given,
            ConsentWord::Refused,
            ConsentWord::Withdrawn,
        ][below(dice, 3)];
        let form = [ConsentForm::General, ConsentForm::Separate][below(dice, 2)];
        let put = self.h.vault.put_consent(
            &operator,
            customer.subject,
            "marketing-contact",
            state,
            form,
            None,
        );
        let index = put.await.unwrap();
        let tale = Tale {
            subject: Some(customer.subject),
            purpose: Some("marketing-contact"),
            extra: &["state", "form", "epoch", "through", "event"],
            ..Tale::of(&[Kind::Consent])
        };
        self.told(index, &operator, tale).await;
        1
    }

    async fn restrict(&mut self, dice: &mut impl Rng) -> u64 {
        let (operator, customer) = (Caller::operator(), self.customer(dice));
        let (index, extra): (_, &[&str]) = match self
            .h
            .vault
            .lift_restriction(&operator, customer.subject)
            .await
        {
            Ok(index) => (index, &["did"]),
            Err(_) => {
                let put = self
                    .h
                    .vault
                    .put_restriction(&operator, customer.subject, "request")
                    .await;
                (put.unwrap(), &["did", "reason"])
            }
        };
        let subject = Some(customer.subject);
        self.told(
            index,
            &operator,
            Tale {
                subject,
                extra,
                ..Tale::of(&[Kind::Consent])
            },
        )
        .await;
        1
    }

    async fn newest(&self) -> u64 {
        self.h.vault.store().ledger_head().await.unwrap().size - 1
    }
}

impl Tale {
    fn of(kinds: &'static [Kind]) -> Self {
        Self {
            kinds,
            subject: None,
            purpose: None,
            fields: BTreeSet::new(),
            extra: &[],
        }
    }
}

/// Whether the policies have a rule of this name.
fn is_policy(h: &Harness, rule: &str) -> bool {
    let text = shouxin_register::profile(&h.vault.active().register.profile)
        .unwrap()
        .policies;
    text.contains(&format!("@id(\"{rule}\")"))
}

/// Whether a clear read of this field is one of the day's.
fn is_held(register: &Register, field: &FieldRef) -> bool {
    let field = register.field(field).unwrap();
    field.sealed || field.sensitivity.is_sensitive() || field.second_factor
}

fn below(dice: &mut impl Rng, n: usize) -> usize {
    usize::try_from(dice.next_u32()).unwrap() % n
}
