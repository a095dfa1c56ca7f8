//! Taking in a scan.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use sha2::{Digest, Sha256};
use shouxin_detect::Kind;
use shouxin_ledger::Kind as EntryKind;
use shouxin_model::id::is_slug;
use shouxin_model::{Caller, FindingId, Moment, Register, Text};
use shouxin_store::{CommitError, Query, Slot, Tx, params};

use super::compare::{compare, is_findable, is_of};
use super::stored::{Body, Seen, select_seen};
use super::{Amount, DiscoveryError, Reason, Scan, ScannedPlace, Unread, Verdict, What, may_send};
use crate::changes::int;
use crate::interval::wilson;
use crate::{Vault, VaultError};

/// What became of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// SHA-256 over the scan, base64url.
    pub digest: String,
    /// Its ledger entry.
    pub entry: u64,
    /// Whether it was taken in before: then nothing happened now.
    pub repeated: bool,
    /// How many places were looked at.
    pub places: u64,
    /// Findings that are new.
    pub raised: u64,
    /// Findings that had been dismissed and have grown, or whose time is over.
    pub raised_again: u64,
    /// Findings that the scan no longer finds.
    pub gone: u64,
    /// How many tables and files it could not read.
    pub unread: u64,
}

/// The most places that a scan tells of.
pub const MOST_PLACES: usize = 5_000;
/// The most tables and files that it could not read.
pub const MOST_UNREAD: usize = 1_000;
const MOST_KINDS: usize = 20;
const MOST_TOPICS: usize = 16;
const MOST_PARTS: usize = 8;
const LONGEST_PART: usize = 200;
const LONGEST_WORD: usize = 100;
/// Larger counts are none of rows.
const MOST_ROWS: u64 = 1 << 50;
/// So far may the clock of whoever scanned be ahead.
const AHEAD_SECONDS: i64 = 300;
const TRIES: usize = 4;

impl Vault {
    /// Takes in a scan and holds it against the register in force. The same scan again changes nothing.
    ///
    /// # Errors
    /// [`DiscoveryError`]; nothing changes then.
    pub async fn take_scan(
        &self,
        caller: &Caller,
        scan: &Scan,
    ) -> Result<Received, DiscoveryError> {
        may_send(caller)?;
        check(scan, self.now())?;
        let digest = digest(scan)?;
        for _ in 0..TRIES {
            match self.try_scan(caller, scan, &digest).await {
                Err(DiscoveryError::Vault(VaultError::Busy)) => {}
                taken => return taken,
            }
        }
        Err(VaultError::Busy.into())
    }

    async fn try_scan(
        &self,
        caller: &Caller,
        scan: &Scan,
        digest: &[u8],
    ) -> Result<Received, DiscoveryError> {
        let source = scan.source.as_str();
        let queries = vec![
            Query {
                sql: "SELECT digest, scanned_at, version, entry FROM discovery_source WHERE name = $1",
                params: params![source],
            },
            Query {
                sql: select_seen!("WHERE source = $1"),
                params: params![source],
            },
        ];
        let answers = self
            .store()
            .query_all(queries)
            .await
            .map_err(VaultError::from)?;
        let version = match answers[0].first() {
            None => None,
            Some(row) => {
                let known = row.bytes(0).map_err(VaultError::from)? == digest;
                if known {
                    let entry = row.int(3).map_err(VaultError::from)?.unsigned_abs();
                    return Ok(Received::repeated(digest, entry, scan));
                }
                if row.moment(1).map_err(VaultError::from)? > scan.scanned_at {
                    return Err(DiscoveryError::Older);
                }
                Some(row.int(2).map_err(VaultError::from)?)
            }
        };
        let mut known = HashMap::with_capacity(answers[1].len());
        for row in &answers[1] {
            let seen = self.seen(row)?;
            known.insert(seen.id, seen);
        }
        let mut work = Work::new(self, scan);
        for body in found(&self.active().register, scan) {
            let id = self.finding_id(source, &body.path, &body.what());
            work.take(id, body, known.remove(&id))?;
        }
        known.into_values().try_for_each(|seen| work.gone(&seen))?;
        work.commit(caller, digest, version).await
    }
}

impl Received {
    fn repeated(digest: &[u8], entry: u64, scan: &Scan) -> Self {
        Self {
            digest: BASE64URL_NOPAD.encode(digest),
            entry,
            repeated: true,
            places: scan.places.len() as u64,
            raised: 0,
            raised_again: 0,
            gone: 0,
            unread: scan.unread.len() as u64,
        }
    }
}

/// What a scan changes, gathered before its entry can be written.
struct Work<'a> {
    vault: &'a Vault,
    scan: &'a Scan,
    register: Arc<Register>,
    tx: Tx,
    acts: Vec<(FindingId, &'static str, String)>,
}

impl<'a> Work<'a> {
    fn new(vault: &'a Vault, scan: &'a Scan) -> Self {
        Self {
            register: vault.active().register.clone(),
            vault,
            scan,
            tx: Tx::new(),
            acts: Vec::new(),
        }
    }

    fn is_wrong(&self, body: &Body) -> bool {
        let what = body.what();
        let (class, ..) = compare(
            &self.register,
            &self.scan.source,
            &body.path,
            &what,
            &body.amount,
        );
        class.is_some()
    }

    fn take(&mut self, id: FindingId, body: Body, known: Option<Seen>) -> Result<(), VaultError> {
        let sealed = self.vault.seal_body(id, &body)?;
        let wrong = self.is_wrong(&body);
        let at = self.scan.scanned_at;
        let Some(seen) = known else {
            self.tx.run_exactly(
                1,
                "INSERT INTO discovery_place (id, source, sealed, present, first_seen, last_seen, decision, version) \
                 VALUES ($1, $2, $3, 1, $4, $4, '', 1) ON CONFLICT DO NOTHING",
                params![id, self.scan.source.as_str(), sealed, at],
            );
            if wrong {
                self.act(id, "raised", &body.amount);
            }
            return Ok(());
        };
        let again = wrong && self.is_to_be_raised_again(&seen, &body.amount);
        if again {
            self.act(id, "raised-again", &body.amount);
        } else if wrong && !seen.present {
            self.act(id, "raised", &body.amount);
        }
        let decision = seen.decision.filter(|_| !again);
        // What was absent and is so again begins anew: it was there meanwhile.
        let anew = !seen.present && matches!(body.what(), What::Absent(_));
        let first = if anew { at } else { seen.first_seen };
        self.tx.run_exactly(
            1,
            "UPDATE discovery_place SET sealed = $2, present = 1, first_seen = $3, last_seen = $4, decision = $5, \
             version = version + 1 WHERE id = $1 AND version = $6",
            params![id, sealed, first, at, written(decision.as_ref())?, seen.version],
        );
        Ok(())
    }

    /// Whether a dismissed finding comes back: it has grown materially, or what was accepted was accepted until
    /// now.
    fn is_to_be_raised_again(&self, seen: &Seen, now: &Amount) -> bool {
        let Some(decision) = &seen.decision else {
            return false;
        };
        let Verdict::Dismiss { reason, until } = &decision.verdict else {
            return false;
        };
        let over =
            *reason == Reason::Accepted && until.is_some_and(|until| until <= self.vault.now());
        over || now.outgrew(&decision.amount)
    }

    fn gone(&mut self, seen: &Seen) -> Result<(), VaultError> {
        // What could not be read is not gone: it stays as it was seen last.
        if !seen.present || self.scan.may_have_missed(&seen.body.path) {
            return Ok(());
        }
        if self.is_wrong(&seen.body) {
            self.act(seen.id, "gone", &seen.body.amount);
        }
        self.tx.run_exactly(
            1,
            "UPDATE discovery_place SET present = 0, version = version + 1 WHERE id = $1 AND version = $2",
            params![seen.id, seen.version],
        );
        Ok(())
    }

    fn act(&mut self, id: FindingId, did: &'static str, amount: &Amount) {
        let said = json!([
            ["cells", amount.cells.to_string()],
            ["sampled", amount.sampled.to_string()]
        ]);
        self.acts.push((id, did, said.to_string()));
    }

    async fn commit(
        mut self,
        caller: &Caller,
        digest: &[u8],
        version: Option<i64>,
    ) -> Result<Received, DiscoveryError> {
        let count = |did: &str| self.acts.iter().filter(|(_, one, _)| *one == did).count() as u64;
        let mut received = Received {
            repeated: false,
            raised: count("raised"),
            raised_again: count("raised-again"),
            gone: count("gone"),
            ..Received::repeated(digest, 0, self.scan)
        };
        let now = self.vault.now();
        let words = [
            ("did", "scan-taken-in".to_owned()),
            ("source", self.scan.source.clone()),
            ("digest", received.digest.clone()),
            ("places", received.places.to_string()),
            ("raised", received.raised.to_string()),
            ("raised-again", received.raised_again.to_string()),
            ("gone", received.gone.to_string()),
            ("unread", received.unread.to_string()),
        ];
        let mut entry = self
            .vault
            .begin(now, EntryKind::Discovery, caller, &self.vault.active());
        let words = words
            .into_iter()
            .map(|(word, text)| (word.to_owned(), text));
        entry.extra = words.collect();
        let slot = self.tx.append(self.vault.bytes(&entry)?);
        let actor = caller.actor();
        for (id, did, said) in std::mem::take(&mut self.acts) {
            write_act(&mut self.tx, slot, id, did, &said, &actor, now);
        }
        self.write_source(slot, caller, digest, version)?;
        let committed = self.vault.store().commit(self.tx).await;
        received.entry = committed.map_err(VaultError::from)?.entry(slot);
        Ok(received)
    }

    fn write_source(
        &mut self,
        slot: Slot,
        caller: &Caller,
        digest: &[u8],
        version: Option<i64>,
    ) -> Result<(), VaultError> {
        let scan = self.scan;
        let unread = self.vault.seal_unread(&scan.source, &scan.unread)?;
        let mut row = params![
            scan.source.as_str(),
            scan.kind.word(),
            digest,
            scan.detector.as_str(),
            scan.scanned_at,
            self.vault.now(),
            caller.actor(),
            int(scan.places.len() as u64),
            unread
        ];
        match version {
            None => self.tx.run_about(
                slot,
                "INSERT INTO discovery_source (name, kind, digest, detector, scanned_at, received_at, received_by, \
                 places, unread, entry, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
                 (SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $10, 1) ON CONFLICT DO NOTHING",
                row,
            ),
            Some(version) => {
                row.push(version.into());
                self.tx.run_about(
                    slot,
                    "UPDATE discovery_source SET kind = $2, digest = $3, detector = $4, scanned_at = $5, \
                     received_at = $6, received_by = $7, places = $8, unread = $9, version = version + 1, \
                     entry = (SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $11 WHERE name = $1 AND version = $10",
                    row,
                );
            }
        }
        Ok(())
    }
}

/// Notes what happened to a finding, under the entry of its transaction.
pub(super) fn write_act(
    tx: &mut Tx,
    slot: Slot,
    id: FindingId,
    did: &str,
    said: &str,
    actor: &str,
    at: Moment,
) {
    tx.run_about(
        slot,
        "INSERT INTO discovery_act (finding, did, said, actor, at, entry) VALUES ($1, $2, $3, $4, $5, \
         (SELECT COALESCE(MAX(size), 0) FROM ledger_head) + $6)",
        params![id, did, said, actor, at],
    );
}

/// A decision as its column holds it.
pub(super) fn written(decision: Option<&super::Decision>) -> Result<String, VaultError> {
    match decision {
        None => Ok(String::new()),
        Some(decision) => {
            serde_json::to_string(decision).map_err(|_| VaultError::Corrupt("finding"))
        }
    }
}

/// What is to be kept of a scan: each kind and topic at its place, and each declared place where nothing of its
/// field was found.
fn found(register: &Register, scan: &Scan) -> Vec<Body> {
    let mut all: Vec<Body> = scan.places.iter().flat_map(at_place).collect();
    let absent = absent(register, scan, &all);
    all.extend(absent);
    all
}

fn at_place(place: &ScannedPlace) -> Vec<Body> {
    let body = |what: &What, amount: Amount| {
        Body::new(
            place.path.clone(),
            what,
            amount,
            place.declared_type.clone(),
        )
    };
    let kinds = place.kinds.iter().filter_map(|one| {
        let what = What::Kind(Kind::from_word(&one.kind)?);
        let amount = Amount {
            cells: one.cells,
            sampled: place.sampled,
            rows: place.rows,
            low: one.low,
            high: one.high,
            confidence: one.confidence,
        };
        Some(body(&what, amount))
    });
    let topics = place.topics.iter().map(|one| {
        let share = wilson(one.cells, place.sampled);
        let amount = Amount {
            cells: one.cells,
            sampled: place.sampled,
            rows: place.rows,
            low: share.low,
            high: share.high,
            confidence: 1.0,
        };
        body(&What::Topic(one.topic.clone()), amount)
    });
    kinds
        .chain(topics)
        .filter(|body| body.amount.cells > 0)
        .collect()
}

fn absent(register: &Register, scan: &Scan, found: &[Body]) -> Vec<Body> {
    let Some(source) = register.source(&scan.source) else {
        return Vec::new();
    };
    let mut absent = Vec::new();
    let mut seen = BTreeSet::new();
    for place in &source.places {
        let Some(field) = register.field(&place.field) else {
            continue;
        };
        let holds = |body: &&Body| place.is_at(&body.path) && is_of(&body.what(), field.kind);
        // Of what could not be read, nobody knows that nothing of it is there.
        let is_there = !is_findable(field.kind)
            || found.iter().any(|body| holds(&body))
            || scan.may_have_missed(&place.path);
        if is_there || !seen.insert((&place.path, &place.field)) {
            continue;
        }
        let looked = scan.places.iter().filter(|one| place.is_at(&one.path));
        let amount = Amount {
            cells: 0,
            sampled: looked.map(|one| one.sampled).sum(),
            rows: None,
            low: 0.0,
            high: 0.0,
            confidence: 1.0,
        };
        let what = What::Absent(place.field.clone());
        absent.push(Body::new(place.path.clone(), &what, amount, None));
    }
    absent
}

fn digest(scan: &Scan) -> Result<Vec<u8>, VaultError> {
    let bytes = serde_json::to_vec(scan).map_err(|_| VaultError::Corrupt("scan"))?;
    Ok(Sha256::digest(bytes).to_vec())
}

fn check(scan: &Scan, now: Moment) -> Result<(), DiscoveryError> {
    if !is_slug(&scan.source) {
        return Err(invalid("source.name", NAME));
    }
    if scan.scanned_at > now.plus_seconds(AHEAD_SECONDS) {
        return Err(invalid("scanned_at", FUTURE));
    }
    if !is_word(&scan.detector, LONGEST_WORD) {
        return Err(invalid("detector", WORD));
    }
    if scan.places.is_empty() || scan.places.len() > MOST_PLACES {
        return Err(invalid("places", MANY));
    }
    let mut paths = BTreeSet::new();
    for (n, place) in scan.places.iter().enumerate() {
        let at = format!("places[{n}]");
        check_place(place, &at)?;
        if !paths.insert(&place.path) {
            return Err(invalid(&format!("{at}.path"), TWICE));
        }
    }
    check_unread(&scan.unread)
}

fn check_unread(unread: &[Unread]) -> Result<(), DiscoveryError> {
    if unread.len() > MOST_UNREAD {
        return Err(invalid("unread", MANY_UNREAD));
    }
    for (n, one) in unread.iter().enumerate() {
        let is_path =
            one.path.len() <= MOST_PARTS && one.path.iter().all(|part| is_word(part, LONGEST_PART));
        if !is_path {
            return Err(invalid(&format!("unread[{n}].path"), UNREAD_PATH));
        }
        if !is_slug(&one.why) {
            return Err(invalid(&format!("unread[{n}].why"), NAME));
        }
    }
    Ok(())
}

fn check_place(place: &ScannedPlace, at: &str) -> Result<(), DiscoveryError> {
    let is_path = (1..=MOST_PARTS).contains(&place.path.len())
        && place.path.iter().all(|part| is_word(part, LONGEST_PART));
    if !is_path {
        return Err(invalid(&format!("{at}.path"), PATH));
    }
    let kind_type = place.declared_type.as_deref();
    if kind_type.is_some_and(|text| !is_word(text, LONGEST_WORD)) {
        return Err(invalid(&format!("{at}.declared_type"), WORD));
    }
    // A system may only estimate how many rows it has: fewer than were looked at is no fault of the scan.
    if place.rows.is_some_and(|rows| rows > MOST_ROWS) || place.sampled > MOST_ROWS {
        return Err(invalid(&format!("{at}.sampled"), COUNT));
    }
    if place.kinds.len() > MOST_KINDS || place.topics.len() > MOST_TOPICS {
        return Err(invalid(at, MANY));
    }
    let mut whats = BTreeSet::new();
    for (n, one) in place.kinds.iter().enumerate() {
        let at = format!("{at}.kinds[{n}]");
        if Kind::from_word(&one.kind).is_none() {
            return Err(invalid(&format!("{at}.kind"), KIND));
        }
        let shares = [one.low, one.high, one.confidence];
        if !shares.iter().all(|share| (0.0..=1.0).contains(share)) || one.low > one.high {
            return Err(invalid(&at, SHARE));
        }
        if one.cells > place.sampled {
            return Err(invalid(&format!("{at}.cells"), COUNT));
        }
        if !whats.insert(one.kind.as_str()) {
            return Err(invalid(&at, TWICE));
        }
    }
    for (n, one) in place.topics.iter().enumerate() {
        let at = format!("{at}.topics[{n}]");
        if !is_slug(&one.topic) || one.topic == super::ABSENT {
            return Err(invalid(&format!("{at}.topic"), NAME));
        }
        if one.cells > place.sampled {
            return Err(invalid(&format!("{at}.cells"), COUNT));
        }
        if !whats.insert(one.topic.as_str()) {
            return Err(invalid(&at, TWICE));
        }
    }
    Ok(())
}

fn is_word(text: &str, longest: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= longest
        && !text.chars().any(char::is_control)
}

fn invalid(at: &str, (zh, en): (&'static str, &'static str)) -> DiscoveryError {
    DiscoveryError::Invalid {
        at: at.to_owned(),
        why: Text::fixed(zh, en),
    }
}

type Why = (&'static str, &'static str);
const NAME: Why = (
    "以小写字母开头，由小写字母、数字、- _ . 组成，最多 60 个字符",
    "begins with a small letter and has small letters, digits, - _ and dots, 60 at most",
);
const FUTURE: Why = (
    "扫描时间在将来；请检查扫描机器的时钟",
    "lies in the future; check the clock of the machine that scanned",
);
const WORD: Why = (
    "1 到 100 个字符，不含控制字符",
    "has 1 to 100 characters, none of them control characters",
);
const MANY: Why = (
    "扫描须有 1 到 5,000 个位置，每个位置最多 20 种类型、16 个主题；更大的来源请分开扫描",
    "a scan has 1 to 5,000 places, each with at most 20 kinds and 16 topics; scan a larger source in parts",
);
const TWICE: Why = ("同一项出现了两次", "stands there twice");
const PATH: Why = (
    "位置须为 1 到 8 段，每段 1 到 200 个字符，不含控制字符",
    "a path has one to eight parts of 1 to 200 characters, none of them control characters",
);
const MANY_UNREAD: Why = (
    "未能读取的表和文件最多写 1,000 个；更多时写一个空路径，表示整个来源",
    "at most 1,000 tables and files are told as unread; where there are more, one empty path stands for the source",
);
const UNREAD_PATH: Why = (
    "位置最多 8 段，每段 1 到 200 个字符，不含控制字符；空表示整个来源",
    "a path has at most eight parts of 1 to 200 characters, none of them control characters; empty is the whole source",
);
const COUNT: Why = (
    "命中数不超过抽样数，且各数不超过 2 的 50 次方",
    "no more cells than were sampled, and no count above two to the fiftieth",
);
const KIND: Why = (
    "不是已知的个人信息类型；见 docs/detect.md",
    "is no known kind of personal information; docs/detect.md lists them",
);
const SHARE: Why = (
    "比例在 0 到 1 之间，且下限不大于上限",
    "shares are from 0 to 1, the lower no greater than the upper",
);

/// What a commit that lost a race comes to.
pub(super) fn changed(error: CommitError) -> DiscoveryError {
    match error {
        CommitError::Conflict { .. } => DiscoveryError::Changed,
        error => VaultError::from(error).into(),
    }
}
