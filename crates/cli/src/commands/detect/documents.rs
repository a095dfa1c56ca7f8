//! Documents, one a line of JSON, looked at on several threads and told in their order.

use std::borrow::Cow;
use std::io::{BufRead, Read};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shouxin_detect::{Detector, Hit};
use shouxin_scan::Problem;

/// A document as it is read and, redacted, written. What its line holds is not copied, unless the text is
/// written with escapes.
#[derive(Deserialize, Serialize)]
pub(super) struct Document<'a> {
    /// Whatever it is, it is written as it was.
    #[serde(borrow, default = "null")]
    pub(super) id: &'a RawValue,
    #[serde(borrow)]
    pub(super) text: Cow<'a, str>,
}

const fn null() -> &'static RawValue {
    RawValue::NULL
}

/// How each document is looked at.
#[derive(Clone, Copy)]
pub(super) struct Looking<'d> {
    pub(super) detector: &'d Detector,
    /// On how many threads; one for each core of the machine by default, but no more than [`MOST_THREADS`].
    pub(super) threads: Option<NonZero<usize>>,
}

/// Beyond this the reading of one file holds all of them up, and memory grows with each.
const MOST_THREADS: usize = 16;

/// Looks at every document of `input`. `make` adds to a list of bytes what is told of one; `tell` gets what was
/// made of some of them, in their order. Memory stays the same however long the input is.
pub(super) fn each<M, T>(
    input: &mut dyn BufRead,
    looking: Looking<'_>,
    bar: &ProgressBar,
    make: M,
    mut tell: T,
) -> Result<(), Problem>
where
    M: Fn(&mut Vec<u8>, &Document<'_>, &[Hit]) -> Result<(), Problem> + Sync,
    T: FnMut(&[u8]) -> Result<(), Problem>,
{
    let cores = || thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let threads = looking.threads.unwrap_or_else(cores).get();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for _ in 0..threads.min(MOST_THREADS) {
            let (give, given) = sync_channel::<Batch>(AHEAD);
            let (done, made) = sync_channel(AHEAD);
            workers.push(Worker { give, made });
            let make = &make;
            scope.spawn(move || {
                for mut batch in given {
                    batch.look(looking.detector, make);
                    // Whoever asked may have left.
                    if done.send(batch).is_err() {
                        break;
                    }
                }
            });
        }
        // Workers take turns, so what they make comes in the order of what they were given.
        let (mut given, mut told, mut lines) = (0, 0, 0);
        let mut end = None;
        // Batches that were told lend their room to the next.
        let mut spare: Vec<Batch> = Vec::new();
        loop {
            if end.is_none() && given < told + workers.len() * AHEAD {
                let mut batch = spare.pop().unwrap_or_default();
                match batch.read(input, lines) {
                    Ok(()) if !batch.bytes.is_empty() => {
                        bar.inc(batch.bytes.len() as u64);
                        lines += batch.lines();
                        turn(&workers, given)?
                            .give
                            .send(batch)
                            .map_err(|_| Problem::Damaged)?;
                        given += 1;
                    }
                    // What was read before is told before that.
                    ended => end = Some(ended),
                }
                continue;
            }
            if told == given {
                return end.unwrap_or(Ok(()));
            }
            let mut batch = turn(&workers, told)?
                .made
                .recv()
                .map_err(|_| Problem::Damaged)?;
            told += 1;
            tell(&batch.made)?;
            batch.unreadable.take().map_or(Ok(()), Err)?;
            spare.push(batch);
        }
    })
}

/// How many batches wait for each worker, and how many that it has made.
const AHEAD: usize = 2;

struct Worker {
    give: SyncSender<Batch>,
    made: Receiver<Batch>,
}

/// The worker whose turn the batch of this number is.
fn turn(workers: &[Worker], number: usize) -> Result<&Worker, Problem> {
    let place = number.checked_rem(workers.len());
    place
        .and_then(|place| workers.get(place))
        .ok_or(Problem::Damaged)
}

/// Some whole lines, and what was made of them.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// How many lines stand before it.
    before: u64,
    /// Up to the line that could not be read, if there is one.
    made: Vec<u8>,
    /// Why a line could not be read.
    unreadable: Option<Problem>,
}

/// What a batch holds at least, in bytes, unless the input ends: enough that handing it over costs nothing,
/// little enough that the first hits come at once.
const BATCH: usize = 1 << 16;

/// No document is longer, in bytes: a file without line breaks must not fill the memory.
const LONGEST_LINE: u64 = 64 << 20;

impl Batch {
    /// Reads the next lines in place of those before; none at the end.
    fn read(&mut self, input: &mut dyn BufRead, before: u64) -> Result<(), Problem> {
        self.before = before;
        self.bytes.clear();
        self.made.clear();
        input.take(BATCH as u64).read_to_end(&mut self.bytes)?;
        if self.bytes.last().is_some_and(|last| *last != b'\n') {
            input
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut self.bytes)?;
        }
        Ok(())
    }

    fn lines(&self) -> u64 {
        self.bytes
            .iter()
            .map(|byte| u64::from(*byte == b'\n'))
            .sum()
    }

    /// Makes of each document what `make` does.
    fn look<M>(&mut self, detector: &Detector, make: &M)
    where
        M: Fn(&mut Vec<u8>, &Document<'_>, &[Hit]) -> Result<(), Problem>,
    {
        let Self { bytes, made, .. } = self;
        let mut lines = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .zip(self.before + 1..);
        let outcome = lines.try_for_each(|(line, number)| {
            if line.iter().all(u8::is_ascii_whitespace) {
                return Ok(());
            }
            // The parser's words may repeat the text.
            let document: Document<'_> =
                serde_json::from_slice(line).map_err(|_| Problem::Line(number))?;
            make(made, &document, &detector.detect(&document.text))
        });
        self.unreadable = outcome.err();
    }
}
