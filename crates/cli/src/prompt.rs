//! Asking a person.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use crate::fault::Fault;
use crate::private;

/// A secret, typed unseen; from standard input if that is no terminal.
pub(crate) fn password(question: &str) -> Result<String, Fault> {
    if !io::stdin().is_terminal() {
        return line();
    }
    rpassword::prompt_password(question)
        .map_err(|error| Fault::because("无法读取输入", "what is typed cannot be read", &error))
}

/// A secret from a file that its owner alone may read, or typed.
pub(crate) fn password_or_file(file: Option<&Path>, question: &str) -> Result<String, Fault> {
    match file {
        None => password(question),
        Some(path) => private::read(path)?
            .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
            .ok_or_else(|| Fault::file(path, &io::Error::from(io::ErrorKind::NotFound))),
    }
}

/// A word, typed.
pub(crate) fn word(question: &str) -> Result<String, Fault> {
    if io::stdin().is_terminal() {
        // Nothing is lost if the question cannot be shown: the answer is waited for all the same.
        let _ = io::stderr()
            .write_all(question.as_bytes())
            .and_then(|()| io::stderr().flush());
    }
    line().map(|text| text.trim().to_owned())
}

fn line() -> Result<String, Fault> {
    let mut text = String::new();
    let count = io::stdin()
        .lock()
        .read_line(&mut text)
        .map_err(|error| Fault::because("无法读取输入", "what is typed cannot be read", &error))?;
    if count == 0 {
        return Err(Fault::unable(
            "输入已结束,缺少应答",
            "the input ended before an answer",
        ));
    }
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(text)
}
