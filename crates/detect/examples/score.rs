//! Scores the detector on a labelled file: `score FILE [--structured] [--lang zh|en] [--errors N] [--out FILE]
//! [--spans FILE] [--brief]`. `--out` writes every hit, a line each. With `--spans` it scores what somebody else found, lines of `{"id","spans":[{"start","end","type"}]}`;
//! `--brief` prints one line of JSON.
//!
//! Lines are `{"id","lang","text","spans":[{"start","end","type",["optional"]}]}`, offsets in Unicode
//! code points, end exclusive. A span with `"optional": true` counts neither as missed nor, when found,
//! as false. `--out` writes every hit with its rule, so that two runs can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use shouxin_detect::{Check, Detector, Hit, Kind, Scope};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    id: String,
    #[serde(default)]
    lang: String,
    text: String,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize, Clone)]
struct Span {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    optional: bool,
}

#[derive(Default)]
struct Counts {
    found: usize,
    labelled: usize,
    exact: usize,
    /// Hits that overlap a label of their kind, and labels that overlap a hit of theirs.
    near_found: usize,
    near_labelled: usize,
}

#[derive(Default)]
struct Totals {
    kinds: BTreeMap<String, Counts>,
    personal: usize,
    left: usize,
    characters: usize,
    over: usize,
    documents: usize,
    clean: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut file, mut scope, mut errors, mut lang) = (None, Scope::All, 0, None);
    let (mut spans, mut brief, mut out) = (None, false, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--structured" => scope = Scope::Structured,
            "--errors" => errors = arguments.next().unwrap_or_default().parse()?,
            "--lang" => lang = arguments.next(),
            "--spans" => spans = arguments.next(),
            "--brief" => brief = true,
            "--out" => out = arguments.next(),
            _ => file = Some(argument),
        }
    }
    let file = std::fs::read_to_string(file.ok_or("score FILE")?)?;
    let documents: Vec<Document> = file
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let documents: Vec<Document> = documents
        .into_iter()
        .filter(|d| lang.as_ref().is_none_or(|lang| *lang == d.lang))
        .collect();
    let theirs = spans.map(|path| told(&path)).transpose()?;
    let start = busy_seconds();
    let detector = Detector::with_scope(scope);
    drop(detector.detect("13800138000"));
    let spent = 1e3 * (busy_seconds() - start);
    if !brief {
        print(&format!("first result after {spent:.1} ms"));
    }
    let mut totals = Totals::default();
    let mut written = String::new();
    for document in &documents {
        let hits = match &theirs {
            Some(theirs) => theirs.get(&document.id).cloned().unwrap_or_default(),
            None => detector.detect(&document.text),
        };
        for hit in hits.iter().filter(|_| out.is_some()) {
            written.push_str(&format!("{} {hit:?}\n", document.id));
        }
        let told = count(document, &hits, scope, &mut totals);
        if errors > 0 && !told.is_empty() {
            errors -= 1;
            print(&format!(
                "{} {}\n{}",
                document.id,
                document.text.replace('\n', "⏎"),
                told.join("\n")
            ));
        }
    }
    if let Some(out) = out {
        std::fs::write(out, written)?;
    }
    let speed = theirs.is_none().then(|| throughput(&detector, &documents));
    if brief {
        let all = totals.all();
        let (exact, overlap) = (all.exact_rates().2, all.overlap_rates().2);
        let left = ratio(totals.left, totals.personal);
        let line =
            serde_json::json!({"exact": exact, "overlap": overlap, "left": left, "speed": speed});
        print(&line.to_string());
        return Ok(());
    }
    report(&totals);
    if let Some(speed) = speed {
        print(&format!(
            "{speed:.1} MB/s of one thread; {} kinds",
            Kind::ALL.len()
        ));
    }
    Ok(())
}

/// What somebody else found, by document.
fn told(path: &str) -> Result<BTreeMap<String, Vec<Hit>>, Box<dyn std::error::Error>> {
    std::fs::read_to_string(path)?
        .lines()
        .map(|line| {
            let document: Told = serde_json::from_str(line)?;
            let hits = document.spans.iter().filter_map(|span| {
                let kind = Kind::from_word(&span.kind)?;
                Some(Hit {
                    bytes: 0..0,
                    chars: span.start..span.end,
                    kind,
                    confidence: 0,
                    rule: "theirs",
                    check: Check::None,
                    context: None,
                    class: kind.class(),
                })
            });
            Ok((document.id, hits.collect()))
        })
        .collect()
}

#[derive(Deserialize)]
struct Told {
    id: String,
    spans: Vec<Span>,
}

impl Totals {
    fn all(&self) -> Counts {
        self.kinds.values().fold(Counts::default(), |mut all, one| {
            all.found += one.found;
            all.labelled += one.labelled;
            all.exact += one.exact;
            all.near_found += one.near_found;
            all.near_labelled += one.near_labelled;
            all
        })
    }
}

impl Counts {
    /// Precision, recall, F1 of exact borders.
    fn exact_rates(&self) -> (f64, f64, f64) {
        rates(
            ratio(self.exact, self.found),
            ratio(self.exact, self.labelled),
        )
    }

    /// The same where an overlap suffices.
    fn overlap_rates(&self) -> (f64, f64, f64) {
        rates(
            ratio(self.near_found, self.found),
            ratio(self.near_labelled, self.labelled),
        )
    }
}

fn rates(precision: f64, recall: f64) -> (f64, f64, f64) {
    (precision, recall, f1(precision, recall))
}

fn is_scored(kind: &str, scope: Scope) -> bool {
    scope == Scope::All || !matches!(kind, "PERSON" | "ADDRESS")
}

/// Adds one document to the totals; gives what went wrong, a line each.
fn count(document: &Document, hits: &[Hit], scope: Scope, totals: &mut Totals) -> Vec<String> {
    let chars: Vec<char> = document.text.chars().collect();
    let shown = |start: usize, end: usize| {
        chars
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .collect::<String>()
    };
    let labels: Vec<&Span> = document
        .spans
        .iter()
        .filter(|span| is_scored(&span.kind, scope))
        .collect();
    let mut told = Vec::new();
    let overlaps =
        |hit: &Hit, span: &Span| hit.chars.start < span.end && span.start < hit.chars.end;
    for hit in hits {
        if labels
            .iter()
            .any(|span| span.optional && overlaps(hit, span))
        {
            continue;
        }
        let counts = totals.kinds.entry(hit.kind.word().into()).or_default();
        counts.found += 1;
        let own = |span: &&&Span| span.kind == hit.kind.word() && overlaps(hit, span);
        counts.near_found += usize::from(labels.iter().any(|span| own(&span)));
        let exact = labels
            .iter()
            .any(|span| own(&span) && (span.start, span.end) == (hit.chars.start, hit.chars.end));
        counts.exact += usize::from(exact);
        if !exact {
            told.push(format!(
                "  + {} {:?} {} {}",
                hit.kind.word(),
                shown(hit.chars.start, hit.chars.end),
                hit.rule,
                hit.confidence
            ));
        }
    }
    for span in labels.iter().filter(|span| !span.optional) {
        let counts = totals.kinds.entry(span.kind.clone()).or_default();
        counts.labelled += 1;
        let own = |hit: &&Hit| hit.kind.word() == span.kind && overlaps(hit, span);
        counts.near_labelled += usize::from(hits.iter().any(|hit| own(&hit)));
        if !hits
            .iter()
            .any(|hit| own(&hit) && (span.start, span.end) == (hit.chars.start, hit.chars.end))
        {
            told.push(format!(
                "  - {} {:?}",
                span.kind,
                shown(span.start, span.end)
            ));
        }
    }
    let set = |spans: &mut dyn Iterator<Item = (usize, usize)>| -> BTreeSet<usize> {
        spans.flat_map(|(start, end)| start..end).collect()
    };
    let covered = set(&mut hits.iter().map(|hit| (hit.chars.start, hit.chars.end)));
    let personal = set(&mut labels
        .iter()
        .filter(|span| !span.optional)
        .map(|span| (span.start, span.end)));
    let allowed = set(&mut document.spans.iter().map(|span| (span.start, span.end)));
    let left = personal.difference(&covered).count();
    totals.personal += personal.len();
    totals.left += left;
    totals.characters += chars.len();
    totals.over += covered.difference(&allowed).count();
    totals.documents += 1;
    totals.clean += usize::from(left == 0);
    told
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 {
        0.0
    } else {
        2.0 * precision * recall / (precision + recall)
    }
}

#[allow(clippy::print_stdout, reason = "a tool that prints")]
fn print(line: &str) {
    println!("{line}");
}

fn report(totals: &Totals) {
    print("kind            labels  found | exact P     R     F1 | overlap P     R     F1");
    for (kind, counts) in &totals.kinds {
        row(kind, counts);
    }
    row("micro", &totals.all());
    print(&format!(
        "personal characters left {:.4}; documents wholly clean {:.3} of {}; over-redaction {:.2} per 1,000 characters",
        ratio(totals.left, totals.personal),
        ratio(totals.clean, totals.documents),
        totals.documents,
        1000.0 * ratio(totals.over, totals.characters),
    ));
}

fn row(kind: &str, counts: &Counts) {
    let (p, r, exact) = counts.exact_rates();
    let (np, nr, near) = counts.overlap_rates();
    print(&format!(
        "{kind:14} {:7} {:6} |   {p:.3} {r:.3} {exact:.3}  |     {np:.3} {nr:.3} {near:.3}",
        counts.labelled, counts.found,
    ));
}

/// MB/s over all documents again and again, each by itself, for a second of one thread's own time.
fn throughput(detector: &Detector, documents: &[Document]) -> f64 {
    let bytes: usize = documents.iter().map(|d| d.text.len()).sum();
    let start = busy_seconds();
    let (mut rounds, mut seconds) = (0, 0.0);
    while seconds < 1.0 && bytes > 0 {
        for document in documents {
            std::hint::black_box(detector.detect(&document.text));
        }
        rounds += 1;
        seconds = busy_seconds() - start;
    }
    (rounds * bytes) as f64 / seconds / 1e6
}

/// How long this thread has run, by the kernel's account: other load on the machine does not count.
fn busy_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told
        .split(' ')
        .next()
        .and_then(|word| word.parse::<u64>().ok());
    nanoseconds.unwrap_or(u64::MAX) as f64 / 1e9
}
