//! The reference: who may see what, read from hand-written tables and judged by a plain function
//! that knows neither register nor policies nor engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::{Case, Consent, Expect, Tie, What};
use shouxin_model::ConsentForm;

/// One table.
pub(crate) struct Table {
    pub(crate) sensitive: BTreeSet<String>,
    /// Collections that lie in a zone apart.
    pub(crate) apart: BTreeSet<String>,
    /// Mode and field of every search that the register offers.
    pub(crate) offers: BTreeSet<(String, String)>,
    pub(crate) rows: Vec<Row>,
}

/// What one purpose gives to some roles.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) purpose: String,
    pub(crate) roles: Vec<String>,
    pub(crate) tie: String,
    pub(crate) basis: String,
    pub(crate) subjects: Option<u32>,
    pub(crate) clear: Option<u32>,
    pub(crate) searches: Option<u32>,
    pub(crate) cells: BTreeMap<String, Cell>,
}

/// What the row says about one field: per action, the rule, and whether it allows.
#[derive(Clone, Default)]
pub(crate) struct Cell {
    pub(crate) plain: bool,
    pub(crate) fresh: bool,
    pub(crate) everything: Option<String>,
    pub(crate) allows: BTreeMap<String, String>,
    pub(crate) refuses: BTreeMap<String, String>,
}

pub(crate) fn table(profile: &str) -> &'static Table {
    static TABLES: OnceLock<BTreeMap<&str, Table>> = OnceLock::new();
    &TABLES.get_or_init(|| {
        BTreeMap::from([
            (
                "after-sales",
                parse(include_str!("../reference/after-sales.table")),
            ),
            ("express", parse(include_str!("../reference/express.table"))),
            (
                "service-centre",
                parse(include_str!("../reference/service-centre.table")),
            ),
        ])
    })[profile]
}

/// What should come out of this case.
pub(crate) fn expect(case: &Case) -> Expect {
    let table = table(&case.profile);
    let row = match whole(table, case) {
        Err(rule) => return refused(case, rule),
        Ok(row) => row,
    };
    match case.ask {
        What::Read => read(table, row, case),
        What::Export => export(table, row, case),
        What::Search => search(table, row, case),
        What::Count => count(row, case),
    }
}

fn whole<'a>(table: &'a Table, case: &Case) -> Result<&'a Row, &'static str> {
    if !table.rows.iter().any(|row| row.purpose == case.purpose) {
        return Err("unknown-purpose");
    }
    if case
        .key
        .as_ref()
        .is_some_and(|key| !key.purposes.contains(&case.purpose))
    {
        return Err("key-purpose");
    }
    let mine = |row: &&Row| {
        row.purpose == case.purpose && row.roles.iter().any(|role| case.roles.contains(role))
    };
    let row = table.rows.iter().find(mine).ok_or("purpose-not-for-role")?;
    if case.training_seconds_left.is_some_and(|left| left <= 0) {
        return Err("training-over");
    }
    if case.pledge_seconds_left.is_some_and(|left| left <= 0) {
        return Err("pledge-over");
    }
    Ok(row)
}

/// Two sides are seen together by whoever lacks no grant.
fn joins(table: &Table, case: &Case) -> Result<(), &'static str> {
    let collection = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let known = |name: &str| {
        let mut cells = table.rows.iter().flat_map(|row| row.cells.keys());
        cells.any(|cell| collection(cell) == collection(name))
    };
    let is_apart = |name: &&String| table.apart.contains(&collection(name));
    let apart = case.named_in.is_some() || case.fields.iter().any(|name| is_apart(&name));
    let main = case.named_in.is_none()
        || case
            .fields
            .iter()
            .any(|name| known(name) && !is_apart(&name));
    if apart && main && !case.zones_missing.is_empty() {
        return Err("zones-joined");
    }
    Ok(())
}

/// What concerns the subject as a whole.
fn subject(row: &Row, case: &Case) -> Result<(), &'static str> {
    let has = |tie| case.tie.contains(&tie);
    let (tied, wrong) = match row.tie.as_str() {
        "none" => (true, ""),
        "counts" => return Err("counts-only"),
        // Nobody of the staff is the subject, whatever ties them.
        "own" if has(Tie::Own) => (true, ""),
        "own" => return Err("not-own-record"),
        "assigned" => (has(Tie::Assigned), "not-assigned"),
        "site" => (has(Tie::Site), "not-at-site"),
        "open" => (has(Tie::Open), "no-open-case"),
        other => panic!("tie {other}"),
    };
    if !tied {
        return Err(match (has(Tie::Closed), has(Tie::Open)) {
            (true, _) => "case-closed",
            (false, false) => "no-open-case",
            (false, true) => wrong,
        });
    }
    if case.restricted && row.basis != "duty" {
        return Err("restricted");
    }
    if let Some(needed) = row.basis.strip_prefix("consent ") {
        match case.consent {
            None => return Err("consent-missing"),
            Some(Consent { given: false, .. }) => return Err("consent-withdrawn"),
            Some(Consent {
                seconds_left: Some(left),
                ..
            }) if left <= 0 => {
                return Err("consent-expired");
            }
            Some(Consent {
                form: ConsentForm::General,
                ..
            }) if needed == "separate" => {
                return Err("consent-weaker");
            }
            Some(_) => {}
        }
    }
    match row.subjects {
        Some(limit) if case.used.subjects >= limit => Err("subject-quota"),
        _ => Ok(()),
    }
}

fn read(table: &Table, row: &Row, case: &Case) -> Expect {
    if let Err(rule) = joins(table, case).and_then(|()| subject(row, case)) {
        return refused(case, rule);
    }
    let mut left = row.clear.map_or(i64::MAX, |limit| {
        i64::from(limit) - i64::from(case.used.clear)
    });
    let mut fields = BTreeMap::new();
    for name in &case.fields {
        let asked = case.clear.contains(name);
        let line = match field(table, row, case, name) {
            Err(rule) => line("withheld", &rule, None),
            Ok(cell) if cell.plain => line("clear", &cell.allows["clear"], None),
            Ok(cell) => {
                let answer = answer(case, cell, asked, left);
                left -= i64::from(answer[0] == "clear");
                answer
            }
        };
        fields.insert(name.clone(), line);
    }
    Expect {
        refused: None,
        fields,
    }
}

/// The cell of a field, unless something withholds it whatever the policies say.
fn field<'a>(table: &Table, row: &'a Row, case: &Case, name: &str) -> Result<&'a Cell, String> {
    let known = table.rows.iter().any(|row| row.cells.contains_key(name));
    if !known {
        return Err("unknown-field".to_owned());
    }
    let Some(cell) = row.cells.get(name) else {
        return Err("not-in-purpose".to_owned());
    };
    if let Some(key) = &case.key {
        let whole = format!("{}.*", name.split('.').next().unwrap_or_default());
        if !key
            .fields
            .iter()
            .any(|pattern| pattern == name || *pattern == whole)
        {
            return Err("key-field".to_owned());
        }
    }
    if case.expired.iter().any(|e| e == name) && !(case.hold && row.basis == "duty") {
        return Err("retention-over".to_owned());
    }
    let general = case
        .consent
        .is_none_or(|consent| consent.form == ConsentForm::General);
    if row.basis.starts_with("consent") && table.sensitive.contains(name) && general {
        return Err("consent-separate".to_owned());
    }
    match &cell.everything {
        Some(rule) => Err(rule.clone()),
        None => Ok(cell),
    }
}

/// What a sealed field answers.
fn answer(case: &Case, cell: &Cell, asked: bool, left: i64) -> Vec<String> {
    let service = case.key.is_some();
    let fresh = case
        .second_factor_seconds_ago
        .is_some_and(|ago| (0..=600).contains(&ago));
    let clear = cell.allows.get("clear").filter(|_| !service);
    let protected = ["masked", "tokenised", "generalised"]
        .into_iter()
        .find_map(|form| cell.allows.get(form).map(|rule| (form, rule.as_str())));
    let (form, rule) = protected.unwrap_or(match clear {
        Some(_) => ("withheld", "ask-for-clear"),
        None if service => ("withheld", "services-no-clear"),
        None => ("withheld", "no-rule"),
    });
    match clear {
        Some(rule) if asked && left > 0 && (fresh || !cell.fresh) => line("clear", rule, None),
        Some(_) if asked && left <= 0 => line(form, "clear-quota", None),
        Some(_) if asked => line(form, "second-factor", Some("step-up")),
        Some(_) => line(form, rule, (left > 0).then_some("ask-clear")),
        None if asked && service && form != "withheld" => line(form, "services-no-clear", None),
        None if asked && form != "withheld" => {
            let why = cell
                .refuses
                .get("clear")
                .map_or("no-clear-rule", String::as_str);
            line(form, why, None)
        }
        None => line(form, rule, None),
    }
}

fn export(table: &Table, row: &Row, case: &Case) -> Expect {
    let mut expect = read(table, row, case);
    if expect.refused.is_some() {
        return expect;
    }
    let mut last = None;
    for name in &case.fields {
        let answer = expect
            .fields
            .get_mut(name)
            .expect("every field is answered");
        if answer[0] == "withheld" {
            continue;
        }
        if let Some(rule) = row.cells[name].allows.get("export") {
            if answer[0] == "clear" || !case.clear.contains(name) {
                let hint = answer.get(3).cloned();
                *answer = line(&answer[0], rule, hint.as_deref());
            }
        } else {
            let rule = if row
                .roles
                .iter()
                .any(|r| r == "customer-service" || r == "sorter")
            {
                "query-not-export"
            } else {
                "export-officer-only"
            };
            *answer = line("withheld", rule, None);
            last = Some(rule.to_owned());
        }
    }
    if expect.fields.values().all(|answer| answer[0] == "withheld") {
        expect.refused = last;
    }
    expect
}

fn search(table: &Table, row: &Row, case: &Case) -> Expect {
    if row.tie == "counts" {
        return one(Err("counts-only"));
    }
    if row.tie == "own" {
        return one(Err("not-own-record"));
    }
    let name = &case.fields[0];
    let Some(cell) = row.cells.get(name) else {
        return one(Err("not-in-purpose"));
    };
    if let Some(rule) = cell.everything.as_ref().or(cell.refuses.get("search")) {
        return one(Err(rule));
    }
    let Some(rule) = cell.allows.get("search") else {
        return one(Err("no-search-rule"));
    };
    let mode = case.mode.expect("a search has a mode").word();
    if !table.offers.contains(&(mode.to_owned(), name.clone())) {
        return one(Err("no-search-mode"));
    }
    spent(row, case, rule)
}

fn count(row: &Row, case: &Case) -> Expect {
    if row.tie != "counts" {
        return one(Err("not-for-counts"));
    }
    for name in &case.fields {
        if !row.cells.contains_key(name) {
            return one(Err("not-in-purpose"));
        }
    }
    let first = case
        .fields
        .first()
        .and_then(|name| row.cells[name].allows.get("count"));
    match first {
        Some(rule) => spent(row, case, rule),
        None => one(Err("no-count-rule")),
    }
}

fn spent(row: &Row, case: &Case, rule: &str) -> Expect {
    match row.searches {
        Some(limit) if case.used.searches >= limit => one(Err("search-quota")),
        _ => one(Ok(rule)),
    }
}

fn one(answer: Result<&str, &str>) -> Expect {
    let (form, rule) = match answer {
        Ok(rule) => ("allowed", rule),
        Err(rule) => ("refused", rule),
    };
    let fields = BTreeMap::from([("*".to_owned(), line(form, rule, None))]);
    Expect {
        refused: answer.is_err().then(|| rule.to_owned()),
        fields,
    }
}

fn refused(case: &Case, rule: &str) -> Expect {
    if matches!(case.ask, What::Search | What::Count) {
        return one(Err(rule));
    }
    let fields = case
        .fields
        .iter()
        .map(|f| (f.clone(), line("withheld", rule, None)))
        .collect();
    Expect {
        refused: Some(rule.to_owned()),
        fields,
    }
}

fn line(form: &str, rule: &str, hint: Option<&str>) -> Vec<String> {
    let layer = match rule {
        "purpose-not-for-role" | "training-over" | "pledge-over" => "role",
        "unknown-purpose" | "unknown-field" | "counts-only" | "not-for-counts"
        | "not-in-purpose" | "no-search-mode" => "purpose",
        "no-open-case" | "case-closed" | "not-assigned" | "not-at-site" | "not-own-record" => {
            "relation"
        }
        "restricted" => "restriction",
        "retention-over" => "retention",
        "second-factor" => "second-factor",
        "subject-quota" | "clear-quota" | "search-quota" => "quota",
        "key-purpose" | "key-field" => "key",
        "zones-joined" => "zone",
        rule if rule.starts_with("consent-") => "consent",
        _ => "policy",
    };
    [form, rule, layer]
        .into_iter()
        .chain(hint)
        .map(str::to_owned)
        .collect()
}

fn parse(text: &str) -> Table {
    let mut table = Table {
        sensitive: BTreeSet::new(),
        apart: BTreeSet::new(),
        offers: BTreeSet::new(),
        rows: Vec::new(),
    };
    let joined = text.replace("\n     ", " ");
    for line in joined
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(collections) = line.strip_prefix("apart: ") {
            table.apart = collections.split(' ').map(str::to_owned).collect();
        } else if let Some(fields) = line.strip_prefix("sensitive: ") {
            table.sensitive = fields.split(' ').map(str::to_owned).collect();
        } else if let Some(offer) = line.strip_prefix("offers ") {
            let (mode, fields) = offer.split_once(": ").expect("mode: fields");
            table
                .offers
                .extend(fields.split(' ').map(|f| (mode.to_owned(), f.to_owned())));
        } else if let Some(head) = line.strip_prefix("purpose ") {
            table.rows.push(row(head));
        } else {
            let row = table.rows.last_mut().expect("cells follow a purpose");
            let (says, fields) = line.trim().split_once(": ").expect("what: fields");
            for field in fields.split(' ') {
                let cell = row.cells.entry(field.to_owned()).or_default();
                says.split(", ").for_each(|say| note(cell, say));
            }
        }
    }
    table
}

fn row(head: &str) -> Row {
    let parts: Vec<_> = head.split(" | ").collect();
    let [purpose, roles, tie, basis, day] = parts[..] else {
        panic!("purpose {head}")
    };
    let mut row = Row {
        purpose: purpose.to_owned(),
        roles: roles.split(' ').map(str::to_owned).collect(),
        tie: tie.to_owned(),
        basis: basis.to_owned(),
        ..Row::default()
    };
    let day = day.split(' ').filter(|word| *word != "-");
    for pair in day.collect::<Vec<_>>().chunks(2) {
        let limit = Some(pair[1].parse().expect("a number of the day"));
        match pair[0] {
            "subjects" => row.subjects = limit,
            "clear" => row.clear = limit,
            "searches" => row.searches = limit,
            other => panic!("limit {other}"),
        }
    }
    row
}

fn note(cell: &mut Cell, say: &str) {
    let (action, rule) = say.split_once(' ').expect("action rule");
    match (action, rule.strip_prefix('!')) {
        ("everything", Some(rule)) => cell.everything = Some(rule.to_owned()),
        (action, Some(rule)) => {
            cell.refuses.insert(action.to_owned(), rule.to_owned());
        }
        ("plain", None) => {
            cell.plain = true;
            cell.allows.insert("clear".to_owned(), rule.to_owned());
        }
        ("clear*", None) => {
            cell.fresh = true;
            cell.allows.insert("clear".to_owned(), rule.to_owned());
        }
        (action, None) => {
            cell.allows.insert(action.to_owned(), rule.to_owned());
        }
    }
}
