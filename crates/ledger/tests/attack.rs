//! A thousand attacks, by seeded dice, on exports and on stored batches: each is found, and where one
//! entry was altered, the report names it.

mod common;

use std::ops::RangeInclusive;

use common::{Log, ORIGIN, Tiles, batch, below, body, ed25519, sm2};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use shouxin_ledger::{
    Checkpoint, Fetched, Hash, Lang, Report, SignedCheckpoint, TileAddress, Trust, complete_tiles,
    unpack, verify_export, verify_stored,
};

#[test]
fn untouched_logs_are_right() {
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    for size in [1, 2, 3, 64, 100] {
        let log = Log::made(size, 7, &[ed25519(ORIGIN, 1), sm2(ORIGIN, 2)], &mut dice);
        let kept: Vec<_> = (0..log.checkpoints.len())
            .map(|place| log.kept(place))
            .collect();
        let report = verify_export(&*log.export(), Trust::Keys(log.keys.clone()), &kept).unwrap();
        assert!(report.is_right(), "{report:#?}");
        assert_eq!(report.signed, Some((size, log.root(size))));
        assert_eq!(report.checkpoints as usize, log.checkpoints.len());
        for one in &log.keys {
            let report =
                verify_export(&*log.export(), Trust::Keys(vec![one.clone()]), &[]).unwrap();
            assert!(report.is_right(), "{report:#?}");
        }
        assert!(
            verify_export(&*log.export(), Trust::OwnKeys, &[])
                .unwrap()
                .is_right()
        );
    }
    let empty = Log::signed(Vec::new(), &[0], &[ed25519(ORIGIN, 1)]);
    assert!(
        verify_export(&*empty.export(), Trust::Keys(empty.keys.clone()), &[])
            .unwrap()
            .is_right()
    );
}

#[test]
fn seven_hundred_attacks_on_exports_are_found_and_named() {
    let mut dice = ChaCha8Rng::seed_from_u64(2026);
    let logs: Vec<Log> = (0..8)
        .map(|n| {
            let mut signers = vec![ed25519(ORIGIN, 1)];
            signers.extend((n % 4 == 0).then(|| sm2(ORIGIN, 2)));
            Log::made(24 + 8 * n, 6, &signers, &mut dice)
        })
        .collect();
    for case in 0..700 {
        let log = &logs[below(&mut dice, 8) as usize];
        let attack = EXPORT_ATTACKS[case % EXPORT_ATTACKS.len()];
        let Attacked {
            export,
            kept,
            expect,
        } = attack.1(log, &mut dice);
        let report = verify_export(&*export, Trust::Keys(log.keys.clone()), &kept).unwrap();
        check(&report, &expect, &format!("case {case}, {}", attack.0));
    }
}

#[test]
fn three_hundred_attacks_on_stored_batches_are_found_and_named() {
    let mut dice = ChaCha8Rng::seed_from_u64(42);
    let stores: Vec<_> = (0..3)
        .map(|n| {
            let log = Log::made(262 + 9 * n, 20, &[ed25519(ORIGIN, 1)], &mut dice);
            let (batches, tiles) = (log.batches(&mut dice), Tiles::of(&log));
            (log, batches, tiles)
        })
        .collect();
    for case in 0..300 {
        let (log, batches, tiles) = &stores[below(&mut dice, 3) as usize];
        let (mut batches, mut tiles) = (batches.clone(), tiles.clone());
        let checkpoints = log.checkpoints.iter().map(|(_, text)| text.as_str());
        let trust = Trust::Keys(log.keys.clone());
        if case < 3 {
            let report = verify_stored(trust, Vec::new(), batches, checkpoints, &tiles, &[]);
            assert!(report.is_right(), "{report:#?}");
            continue;
        }
        let place = below(&mut dice, batches.len() as u64) as usize;
        let (first, count) = (batches[place].first, batches[place].count);
        let victim = first + below(&mut dice, count);
        let has_tile = victim < log.size() / 256 * 256;
        let mut bodies: Vec<Vec<u8>> = unpack(&batches[place].bodies)
            .map(|body| body.unwrap().to_vec())
            .collect();
        let slot = (victim - first) as usize;
        let segment = log.around(victim);
        let near = if has_tile {
            victim..=victim
        } else {
            segment.start..=segment.end - 1
        };
        let kind = case % 8;
        let (words, entries): (&[&str], _) = match kind {
            0 => {
                bodies[slot] = body(victim + 1, &mut dice);
                batches[place] = batch(first, &bodies);
                (&["changed"], near)
            }
            1 => {
                bodies.remove(slot);
                batches[place] = batch(first, &bodies);
                // The batches after it keep their numbers, so the gap shows at this batch's end.
                (&["deleted", "changed"], victim..=first + count - 1)
            }
            2 => {
                batches.remove(place);
                (&["deleted"], first..=first + count - 1)
            }
            3 => {
                let copy = batches[place].clone();
                batches.insert(place, copy);
                (&["duplicated"], victim..=victim)
            }
            4 if has_tile => {
                let index = (victim / 256) as usize;
                tiles.tiles[index][(victim % 256) as usize] = Hash::EMPTY_TREE;
                (&["leaf-hash"], victim..=victim)
            }
            5 => {
                batches.truncate(place);
                (&["deleted"], first..=log.size() - 1)
            }
            6 => {
                // A length that leads elsewhere: the entries from there on cannot be told apart.
                let offset: usize = bodies[..slot].iter().map(|body| body.len() + 2).sum();
                batches[place].bodies[offset + 1] ^= 1 << below(&mut dice, 8);
                (&["changed", "deleted", "damaged"], near)
            }
            _ => {
                let offset: usize = bodies[..slot].iter().map(|body| body.len() + 2).sum();
                let byte = below(&mut dice, bodies[slot].len() as u64) as usize;
                batches[place].bodies[offset + 2 + byte] ^= 1 << below(&mut dice, 8);
                (&["changed"], near)
            }
        };
        let report = verify_stored(trust, Vec::new(), batches, checkpoints, &tiles, &[]);
        let expect = Expect {
            words,
            entries: Some(entries),
            line: None,
        };
        check(
            &report,
            &expect,
            &format!("stored case {case}, kind {kind}, entry {victim}"),
        );
    }
}

/// The report must hold a finding with one of these words: about exactly this entry, if it is one;
/// about some of these entries, if they are several; at this line, if one is given.
struct Expect {
    words: &'static [&'static str],
    entries: Option<RangeInclusive<u64>>,
    line: Option<u64>,
}

struct Attacked {
    export: Vec<u8>,
    kept: Vec<SignedCheckpoint>,
    expect: Expect,
}

fn check(report: &Report, expect: &Expect, case: &str) {
    assert!(!report.is_right(), "{case}: not found");
    let hit = report.findings.iter().any(|finding| {
        let named = match (&expect.entries, &finding.entries) {
            (None, _) => true,
            (Some(wanted), Some(told)) if wanted.start() == wanted.end() => wanted == told,
            (Some(wanted), Some(told)) => {
                wanted.start() <= told.end() && told.start() <= wanted.end()
            }
            (Some(_), None) => false,
        };
        let at = expect.line.is_none_or(|line| finding.line == Some(line));
        expect.words.contains(&finding.problem.word()) && named && at
    });
    let told: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.text(Lang::En))
        .collect();
    assert!(
        hit,
        "{case}: wanted {:?} {:?} {:?}, told {told:#?}",
        expect.words, expect.entries, expect.line
    );
    assert!(
        report
            .findings
            .iter()
            .all(|finding| !finding.text(Lang::Zh).is_empty())
    );
}

type Attack = fn(&Log, &mut ChaCha8Rng) -> Attacked;

const EXPORT_ATTACKS: &[(&str, Attack)] = &[
    ("content changed", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let (number, leaf, _) = parts(&lines[victim.line]);
        lines[victim.line] = line(number, &leaf, &body(victim.number + 1, dice));
        found(lines, &["changed"], victim.number)
    }),
    ("content and leaf hash changed", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        lines[victim.line] = forged(victim.number, dice);
        found_within(lines, &["changed"], log.around(victim.number))
    }),
    ("leaf hash changed", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let (number, _, body) = parts(&lines[victim.line]);
        lines[victim.line] = line(number, &Hash::EMPTY_TREE.to_string(), &body);
        found(lines, &["leaf-hash"], victim.number)
    }),
    ("deleted", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        lines.remove(victim.line);
        found(lines, &["deleted"], victim.number)
    }),
    ("deleted, the rest renumbered", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        lines.remove(victim.line);
        found_within(renumbered(lines), &["deleted"], log.around(victim.number))
    }),
    ("two exchanged", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let other = lines.iter().rposition(is_entry).unwrap();
        let other = if other == victim.line {
            place_of(&lines, 0)
        } else {
            other
        };
        let others_number = parts(&lines[other]).0;
        lines.swap(victim.line, other);
        let (low, high) = (
            victim.number.min(others_number),
            victim.number.max(others_number),
        );
        found_within(lines, &["reordered"], low..high + 1)
    }),
    ("neighbours exchanged, renumbered", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let (low, high) = match victim.number {
            0 => (0, 1),
            number => (number - 1, number),
        };
        let (a, b) = (place_of(&lines, low), place_of(&lines, high));
        lines.swap(a, b);
        let together = log.around(low) == log.around(high);
        let words: &[&str] = if together {
            &["reordered"]
        } else {
            &["changed"]
        };
        found(renumbered(lines), words, low).widened(log, low, together)
    }),
    ("inserted under a number that is there", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        lines.insert(victim.line, forged(victim.number, dice));
        found(lines, &["inserted"], victim.number)
    }),
    ("inserted, the rest renumbered", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        lines.insert(victim.line, forged(victim.number, dice));
        found(renumbered(lines), &["inserted"], victim.number)
    }),
    ("duplicated", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let copy = lines[victim.line].clone();
        let target = 1 + below(dice, lines.len() as u64 - 1) as usize;
        lines.insert(target, copy);
        found(lines, &["duplicated"], victim.number)
    }),
    ("cut off", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        lines.truncate(victim.line);
        found_within(lines, &["cut"], victim.number..log.size())
    }),
    (
        "cut off at an earlier checkpoint, which ends it",
        |log, dice| {
            let mut shorter = log.clone();
            let keep = below(dice, log.checkpoints.len() as u64 - 1) as usize;
            shorter.checkpoints.truncate(keep + 1);
            shorter
                .bodies
                .truncate(shorter.checkpoints[keep].0 as usize);
            let export = shorter.export();
            assert!(
                verify_export(&*export, Trust::Keys(log.keys.clone()), &[])
                    .unwrap()
                    .is_right()
            );
            let cut = shorter.size()..log.size();
            let kept = vec![log.kept(log.checkpoints.len() - 1)];
            Attacked {
                kept,
                ..found_within(vec![], &["cut"], cut)
            }
            .with(export)
        },
    ),
    ("another history, rightly signed", |log, dice| {
        let victim = below(dice, log.size());
        let mut bodies = log.bodies.clone();
        bodies[victim as usize] = body(victim + 1, dice);
        let sizes: Vec<u64> = log.checkpoints.iter().map(|(size, _)| *size).collect();
        let mut signers = vec![ed25519(ORIGIN, 1)];
        signers.extend((log.keys.len() > 1).then(|| sm2(ORIGIN, 2)));
        let export = Log::signed(bodies, &sizes, &signers).export();
        assert!(
            verify_export(&*export, Trust::Keys(log.keys.clone()), &[])
                .unwrap()
                .is_right()
        );
        let kept = (0..log.checkpoints.len())
            .map(|place| log.kept(place))
            .collect();
        let segment = log.around(victim);
        Attacked {
            kept,
            ..found_within(vec![], &["forked"], segment)
        }
        .with(export)
    }),
    ("two roots for one size", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let size = log.around(victim.number).end;
        let text = Checkpoint::new(ORIGIN, size, Hash::EMPTY_TREE, 0)
            .sign(&[&*ed25519(ORIGIN, 1)])
            .unwrap();
        let after = lines
            .iter()
            .position(|line| line.contains(&format!("\\n{size}\\n")))
            .unwrap();
        if lines[after].starts_with(b"{\"end\"") {
            let last = log.checkpoints.len() - 1;
            lines[after] = checkpoint_line(
                "checkpoint",
                &log.checkpoints[last].1,
                &edge_of(&lines[after]),
            );
            lines.push(checkpoint_line("end", &text, "[]"));
        } else {
            lines.insert(after + 1, checkpoint_line("checkpoint", &text, "[]"));
        }
        let mut attacked = found(lines, &["forked"], 0);
        attacked.expect = Expect {
            words: &["forked"],
            entries: None,
            line: Some(after as u64 + 2),
        };
        attacked
    }),
    ("signed with another key", |log, dice| {
        let sizes: Vec<u64> = log.checkpoints.iter().map(|(size, _)| *size).collect();
        let export = Log::signed(log.bodies.clone(), &sizes, &[ed25519(ORIGIN, 3)]).export();
        let _ = dice;
        let expect = Expect {
            words: &["signature"],
            entries: None,
            line: None,
        };
        Attacked {
            kept: vec![],
            export,
            expect,
        }
    }),
    ("a checkpoint altered", |log, dice| {
        let (_, mut lines) = victim(log, dice);
        let place = any_checkpoint(&lines, dice);
        let text = String::from_utf8(lines[place].0.clone()).unwrap();
        let altered = match below(dice, 3) {
            0 => text.replace("\\nat ", "\\nat 1"),
            1 => text.replacen("main\\n", "main\\n1", 1),
            _ => text.replacen("=\\n", "=\\nother\\n", 1),
        };
        lines[place] = Text(altered.into_bytes());
        let mut attacked = found(lines, &["signature"], 0);
        attacked.expect = Expect {
            words: &["signature"],
            entries: None,
            line: Some(place as u64 + 1),
        };
        attacked
    }),
    ("the edge altered", |log, dice| {
        let (_, mut lines) = victim(log, dice);
        let place = any_checkpoint(&lines, dice);
        let edge = edge_of(&lines[place]);
        let altered = edge.replacen(&edge[2..10], "00000000", 1);
        let text = String::from_utf8(lines[place].0.clone())
            .unwrap()
            .replace(&edge, &altered);
        lines[place] = Text(text.into_bytes());
        let mut attacked = found(lines, &["edge"], 0);
        attacked.expect = Expect {
            words: &["edge"],
            entries: None,
            line: Some(place as u64 + 1),
        };
        attacked
    }),
    ("a number altered", |log, dice| {
        let (victim, mut lines) = victim(log, dice);
        let (_, leaf, body) = parts(&lines[victim.line]);
        lines[victim.line] = line(victim.number + 1 + below(dice, 99), &leaf, &body);
        found(lines, &["renumbered"], victim.number)
    }),
    ("a bit flipped anywhere", flip),
    ("a bit flipped anywhere", flip),
    ("a bit flipped anywhere", flip),
    ("a bit flipped anywhere", flip),
];

fn flip(log: &Log, dice: &mut ChaCha8Rng) -> Attacked {
    let mut export = log.export();
    let place = below(dice, export.len() as u64) as usize;
    let lines = split(&export);
    let at = export[..place]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count();
    export[place] ^= 1 << below(dice, 8);
    let expect = if is_entry(&lines[at]) {
        let number = parts(&lines[at]).0;
        // A lost newline takes the next entry along; a lost number or quote damages the line.
        let words = &["changed", "leaf-hash", "renumbered", "damaged"];
        Expect {
            words,
            entries: Some(number..=number),
            line: None,
        }
    } else if at == 0 {
        Expect {
            words: &["header", "damaged"],
            entries: None,
            line: Some(1),
        }
    } else {
        let words = &["signature", "edge", "damaged", "checkpoint", "cut"];
        Expect {
            words,
            entries: None,
            line: None,
        }
    };
    Attacked {
        export,
        kept: vec![],
        expect,
    }
}

impl Attacked {
    fn with(mut self, export: Vec<u8>) -> Self {
        self.export = export;
        self
    }

    /// Where the two do not lie under one checkpoint, only the run between two checkpoints is known.
    fn widened(mut self, log: &Log, number: u64, together: bool) -> Self {
        if !together {
            let segment = log.around(number);
            self.expect.entries = Some(segment.start..=segment.end - 1);
        }
        self
    }
}

/// A line without its newline.
#[derive(Clone)]
struct Text(Vec<u8>);

impl Text {
    fn starts_with(&self, start: &[u8]) -> bool {
        self.0.starts_with(start)
    }

    fn contains(&self, part: &str) -> bool {
        self.0
            .windows(part.len())
            .any(|window| window == part.as_bytes())
    }
}

struct Victim {
    number: u64,
    line: usize,
}

fn victim(log: &Log, dice: &mut ChaCha8Rng) -> (Victim, Vec<Text>) {
    let lines = split(&log.export());
    let number = below(dice, log.size());
    (
        Victim {
            number,
            line: place_of(&lines, number),
        },
        lines,
    )
}

fn split(export: &[u8]) -> Vec<Text> {
    let lines = export
        .strip_suffix(b"\n")
        .unwrap()
        .split(|byte| *byte == b'\n');
    lines.map(|line| Text(line.to_vec())).collect()
}

fn is_entry(line: &Text) -> bool {
    line.starts_with(b"{\"i\":")
}

fn place_of(lines: &[Text], number: u64) -> usize {
    let start = format!("{{\"i\":{number},");
    lines
        .iter()
        .position(|line| line.starts_with(start.as_bytes()))
        .unwrap()
}

fn any_checkpoint(lines: &[Text], dice: &mut ChaCha8Rng) -> usize {
    let places: Vec<_> = (1..lines.len())
        .filter(|place| !is_entry(&lines[*place]))
        .collect();
    places[below(dice, places.len() as u64) as usize]
}

fn parts(line: &Text) -> (u64, String, Vec<u8>) {
    let text = str::from_utf8(&line.0).unwrap();
    let (number, rest) = text
        .strip_prefix("{\"i\":")
        .unwrap()
        .split_once(",\"h\":\"")
        .unwrap();
    let (leaf, body) = rest.split_once("\",\"e\":").unwrap();
    (
        number.parse().unwrap(),
        leaf.to_owned(),
        body.as_bytes()[..body.len() - 1].to_vec(),
    )
}

fn line(number: u64, leaf: &str, body: &[u8]) -> Text {
    let mut text = format!("{{\"i\":{number},\"h\":\"{leaf}\",\"e\":").into_bytes();
    text.extend(body);
    text.push(b'}');
    Text(text)
}

fn forged(number: u64, dice: &mut ChaCha8Rng) -> Text {
    let body = body(number + 1, dice);
    line(number, &Hash::of_leaf(&body).to_string(), &body)
}

fn renumbered(mut lines: Vec<Text>) -> Vec<Text> {
    for (number, text) in (0..).zip(lines.iter_mut().filter(|line| is_entry(line))) {
        let (_, leaf, body) = parts(text);
        *text = line(number, &leaf, &body);
    }
    lines
}

fn edge_of(line: &Text) -> String {
    let text = str::from_utf8(&line.0).unwrap();
    let (_, edge) = text.split_once("\"edge\":").unwrap();
    edge[..edge.len() - 1].to_owned()
}

fn checkpoint_line(key: &str, text: &str, edge: &str) -> Text {
    let text = serde_json::to_string(text).unwrap();
    Text(format!("{{\"{key}\":{text},\"edge\":{edge}}}").into_bytes())
}

fn found(lines: Vec<Text>, words: &'static [&'static str], number: u64) -> Attacked {
    let mut export = Vec::new();
    for line in lines {
        export.extend(line.0);
        export.push(b'\n');
    }
    let expect = Expect {
        words,
        entries: Some(number..=number),
        line: None,
    };
    Attacked {
        export,
        kept: Vec::new(),
        expect,
    }
}

fn found_within(
    lines: Vec<Text>,
    words: &'static [&'static str],
    range: std::ops::Range<u64>,
) -> Attacked {
    let mut attacked = found(lines, words, range.start);
    attacked.expect.entries = Some(range.start..=range.end - 1);
    attacked
}

#[test]
fn several_attacks_at_once_are_found() {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let log = Log::made(60, 8, &[ed25519(ORIGIN, 1)], &mut dice);
    let original = split(&log.export());
    for case in 0..150 {
        let mut lines = original.clone();
        for _ in 0..2 + below(&mut dice, 4) {
            let place = 1 + below(&mut dice, lines.len() as u64 - 1) as usize;
            let other = 1 + below(&mut dice, lines.len() as u64 - 1) as usize;
            match below(&mut dice, 5) {
                0 => lines.swap(place, other),
                1 => drop(lines.remove(place)),
                2 => lines.insert(other, lines[place].clone()),
                3 => lines.insert(place, forged(other as u64, &mut dice)),
                _ => {
                    let byte = below(&mut dice, lines[place].0.len() as u64) as usize;
                    lines[place].0[byte] ^= 1;
                }
            }
        }
        // Leaving out a checkpoint, or saying it twice, is no attack: the next one covers the same.
        let entries = |lines: &[Text]| -> Vec<Vec<u8>> {
            lines
                .iter()
                .filter(|line| is_entry(line))
                .map(|line| line.0.clone())
                .collect()
        };
        if entries(&lines) == entries(&original) {
            continue;
        }
        let export = found(lines, &[], 0).export;
        let report = verify_export(&*export, Trust::Keys(log.keys.clone()), &[]).unwrap();
        assert!(!report.is_right(), "case {case}");
        assert!(!report.findings.is_empty(), "case {case}: {report:#?}");
    }
}

/// In a tree of one level-1 tile: what the root proves, the tiles need not agree with, but do.
#[test]
fn a_higher_tile_that_disagrees_with_the_tiles_below_is_named() {
    let bodies: Vec<Vec<u8>> = (0..65_536u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let log = Log::signed(bodies, &[65_536], &[ed25519(ORIGIN, 1)]);
    let level0 = Tiles::of(&log);
    let mut fetched = Fetched {
        leaves: level0.leaves,
        ..Fetched::default()
    };
    for tile in complete_tiles(0, log.size(), &fetched).unwrap() {
        fetched.tiles.insert(tile.address, tile.hashes);
    }
    let verify = |tiles: &Fetched| {
        let checkpoints = log.checkpoints.iter().map(|(_, text)| text.as_str());
        let trust = Trust::Keys(log.keys.clone());
        verify_stored(
            trust,
            Vec::new(),
            [batch(0, &log.bodies)],
            checkpoints,
            tiles,
            &[],
        )
    };
    let report = verify(&fetched);
    assert!(report.is_right(), "{report:#?}");
    assert_eq!(
        report.unknown, 65_536,
        "these bytes are no entries, and proven all the same"
    );
    let top = TileAddress { level: 1, index: 0 };
    fetched.tiles.get_mut(&top).unwrap()[7] = Hash::EMPTY_TREE;
    let report = verify(&fetched);
    let told: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.text(Lang::En))
        .collect();
    assert_eq!(told, ["tile: the stored tile/1/000 is lacking or wrong"]);
}
