//! Writes the bulk of the corpus from the reference tables, never from the engine:
//! `cargo test -p shouxin-policy --test generate -- --ignored`. Review the difference, then commit it.

mod support;

use shouxin_model::{ConsentForm, SearchMode};
use support::reference::{Row, Table, expect, table};
use support::{Case, Consent, Key, PROFILES, Spent, Tie, What, corpus};

#[test]
#[ignore = "writes corpus/policy"]
fn write_the_corpus() {
    for profile in PROFILES {
        let table = table(profile);
        let mut cases: Vec<_> = table
            .rows
            .iter()
            .flat_map(|row| row_cases(profile, table, row))
            .collect();
        cases.extend(odd_cases(profile, table));
        for case in &mut cases {
            case.expect = expect(case);
        }
        std::fs::write(corpus().join(format!("{profile}.json")), printed(&cases)).unwrap();
    }
}

/// The cases of one purpose and its roles: all is well, then one thing after another is not.
fn row_cases(profile: &str, table: &Table, row: &Row) -> Vec<Case> {
    let all: Vec<String> = row.cells.keys().cloned().collect();
    let few = sample(row);
    let base = Case {
        profile: profile.to_owned(),
        roles: vec![row.roles[0].clone()],
        purpose: row.purpose.clone(),
        fields: few.clone(),
        tie: tie(row),
        consent: row.basis.strip_prefix("consent ").map(|form| Consent {
            given: true,
            form: if form == "separate" {
                ConsentForm::Separate
            } else {
                ConsentForm::General
            },
            seconds_left: Some(86_400),
        }),
        ..Case::default()
    };
    let mut cases = Cases {
        base,
        cases: Vec::new(),
    };
    if row.tie == "counts" {
        counting(&mut cases, table, row, &all);
    } else {
        reading(&mut cases, row, &all);
        narrowing(&mut cases, table, row);
        searching(&mut cases, table, row);
        joining(&mut cases, table, &all);
        cases.add(
            "exports the sample, asking it clear with a fresh second factor",
            |c| {
                c.ask = What::Export;
                c.clear = few.clone();
                c.second_factor_seconds_ago = Some(30);
            },
        );
    }
    let stranger = table
        .rows
        .iter()
        .flat_map(|r| &r.roles)
        .find(|r| !may(table, &row.purpose, r));
    if let Some(role) = stranger {
        cases.add(&format!("is refused to the role {role}"), |c| {
            c.roles = vec![role.clone()]
        });
    }
    for role in &row.roles[1..] {
        cases.add(&format!("answers {role} as well"), |c| {
            c.roles = vec![role.clone()]
        });
    }
    cases.cases
}

fn reading(cases: &mut Cases, row: &Row, all: &[String]) {
    let few = sample(row);
    cases.add("nothing asked clear", |c| c.fields = all.to_vec());
    cases.add(
        "everything asked clear, second factor 600 seconds ago",
        |c| {
            c.fields = all.to_vec();
            c.clear = all.to_vec();
            c.second_factor_seconds_ago = Some(600);
        },
    );
    cases.add(
        "everything asked clear, second factor 601 seconds ago",
        |c| {
            c.fields = all.to_vec();
            c.clear = all.to_vec();
            c.second_factor_seconds_ago = Some(601);
        },
    );
    cases.add("a service with a key for it, all asked clear", |c| {
        c.key = Some(Key {
            purposes: vec![row.purpose.clone()],
            fields: wide(all),
        });
        c.clear = few.clone();
    });
    if row.clear.is_some() {
        cases.add("one clear field left today", |c| {
            c.clear = few.clone();
            c.second_factor_seconds_ago = Some(1);
            c.used.clear = row.clear.unwrap_or(0) - 1;
        });
        cases.add("no clear field left today", |c| {
            c.clear = few.clone();
            c.second_factor_seconds_ago = Some(1);
            c.used.clear = row.clear.unwrap_or(0);
        });
    }
}

fn narrowing(cases: &mut Cases, table: &Table, row: &Row) {
    let few = sample(row);
    match row.tie.as_str() {
        "none" => {}
        _ => {
            cases.add("no open case at all", |c| c.tie = vec![]);
            cases.add("the case has been closed", |c| c.tie = vec![Tie::Closed]);
        }
    }
    if matches!(row.tie.as_str(), "assigned" | "site") {
        cases.add("an open case, but another's", |c| {
            c.tie = vec![Tie::Open, Tie::Region]
        });
    }
    if row.basis.starts_with("consent") {
        cases.add("no consent on record", |c| c.consent = None);
        cases.add("consent withdrawn", |c| {
            c.consent.as_mut().unwrap().given = false
        });
        cases.add("consent just run out", |c| {
            c.consent.as_mut().unwrap().seconds_left = Some(0)
        });
        cases.add("consent in general form only", |c| {
            c.consent.as_mut().unwrap().form = ConsentForm::General;
        });
        cases.add("written consent", |c| {
            c.consent.as_mut().unwrap().form = ConsentForm::Written
        });
    }
    cases.add("the subject restricted processing", |c| c.restricted = true);
    cases.add("the keeping period is over", |c| {
        c.expired = few[..1].to_vec()
    });
    cases.add("the keeping period is over, and a hold keeps it", |c| {
        c.expired = few[..1].to_vec();
        c.hold = true;
    });
    if let Some(limit) = row.subjects {
        cases.add("one subject left today", |c| c.used.subjects = limit - 1);
        cases.add("no subject left today", |c| c.used.subjects = limit);
    }
    cases.add("a key for another purpose", |c| {
        c.key = Some(Key {
            purposes: vec!["other".to_owned()],
            fields: vec![],
        });
    });
    cases.add("a key that lacks one field", |c| {
        c.key = Some(Key {
            purposes: vec![row.purpose.clone()],
            fields: few[1..].to_vec(),
        });
    });
    let foreign = table
        .rows
        .iter()
        .flat_map(|r| r.cells.keys())
        .find(|f| !row.cells.contains_key(*f));
    if let Some(field) = foreign {
        cases.add("a field of another purpose", |c| {
            c.fields = vec![field.clone(), few[0].clone()];
            c.clear = vec![field.clone()];
        });
    }
}

/// A purpose with fields of a zone apart: who may see both sides, and who one.
fn joining(cases: &mut Cases, table: &Table, all: &[String]) {
    let is_apart = |name: &&String| {
        table
            .apart
            .contains(name.split('.').next().unwrap_or_default())
    };
    let apart: Vec<String> = all.iter().filter(is_apart).take(2).cloned().collect();
    let Some(zone) = apart.first().and_then(|name| name.split('.').next()) else {
        return;
    };
    let zone = zone.to_owned();
    let both = ["identity".to_owned(), zone.clone()];
    let main = all.iter().find(|name| !is_apart(name)).cloned();
    for missing in &both {
        cases.add(
            &format!("the other side by who it is, no grant for {missing}"),
            |c| {
                c.fields = apart.clone();
                c.zones_missing = vec![missing.clone()];
            },
        );
    }
    cases.add("one side alone by its own ids, without any grant", |c| {
        c.fields = apart.clone();
        c.named_in = Some(zone.clone());
        c.zones_missing = both.to_vec();
    });
    if let Some(main) = main {
        cases.add(
            "both sides by the other side's ids, no grant for one",
            |c| {
                c.fields = vec![main.clone(), apart[0].clone()];
                c.named_in = Some(zone.clone());
                c.zones_missing = vec![zone.clone()];
            },
        );
        cases.add("identity alone, without any grant", |c| {
            c.fields = vec![main.clone()];
            c.zones_missing = both.to_vec();
        });
    }
}

fn searching(cases: &mut Cases, table: &Table, row: &Row) {
    let offered = |name: &String| {
        let modes = [SearchMode::Exact, SearchMode::Name, SearchMode::Last4];
        modes.into_iter().find(|mode| {
            table
                .offers
                .contains(&(mode.word().to_owned(), name.clone()))
        })
    };
    let found = row
        .cells
        .iter()
        .filter(|(_, cell)| cell.allows.contains_key("search"));
    if let Some((field, mode)) = found
        .filter_map(|(f, _)| offered(f).map(|mode| (f, mode)))
        .next()
    {
        let search = |c: &mut Case| {
            c.ask = What::Search;
            c.fields = vec![field.clone()];
            c.mode = Some(mode);
        };
        cases.add("searches", search);
        cases.add("searches in a way the register does not offer", |c| {
            search(c);
            c.mode = Some(if mode == SearchMode::Name {
                SearchMode::Exact
            } else {
                SearchMode::Name
            });
        });
        cases.add("has no search left today", |c| {
            search(c);
            c.used = Spent {
                searches: row.searches.unwrap_or(0),
                ..Spent::default()
            };
        });
    }
    if let Some((field, _)) = row
        .cells
        .iter()
        .find(|(_, cell)| !cell.allows.contains_key("search"))
    {
        cases.add("searches by a field it may not search by", |c| {
            c.ask = What::Search;
            c.fields = vec![field.clone()];
            c.mode = Some(SearchMode::Exact);
        });
    }
}

fn counting(cases: &mut Cases, table: &Table, row: &Row, all: &[String]) {
    let foreign = table.rows[0]
        .cells
        .keys()
        .find(|f| !row.cells.contains_key(*f))
        .expect("other fields");
    cases.add("a single person is never shown", |_| {});
    for ask in [What::Search, What::Export] {
        cases.add(&format!("{ask:?} is not for counting"), |c| {
            c.ask = ask;
            c.fields.truncate(1);
            c.mode = (ask == What::Search).then_some(SearchMode::Exact);
        });
    }
    let count = |c: &mut Case| c.ask = What::Count;
    cases.add("counts by every field", |c| {
        count(c);
        c.fields = all.to_vec();
    });
    cases.add("counts by nothing", |c| {
        count(c);
        c.fields.clear();
    });
    cases.add("has one count left today", |c| {
        count(c);
        c.used.searches = row.searches.unwrap_or(0) - 1;
    });
    cases.add("has no count left today", |c| {
        count(c);
        c.used.searches = row.searches.unwrap_or(0);
    });
    cases.add("counts by a field of another purpose", |c| {
        count(c);
        c.fields.push(foreign.to_owned());
    });
}

/// What has nothing to do with one purpose.
fn odd_cases(profile: &str, table: &Table) -> Vec<Case> {
    let row = table
        .rows
        .iter()
        .find(|row| row.tie != "counts")
        .expect("a purpose that reads");
    let base = Case {
        profile: profile.to_owned(),
        roles: row.roles.clone(),
        purpose: row.purpose.clone(),
        fields: sample(row),
        tie: tie(row),
        ..Case::default()
    };
    let mut cases = Cases {
        base,
        cases: Vec::new(),
    };
    cases.add("training just run out", |c| {
        c.training_seconds_left = Some(0)
    });
    cases.add("training and pledge good for a second", |c| {
        c.training_seconds_left = Some(1);
        c.pledge_seconds_left = Some(1);
    });
    cases.add("pledge just run out", |c| c.pledge_seconds_left = Some(0));
    cases.add("no role at all", |c| c.roles.clear());
    cases.add("a second post adds nothing", |c| {
        c.roles.push("auditor".to_owned())
    });
    cases.add("counts where counting is not the purpose", |c| {
        c.ask = What::Count
    });
    cases.add("a second factor from the future", |c| {
        c.fields = row.cells.keys().cloned().collect();
        c.clear = c.fields.clone();
        c.second_factor_seconds_ago = Some(-1);
    });
    cases.add("a field that nobody declared", |c| {
        c.fields.push("customer.shoe_size".to_owned())
    });
    for role in ["system-admin", "security-admin", "audit-admin", "auditor"] {
        cases.add(&format!("{role} sees no data"), |c| {
            c.roles = vec![role.to_owned()]
        });
    }
    cases.base.purpose = "curiosity".to_owned();
    cases.add("no such purpose", |_| {});
    cases.cases
}

struct Cases {
    base: Case,
    cases: Vec<Case>,
}

impl Cases {
    fn add(&mut self, what: &str, change: impl FnOnce(&mut Case)) {
        let mut case = self.base.clone();
        case.name = match case.roles.first() {
            Some(role) => format!("{}, {role}: {what}", case.purpose),
            None => format!("{}: {what}", case.purpose),
        };
        change(&mut case);
        self.cases.push(case);
    }
}

/// Three telling fields at most: one that can be clear, one that cannot, one that needs no asking.
fn sample(row: &Row) -> Vec<String> {
    let pick = |fits: &dyn Fn(&support::reference::Cell) -> bool| {
        row.cells
            .iter()
            .find(|(_, cell)| fits(cell))
            .map(|(name, _)| name.clone())
    };
    let mut names: Vec<_> = [
        pick(&|c| !c.plain && c.allows.contains_key("clear")),
        pick(&|c| !c.plain && !c.allows.contains_key("clear")),
        pick(&|c| c.plain),
    ]
    .into_iter()
    .flatten()
    .collect();
    let more = row
        .cells
        .keys()
        .filter(|name| !names.contains(name))
        .take(1)
        .cloned();
    if names.len() < 2 {
        names.extend(more.collect::<Vec<_>>());
    }
    names
}

fn tie(row: &Row) -> Vec<Tie> {
    match row.tie.as_str() {
        "assigned" => vec![Tie::Assigned, Tie::Open],
        "site" => vec![Tie::Site, Tie::Open],
        "open" => vec![Tie::Open],
        "own" => vec![Tie::Own],
        _ => vec![],
    }
}

fn may(table: &Table, purpose: &str, role: &str) -> bool {
    table
        .rows
        .iter()
        .any(|r| r.purpose == purpose && r.roles.iter().any(|own| own == role))
}

fn wide(fields: &[String]) -> Vec<String> {
    let mut patterns: Vec<_> = fields
        .iter()
        .map(|f| format!("{}.*", f.split('.').next().unwrap_or_default()))
        .collect();
    patterns.dedup();
    patterns
}

/// JSON with one line for each fact and each field, so that differences read well.
fn printed(cases: &[Case]) -> String {
    let cases: Vec<_> = cases
        .iter()
        .map(|case| {
            let case = serde_json::to_value(case).expect("cases serialise");
            let lines = case
                .as_object()
                .expect("cases are objects")
                .iter()
                .map(|(key, value)| {
                    let value = if key == "expect" {
                        expectation(value)
                    } else {
                        value.to_string()
                    };
                    format!("    \"{key}\": {value}")
                });
            format!("  {{\n{}\n  }}", lines.collect::<Vec<_>>().join(",\n"))
        })
        .collect();
    format!("[\n{}\n]\n", cases.join(",\n"))
}

fn expectation(value: &serde_json::Value) -> String {
    let refused = value
        .get("refused")
        .map_or(String::new(), |r| format!("\n      \"refused\": {r},"));
    let fields = value["fields"].as_object().expect("fields are an object");
    let lines: Vec<_> = fields
        .iter()
        .map(|(k, v)| format!("        \"{k}\": {v}"))
        .collect();
    format!(
        "{{{refused}\n      \"fields\": {{\n{}\n      }}\n    }}",
        lines.join(",\n")
    )
}
