//! Where a command writes what is long: standard output, or a file that takes its name when it is whole.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::Path;

use crate::fault::Fault;
use crate::private::Fresh;

/// Standard output or a file.
pub(crate) enum Out {
    /// Standard output.
    Standard(BufWriter<Stdout>),
    /// A file for its owner alone, gone if it is not closed.
    File(BufWriter<Fresh>),
}

impl Out {
    /// To this file; to standard output without one.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Fault> {
        Ok(match file {
            None => Self::Standard(BufWriter::with_capacity(SIZE, io::stdout())),
            Some(path) => Self::File(BufWriter::with_capacity(SIZE, Fresh::create(path)?)),
        })
    }

    /// Everything was written. A reader that left early is no fault.
    pub(crate) fn close(self) -> Result<(), Fault> {
        match self {
            Self::Standard(mut out) => match out.flush() {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::because(
                    "无法写到标准输出",
                    "standard output cannot be written",
                    &error,
                )),
                _ => Ok(()),
            },
            Self::File(out) => out
                .into_inner()
                .map_err(|error| {
                    let error = error.into_error();
                    Fault::because("无法写入文件", "the file cannot be written", &error)
                })?
                .keep(),
        }
    }
}

const SIZE: usize = 1 << 16;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}
