//! Being run by a shell.

/// Whether this text, in lower case, would run in a shell that is given it.
pub(crate) fn is_command(lower: &str) -> bool {
    lower.contains("() {")
        || within(lower, "$(", ")")
        || within(lower, "`", "`")
        || CHAINS.iter().any(|chain| {
            lower
                .match_indices(chain)
                .any(|(at, _)| starts_command(&lower[at + chain.len()..], lower.is_ascii()))
        })
}

/// Whether what stands between these signs begins like a command.
fn within(lower: &str, open: &str, close: &str) -> bool {
    lower.match_indices(open).any(|(at, _)| {
        let inside = &lower[at + open.len()..];
        inside
            .split_once(close)
            .is_some_and(|(inside, _)| starts_command(inside, true))
    })
}

/// Whether this begins with a program's name and what a program takes. Alone, `id` or `sh` is a command
/// only where no other script stands beside it: after a Chinese semicolon they are words.
fn starts_command(text: &str, alone: bool) -> bool {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    let (program, rest) = text.split_at(end);
    if !PROGRAMS.contains(&program) {
        return false;
    }
    let rest = rest.trim_start();
    rest.starts_with(['-', '/', '|', '>', '$'])
        || rest.starts_with("http")
        || (rest.is_empty() && alone)
}

const CHAINS: [&str; 4] = [";", "|", "&", "\n"];

const PROGRAMS: [&str; 22] = [
    "bash",
    "cat",
    "chmod",
    "cmd",
    "curl",
    "dir",
    "echo",
    "id",
    "ls",
    "nc",
    "ncat",
    "nslookup",
    "perl",
    "ping",
    "powershell",
    "python",
    "rm",
    "sh",
    "type",
    "uname",
    "wget",
    "whoami",
];
