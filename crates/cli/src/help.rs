//! What `--help` prints, in lines as long as the terminal is wide.

use clap::Command;

/// The command whose texts flow, with all below it. They are written in lines of the source's width; an example,
/// which is indented, keeps its own.
pub(crate) fn flowing(command: Command) -> Command {
    let about = command.get_long_about().map(ToString::to_string);
    let command = match about {
        Some(about) => command.long_about(flowed(&about)),
        None => command,
    };
    command.mut_subcommands(flowing)
}

fn flowed(text: &str) -> String {
    let mut flowed = String::with_capacity(text.len());
    let mut before = "";
    for line in text.lines() {
        let goes_on = !before.is_empty() && !before.ends_with(':') && !line.is_empty();
        if goes_on && !before.starts_with(' ') && !line.starts_with(' ') {
            flowed.push(' ');
        } else if !flowed.is_empty() {
            flowed.push('\n');
        }
        flowed.push_str(line);
        before = line;
    }
    flowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_flows_and_an_example_stays() {
        let text = "Find\n\nReads files, or\nthe input.\n\nExample:\n  shouxin a\n  shouxin b\nEnd";
        let expected =
            "Find\n\nReads files, or the input.\n\nExample:\n  shouxin a\n  shouxin b\nEnd";
        assert_eq!(flowed(text), expected);
    }
}
