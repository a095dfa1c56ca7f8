//! Text files of ours with a first line that says what they are and a last line that shows damage.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

/// Why a text is not such a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFault {
    /// Its first line names something else.
    OtherFile,
    /// Its first line names a version that is not 1.
    Version(u32),
    /// Its checksum does not match, or its ends are missing.
    Damaged,
}

/// `magic 1`, the lines of `body` (each ended), and the checksum over both.
pub(crate) fn with_checksum(magic: &str, body: &str) -> Zeroizing<String> {
    // Reserved ahead, so that growing leaves no copy behind: a root file holds a key.
    let mut text = Zeroizing::new(String::with_capacity(magic.len() + body.len() + 64));
    text.push_str(magic);
    text.push_str(" 1\n");
    text.push_str(body);
    let sum = checksum(&text);
    text.push_str(CHECKSUM);
    text.push_str(&sum);
    text.push('\n');
    text
}

/// The lines between the first and the last, once both are found right.
pub(crate) fn parse_checked<'a>(text: &'a str, magic: &str) -> Result<Vec<&'a str>, FileFault> {
    let version = text
        .strip_prefix(magic)
        .and_then(|rest| rest.strip_prefix(' '))
        .and_then(|rest| rest.lines().next())
        .ok_or(FileFault::OtherFile)?;
    match version.parse() {
        Ok(1) => (),
        Ok(version) => return Err(FileFault::Version(version)),
        Err(_) => return Err(FileFault::Damaged),
    }
    let at = text.rfind(CHECKSUM).ok_or(FileFault::Damaged)?;
    let (content, last) = text.split_at(at);
    let sum = last
        .strip_prefix(CHECKSUM)
        .and_then(|rest| rest.strip_suffix('\n'));
    if sum != Some(checksum(content).as_str()) {
        return Err(FileFault::Damaged);
    }
    Ok(content.lines().skip(1).collect())
}

/// Eight bytes of SHA-256 in hexadecimal. It shows damage; it proves nothing to a forger.
fn checksum(content: &str) -> String {
    HEXLOWER.encode(&digest(&SHA256, content.as_bytes()).as_ref()[..8])
}

const CHECKSUM: &str = "checksum ";
