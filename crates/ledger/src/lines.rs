//! Lines of a long file, read in order, looked at beside each other, taken in order.

use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Some lines one after the other.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Where each ends in `bytes`, and whether it was whole.
    ends: Vec<(usize, bool)>,
}

impl Chunk {
    fn is_full(&self) -> bool {
        self.bytes.len() >= CHUNK_BYTES
    }

    /// What `look` says of each line; `None` for one that was not whole.
    fn looked_at<T>(&self, look: impl Fn(&[u8]) -> Option<T>) -> Vec<Option<T>> {
        let mut begin = 0;
        let line = |(end, whole): &(usize, bool)| {
            let line = &self.bytes[begin..*end];
            begin = *end;
            look(line).filter(|_| *whole)
        };
        self.ends.iter().map(line).collect()
    }
}

/// Reads lines to the end of `reader`, has `look` look at each on as many threads as there are processors, and
/// hands over to `take`, in their order, what it said; `None` for a line that is too long or ends without a
/// newline. `take` says whether it wants more. Holds some megabytes, however long the file.
///
/// # Errors
/// Those of `reader`, after the lines before it were taken.
pub(crate) fn in_order<T: Send>(
    reader: &mut impl BufRead,
    look: impl Fn(&[u8]) -> Option<T> + Sync,
    mut take: impl FnMut(Option<T>) -> bool,
) -> io::Result<()> {
    let count = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<Worker<T>> = (0..count.min(MOST))
            .map(|_| Worker::begin(scope, &look))
            .collect();
        let (mut sent, mut taken, mut ended) = (0, 0, Ok(false));
        loop {
            // As many under way as each can do one and have one waiting.
            while matches!(ended, Ok(false)) && sent < taken + 2 * workers.len() {
                let mut chunk = Chunk::default();
                ended = fill(&mut chunk, reader);
                workers[sent % workers.len()].give(chunk);
                sent += 1;
            }
            if taken == sent {
                return ended.map(drop);
            }
            let lines = workers[taken % workers.len()].answer();
            taken += 1;
            for line in lines {
                if !take(line) {
                    return Ok(());
                }
            }
        }
    })
}

/// A thread that looks at chunks in the order in which it gets them.
struct Worker<T> {
    chunks: SyncSender<Chunk>,
    answers: Receiver<Vec<Option<T>>>,
}

impl<T: Send> Worker<T> {
    fn begin<'scope>(
        scope: &'scope thread::Scope<'scope, '_>,
        look: &'scope (impl Fn(&[u8]) -> Option<T> + Sync),
    ) -> Self
    where
        T: 'scope,
    {
        let (chunks, given) = sync_channel::<Chunk>(2);
        let (answer, answers) = sync_channel(2);
        scope.spawn(move || {
            for chunk in given {
                // Whoever wants no more has gone.
                if answer.send(chunk.looked_at(look)).is_err() {
                    return;
                }
            }
        });
        Self { chunks, answers }
    }

    fn give(&self, chunk: Chunk) {
        // A thread that panicked ends the scope with its panic.
        let _ = self.chunks.send(chunk);
    }

    fn answer(&self) -> Vec<Option<T>> {
        self.answers.recv().unwrap_or_default()
    }
}

/// Says whether the file has ended.
fn fill(chunk: &mut Chunk, reader: &mut impl BufRead) -> io::Result<bool> {
    let mut line = Vec::new();
    while !chunk.is_full() {
        line.clear();
        let whole = read_line(reader, &mut line)?;
        if line.is_empty() && !whole {
            return Ok(true);
        }
        chunk.bytes.extend(&line);
        chunk.ends.push((chunk.bytes.len(), whole));
    }
    Ok(false)
}

/// Reads a line without its newline, at most `MAX_LINE` bytes of it. Says whether it was whole.
pub(crate) fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let newline = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..newline.unwrap_or(buffer.len())];
        let room = MAX_LINE.saturating_sub(line.len());
        line.extend(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(newline.is_some());
        reader.consume(used);
        if newline.is_some() {
            return Ok(line.len() < MAX_LINE);
        }
    }
}

const MAX_LINE: usize = 1 << 20;

/// Lines that go to a thread together, in bytes: some hundred entries, so that handing over costs little.
const CHUNK_BYTES: usize = 1 << 18;

/// Beyond that, putting the lines in order is what takes the time.
const MOST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &[u8], stop: usize) -> io::Result<Vec<Option<usize>>> {
        let mut taken = Vec::new();
        let look = |line: &[u8]| {
            str::from_utf8(line)
                .ok()?
                .trim_end_matches('.')
                .parse()
                .ok()
        };
        in_order(&mut io::BufReader::new(text), look, |line| {
            taken.push(line);
            taken.len() < stop
        })?;
        Ok(taken)
    }

    #[test]
    fn lines_come_in_their_order_each_once() {
        let line = |n: usize| format!("{n}{}\n", ".".repeat(n % 300));
        let text: String = (0..50_000).map(line).collect();
        let all: Vec<_> = (0..50_000).map(Some).collect();
        assert_eq!(numbers(text.as_bytes(), usize::MAX).unwrap(), all);
        // Whoever has enough gets no more, and nobody waits for the threads.
        assert_eq!(numbers(text.as_bytes(), 7_000).unwrap(), all[..7_000]);
    }

    #[test]
    fn a_line_that_is_no_number_or_not_whole_is_none() {
        assert_eq!(
            numbers(b"1\nx\n\n3", 9).unwrap(),
            [Some(1), None, None, None]
        );
        assert_eq!(numbers(b"", 9).unwrap(), []);
    }

    #[test]
    fn an_error_comes_after_the_lines_before_it() {
        struct Broken(usize);
        impl io::Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 100_000 {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                buffer[..2].copy_from_slice(b"7\n");
                Ok(2)
            }
        }
        let mut count = 0;
        let mut reader = io::BufReader::new(Broken(0));
        let read = in_order(
            &mut reader,
            |line| Some(line.len()),
            |_| {
                count += 1;
                true
            },
        );
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(count, 100_000);
    }
}
