//! What must hold after every death of the process, and at the end.

use std::collections::{BTreeMap, BTreeSet};

use shouxin_ledger::{Entry, Frontier, Hash, Kind};
use shouxin_model::{ApprovalId, Caller, GrantId, RecordId, SubjectId};
use shouxin_store::{Row, Value, params};

use crate::acts::{Deed, End, caller, request};
use crate::model::Model;
use crate::run::{SUBJECTS_A_DAY, Scene, drive};

impl Scene<'_> {
    /// Compares all that is stored with what the ledger's entries, in their order, make true, and both
    /// with what was acknowledged.
    pub(crate) fn check(&mut self) {
        let entries = self.entries();
        self.run.tally.entries = entries.len() as u64;
        let acts = self.by_actor();
        let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
        let mut model = Model::default();
        let mut reads: BTreeMap<u64, (usize, Model)> = BTreeMap::new();
        for (index, entry) in (0..).zip(&entries) {
            if let (Kind::Erasure, Some(gone)) = (entry.kind, entry.subject) {
                assert!(
                    model.0.remove(&gone).is_some(),
                    "erased twice, or never there"
                );
                continue;
            }
            let Some(mine) = acts.get(entry.actor.as_str()) else {
                continue;
            };
            let at = self.act_of(mine, index, entry);
            let nth = seen.entry(at).or_default();
            match entry.kind {
                Kind::RecordWrite | Kind::Case | Kind::Consent => {
                    assert_eq!(*nth, 0, "act {at} happened twice");
                    *nth += 1;
                    if changed(entry) {
                        model.apply(entry.subject.unwrap(), &self.acts[at].deed, 0);
                    }
                }
                Kind::Import if entry.subject.is_some() => {
                    if changed(entry) {
                        model.apply(entry.subject.unwrap(), &self.acts[at].deed, *nth);
                    }
                    *nth += 1;
                }
                Kind::Read | Kind::Reveal | Kind::Refusal => {
                    reads.insert(index, (at, model.clone()));
                }
                // A file that is begun or ended changes nobody.
                Kind::Import => {}
                _ => *nth += 1,
            }
        }
        for (at, act) in self.acts.iter().enumerate() {
            let happened = seen.get(&at).copied().unwrap_or(0);
            match (&act.deed, &act.end) {
                (Deed::Read { .. }, Some(End::Answered(entry, refused, value))) => {
                    let (of, then) = &reads[entry];
                    assert_eq!(self.acts[*of].actor, act.actor, "act {at}");
                    // Of somebody who was erased it tells nothing.
                    let Some(pseudonym) = entries[usize::try_from(*entry).unwrap()].subject else {
                        assert_eq!(value, &None);
                        continue;
                    };
                    told_right(
                        &act.deed,
                        &then.clone(),
                        pseudonym,
                        *refused,
                        value.as_deref(),
                    );
                }
                (_, Some(End::Done(entry))) => {
                    let entry = &entries[usize::try_from(*entry).unwrap()];
                    assert_eq!(entry.actor, act.actor, "the acknowledged act {at} is lost");
                }
                (_, Some(End::Made(written))) => {
                    let entry = &entries[usize::try_from(written.entry).unwrap()];
                    assert_eq!(entry.actor, act.actor, "the acknowledged act {at} is lost");
                }
                (Deed::Case { .. }, Some(End::Quiet)) => {
                    assert_eq!(happened, 1, "act {at} is lost")
                }
                (
                    Deed::Import { .. }
                    | Deed::Read { .. }
                    | Deed::Work
                    | Deed::Sign
                    | Deed::Ask { .. }
                    | Deed::Decide { .. }
                    | Deed::Lent { .. }
                    | Deed::Revoke
                    | Deed::Erase { .. },
                    _,
                ) => {}
                (_, Some(End::Nothing(why))) => {
                    assert_eq!(happened, 0, "act {at} failed and happened: {why}");
                }
                _ => {}
            }
        }
        let held = self.held();
        assert_eq!(held, model.0, "what is stored is what was told");
        self.check_rows();
        self.check_quotas(&entries);
        self.check_rights(&entries);
        self.check_numbers(&model);
    }

    /// An approval begins one grant, and nobody reads by one before it begins, after its end, or once it was
    /// revoked; what is stored is what was told.
    fn check_rights(&mut self, entries: &[Entry]) {
        let mut grants: BTreeMap<String, (i64, bool)> = BTreeMap::new();
        let (mut asked, mut spent) = (BTreeSet::new(), BTreeSet::new());
        let mut lent = 0;
        for entry in entries {
            let of = |word: &str| {
                let pair = entry.extra.iter().find(|(name, _)| name == word);
                pair.map(|(_, text)| text.clone()).unwrap_or_default()
            };
            match (entry.kind, of("did").as_str()) {
                (Kind::Approval, "proposed") => assert!(asked.insert(of("approval"))),
                (Kind::Grant, "granted") => {
                    assert!(asked.contains(&of("approval")), "granted, never asked for");
                    assert!(spent.insert(of("approval")), "one approval, two grants");
                    let seconds: i64 = of("seconds").parse().unwrap();
                    let until = entry.at + seconds * 1_000_000;
                    assert!(grants.insert(of("grant"), (until, true)).is_none());
                }
                (Kind::Grant, "revoked") => {
                    let grant = grants
                        .get_mut(&of("grant"))
                        .expect("revoked, never granted");
                    assert!(std::mem::take(&mut grant.1), "revoked twice");
                }
                (Kind::Read | Kind::Reveal, _) if !of("grant").is_empty() => {
                    let (until, live) = grants[&of("grant")];
                    assert!(live && entry.at < until, "read by a grant that was over");
                    lent += 1;
                }
                _ => {}
            }
        }
        self.run.tally.lent = lent;
        for row in self.rows("SELECT id, state, expires_at FROM access_grant") {
            let id = row.id(0, GrantId::from_slice).unwrap().to_string();
            let (until, live) = grants[&id];
            let state = if live { "live" } else { "revoked" };
            assert_eq!((row.text(1).unwrap(), row.int(2).unwrap()), (state, until));
        }
        for row in self.rows("SELECT id, state FROM approval") {
            let id = row.id(0, ApprovalId::from_slice).unwrap().to_string();
            assert!(asked.contains(&id), "a proposal of which nothing tells");
            assert_eq!(row.text(1).unwrap() == "spent", spent.contains(&id));
        }
    }

    /// All that is stored stands up to an examination: marks, seals, indexes, rights, the ledger's people.
    pub(crate) fn check_examination(&self) {
        let operator = Caller::operator();
        let examination = self.vault.examine(&operator, |_| {});
        let examined = drive(&self.simulation, examination).unwrap();
        assert_eq!(examined.findings, []);
    }

    /// The whole ledger stands up to its own verifier.
    pub(crate) fn check_ledger(&self) {
        drive(&self.simulation, self.vault.sign_checkpoint(None)).unwrap();
        let report = drive(&self.simulation, self.vault.verify_ledger(&[], |_, _| {})).unwrap();
        assert!(report.is_right(), "{:?}", report.findings);
    }

    /// The act that an entry tells. An officer and a file's owner do several things.
    fn act_of(&self, mine: &[usize], index: u64, _entry: &Entry) -> usize {
        let acknowledged = mine.iter().find(
            |at| matches!(&self.acts[**at].end, Some(End::Answered(entry, ..)) if *entry == index),
        );
        // The parts of a file that was fed several times are the same file's.
        *acknowledged.unwrap_or(&mine[0])
    }

    /// All entries, which lead to the head.
    fn entries(&self) -> Vec<Entry> {
        let store = self.vault.store();
        let stored = drive(&self.simulation, store.ledger_entries(0, 1 << 20)).unwrap();
        let head = drive(&self.simulation, store.ledger_head()).unwrap();
        let mut frontier = Frontier::new();
        let decode = |(_, bytes): (u64, Vec<u8>)| {
            frontier.append(Hash::of_leaf(&bytes));
            Entry::decode(&bytes).unwrap()
        };
        let entries = stored.into_iter().map(decode).collect();
        assert_eq!((head.size, head.root), (frontier.size(), frontier.root()));
        entries
    }

    fn rows(&self, sql: &'static str) -> Vec<Row> {
        drive(&self.simulation, self.vault.store().query(sql, params![])).unwrap()
    }

    /// The people as they are stored, sealed values opened by reads.
    fn held(&mut self) -> BTreeMap<[u8; 16], crate::model::Person> {
        let mut people: BTreeMap<SubjectId, ([u8; 16], crate::model::Person)> = BTreeMap::new();
        for row in self.rows("SELECT id, pseudonym FROM subject WHERE state = 'active'") {
            let pseudonym = row.bytes(1).unwrap().try_into().unwrap();
            let id = row.id(0, SubjectId::from_slice).unwrap();
            people.insert(id, (pseudonym, crate::model::Person::default()));
        }
        for row in
            self.rows("SELECT subject, plain, id FROM record WHERE collection = 'work_order'")
        {
            let id = row.id(0, SubjectId::from_slice).unwrap();
            let plain: BTreeMap<String, String> =
                serde_json::from_str(row.text(1).unwrap()).unwrap();
            let order = (plain["status"].clone(), plain["assignee"].clone());
            let person = people.get_mut(&id).expect("a record has its subject");
            person.1.orders.insert(plain["number"].clone(), order);
        }
        for row in self.rows("SELECT subject, state FROM consent") {
            let id = row.id(0, SubjectId::from_slice).unwrap();
            people.get_mut(&id).unwrap().1.consent = Some(row.text(1).unwrap().to_owned());
        }
        for row in self.rows("SELECT subject FROM restriction") {
            let id = row.id(0, SubjectId::from_slice).unwrap();
            people.get_mut(&id).unwrap().1.restricted = true;
        }
        let ids: Vec<SubjectId> = people.keys().copied().collect();
        for some in ids.chunks(SUBJECTS_A_DAY) {
            self.checkers += 1;
            let officer = caller(self.checkers, "zhao.min", "protection-officer", &self.vault);
            let mut asked = request(some, "rights-answer");
            asked.fields.push("customer.name".parse().unwrap());
            asked.clear.insert("customer.name".parse().unwrap());
            let outcomes = drive(&self.simulation, self.vault.read(&officer, &asked)).unwrap();
            for outcome in outcomes {
                assert!(outcome.refusal.is_none(), "{:?}", outcome.refusal);
                let person = &mut people.get_mut(&outcome.subject).unwrap().1;
                let value = |at: usize| {
                    let [opened] = outcome.fields[at].values.as_slice() else {
                        panic!("one value a person: {:?}", outcome.fields[at]);
                    };
                    // Compared with the model: these people are made up.
                    opened.value.expose().clone()
                };
                (person.mobile, person.name) = (value(0), value(1));
            }
        }
        people.into_values().collect()
    }

    /// Records, facets, indexes and keys belong together.
    fn check_rows(&self) {
        let mut facets: BTreeSet<(RecordId, String, String)> = BTreeSet::new();
        for row in self.rows("SELECT record, field, value FROM facet") {
            let value = row.text(2).unwrap().to_owned();
            facets.insert((
                row.id(0, RecordId::from_slice).unwrap(),
                row.text(1).unwrap().to_owned(),
                value,
            ));
        }
        let mut of_records = BTreeSet::new();
        let register = &self.vault.active().register;
        for row in self.rows("SELECT id, collection, plain FROM record") {
            let collection = register.collection(row.text(1).unwrap()).unwrap();
            let plain: BTreeMap<String, String> =
                serde_json::from_str(row.text(2).unwrap()).unwrap();
            for (field, value) in plain {
                if collection.field(&field).is_some_and(|field| field.facet) {
                    of_records.insert((row.id(0, RecordId::from_slice).unwrap(), field, value));
                }
            }
        }
        assert_eq!(facets, of_records, "facets are the plain values of records");
        for half in [
            "SELECT COUNT(*) FROM record WHERE subject NOT IN (SELECT id FROM subject)",
            "SELECT COUNT(*) FROM subject WHERE state = 'active' AND id NOT IN (SELECT subject FROM record)",
            "SELECT COUNT(*) FROM subject WHERE state = 'active' AND id NOT IN (SELECT subject FROM subject_key)",
            "SELECT COUNT(*) FROM subject WHERE state = 'erased' AND (pseudonym IS NOT NULL \
             OR id NOT IN (SELECT subject FROM tombstone) OR id IN (SELECT subject FROM subject_key) \
             OR id IN (SELECT subject FROM record) OR id IN (SELECT subject FROM blind) \
             OR id IN (SELECT subject FROM consent) OR id IN (SELECT subject FROM restriction) \
             OR id IN (SELECT subject FROM access_grant WHERE subject IS NOT NULL))",
            "SELECT COUNT(*) FROM blind WHERE record NOT IN (SELECT id FROM record)",
            // One number, one tag: none lost, none left of an older value or suite.
            "SELECT COUNT(*) FROM record WHERE collection = 'customer' AND 1 <> \
             (SELECT COUNT(*) FROM blind WHERE record = record.id AND field = 'customer.mobile' AND mode = 'exact' \
              AND record.subject = blind.subject)",
            "SELECT COUNT(*) FROM import WHERE rows_done <> (SELECT COUNT(*) FROM import_row WHERE import = import.id)",
        ] {
            assert_eq!(self.rows(half)[0].int(0), Ok(0), "{half}");
        }
    }

    /// Nobody saw more people in a day than may be seen, and the count says how many it were.
    fn check_quotas(&self, entries: &[Entry]) {
        let officer = caller(1 << 32, "zhao.min", "protection-officer", &self.vault).actor();
        let mut seen: BTreeMap<i64, BTreeSet<[u8; 16]>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.actor == officer) {
            if matches!(entry.kind, Kind::Read | Kind::Reveal) {
                let day = shouxin_model::Moment::from_micros(entry.at).china_day();
                seen.entry(day).or_default().insert(entry.subject.unwrap());
            }
        }
        let sql = "SELECT day, used FROM quota WHERE actor = $1 AND purpose = 'rights-answer' AND kind = 'subjects'";
        let asked = self.vault.store().query(sql, vec![Value::Text(officer)]);
        let mut used = BTreeMap::new();
        for row in drive(&self.simulation, asked).unwrap() {
            used.insert(
                row.int(0).unwrap(),
                usize::try_from(row.int(1).unwrap()).unwrap(),
            );
        }
        let counted: BTreeMap<i64, usize> =
            seen.into_iter().map(|(day, of)| (day, of.len())).collect();
        assert_eq!(used, counted, "the quota counts whom it counts");
        assert!(
            used.values().all(|used| *used <= SUBJECTS_A_DAY),
            "{used:?}"
        );
    }

    /// Each number finds its person and nobody else.
    fn check_numbers(&self, model: &Model) {
        let exact = "SELECT COUNT(DISTINCT tag) FROM blind WHERE field = 'customer.mobile' AND mode = 'exact'";
        let tags = self.rows(exact)[0].int(0).unwrap();
        assert!(
            tags >= i64::try_from(model.0.len()).unwrap(),
            "numbers share a tag"
        );
    }
}

/// Whether the entry says that something was written. A write that found what it would have written
/// holds nothing up: it is as if it had happened when it looked.
fn changed(entry: &Entry) -> bool {
    entry.kind == Kind::Consent || entry.fields.keys().any(|how| how.form == "written")
}

/// A read saw what was true when its entry was appended.
fn told_right(deed: &Deed, then: &Model, pseudonym: [u8; 16], refused: bool, value: Option<&str>) {
    let Deed::Read { purpose, .. } = deed else {
        return;
    };
    if let Some(value) = value {
        assert!(!refused, "a refusal gives no value");
        let mobile = &then.0[&pseudonym].mobile;
        let masked = |value: &str| {
            value.contains('*') && value[..3] == mobile[..3] && value.ends_with(&mobile[7..])
        };
        assert!(value == mobile || masked(value), "{value} for {mobile}");
    }
    match *purpose {
        "marketing-contact" => assert!(
            then.may_be_marketed(&pseudonym) || value.is_none(),
            "marketing without consent"
        ),
        "repair-contact" => assert!(
            then.is_tied(&pseudonym) || value.is_none(),
            "a reading without a tie"
        ),
        _ => {}
    }
}
