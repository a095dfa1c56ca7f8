//! Running other programs.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a command of ours answers: a message for people when it fails.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

/// `cargo` in the repository's root.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Where cargo puts what it builds under this profile: our own program lies in `debug`.
pub(crate) fn built(profile: &str, program: &str) -> Outcome<PathBuf> {
    let own = std::env::current_exe().map_err(|error| format!("xtask: {error}"))?;
    let target = own.parent().and_then(|debug| debug.parent());
    let target = target.ok_or("xtask does not lie where cargo builds")?;
    Ok(target.join(profile).join(program))
}

/// Runs the command with our own input and output.
pub(crate) fn go(command: &mut Command) -> Outcome {
    let shown = shown(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown}: {status}")),
        Err(error) => Err(format!("{shown}: cannot be started: {error}")),
    }
}

/// Runs the command and gives its standard output.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let shown = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{shown}: cannot be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{shown}: printed no text"))
}

/// Whether a program of this name is on the path.
pub(crate) fn is_on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// SQLite and AWS-LC are C. Neither needs cmake or an assembler beside the compiler on Linux.
pub(crate) fn need_c_compiler() -> Outcome {
    if is_on_path("cc") {
        return Ok(());
    }
    Err(
        "a C compiler is needed, `cc` on the path (Debian: apt-get install gcc libc6-dev)"
            .to_owned(),
    )
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}
