//! The commands, one file a noun.

mod api_key;
mod approvals;
mod backup;
mod cases;
mod consent;
mod demo;
mod detect;
mod devices;
mod discoveries;
mod doctor;
mod downstreams;
mod drill;
mod erase;
mod export;
mod find;
mod grants;
mod import;
mod init;
mod jobs;
mod keys;
mod ledger;
mod notice;
mod policies;
mod read;
mod record;
mod register;
mod restore;
mod scan;
mod serve;
mod session;
mod staff;
mod stand_ins;
mod trace;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::fault::Fault;
use crate::screen::{Lang, Screen};

/// What stands for standard input where a file is named.
const STANDARD_INPUT: &str = "-";

/// Shouxin 守信: customers' personal data sealed field by field, read only for a declared purpose, with
/// every access proved
///
/// A first look, with synthetic customers:
///   shouxin demo --data ./demo-data/after-sales
///
/// In earnest:
///   shouxin init --data /var/lib/shouxin --profile after-sales
///   shouxin serve --data /var/lib/shouxin
///   shouxin activate --login li.xiaoyan --name 李晓燕
///   shouxin sign-in --login li.xiaoyan
///
/// Exit codes: 0 done; 1 the answer is no (refused, not right, findings); 2 it could not be carried out.
#[derive(Parser, Debug)]
#[command(name = "shouxin", version, verbatim_doc_comment, max_term_width = 110)]
pub(crate) struct Cli {
    /// The language of answers: zh or en; otherwise that of the environment (LANG)
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Lang>,
    /// Print answers as JSON, as the server gave them
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Init(init::Init),
    Serve(serve::Serve),
    Demo(demo::Demo),
    Activate(session::Activate),
    SignIn(session::SignIn),
    SignOut(session::SignOut),
    StepUp(session::StepUp),
    #[command(name = "whoami")]
    WhoAmI(session::WhoAmI),
    Password(session::Password),
    Cases(cases::Cases),
    Case(cases::CaseCommand),
    Read(read::Read),
    Search(find::Search),
    Count(find::Count),
    Record(record::RecordCommand),
    Import(import::ImportFile),
    Export(export::ExportCommand),
    Exports(export::Exports),
    Trace(trace::Trace),
    Detect(detect::Detect),
    Redact(detect::Redact),
    Scan(scan::Scan),
    Register(register::RegisterCommand),
    Policies(policies::PoliciesCommand),
    Notice(notice::NoticeCommand),
    Approvals(approvals::Approvals),
    Grants(grants::Grants),
    BreakGlass(grants::BreakGlass),
    Alarms(grants::Alarms),
    Reviews(grants::Reviews),
    Devices(devices::Devices),
    Jobs(jobs::Jobs),
    Keys(keys::KeysCommand),
    Staff(staff::StaffCommand),
    ApiKey(api_key::ApiKeyCommand),
    Discoveries(discoveries::DiscoveriesCommand),
    Downstream(downstreams::DownstreamCommand),
    Ledger(ledger::LedgerCommand),
    Consent(consent::Consent),
    Restriction(consent::Restriction),
    Erase(erase::Erase),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Drill(drill::Drill),
    Doctor(doctor::Doctor),
    /// Print a completion script for your shell
    ///
    /// Example:
    ///   shouxin completions bash > ~/.local/share/bash-completion/completions/shouxin
    #[command(verbatim_doc_comment)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the OpenAPI description of this version's HTTP API
    ///
    /// Example:
    ///   shouxin openapi > openapi.json
    #[command(name = "openapi", verbatim_doc_comment)]
    OpenApi,
}

impl Cli {
    /// Carries the command out.
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        match self.command {
            Command::Init(command) => command.run(screen).await,
            Command::Serve(command) => command.run(screen).await,
            Command::Demo(command) => command.run(screen).await,
            Command::Activate(command) => command.run(screen).await,
            Command::SignIn(command) => command.run(screen).await,
            Command::SignOut(command) => command.run(screen).await,
            Command::StepUp(command) => command.run(screen).await,
            Command::WhoAmI(command) => command.run(screen).await,
            Command::Password(command) => command.run(screen).await,
            Command::Cases(command) => command.run(screen).await,
            Command::Case(command) => command.run(screen).await,
            Command::Read(command) => command.run(screen).await,
            Command::Search(command) => command.run(screen).await,
            Command::Count(command) => command.run(screen).await,
            Command::Record(command) => command.run(screen).await,
            Command::Import(command) => command.run(screen).await,
            Command::Export(command) => command.run(screen).await,
            Command::Exports(command) => command.run(screen).await,
            Command::Trace(command) => command.run(screen).await,
            Command::Detect(command) => command.run(screen).await,
            Command::Redact(command) => command.run(screen).await,
            Command::Scan(command) => command.run(screen).await,
            Command::Register(command) => command.run(screen).await,
            Command::Policies(command) => command.run(screen).await,
            Command::Notice(command) => command.run(screen).await,
            Command::Approvals(command) => command.run(screen).await,
            Command::Grants(command) => command.run(screen).await,
            Command::BreakGlass(command) => command.run(screen).await,
            Command::Alarms(command) => command.run(screen).await,
            Command::Reviews(command) => command.run(screen).await,
            Command::Devices(command) => command.run(screen).await,
            Command::Jobs(command) => command.run(screen).await,
            Command::Keys(command) => command.run(screen).await,
            Command::Staff(command) => command.run(screen).await,
            Command::ApiKey(command) => command.run(screen).await,
            Command::Discoveries(command) => command.run(screen).await,
            Command::Downstream(command) => command.run(screen).await,
            Command::Ledger(command) => command.run(screen).await,
            Command::Consent(command) => command.run(screen).await,
            Command::Restriction(command) => command.run(screen).await,
            Command::Erase(command) => command.run(screen).await,
            Command::Backup(command) => command.run(screen).await,
            Command::Restore(command) => command.run(screen).await,
            Command::Drill(command) => command.run(screen).await,
            Command::Doctor(command) => command.run(screen).await,
            Command::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "shouxin", &mut script);
                screen.print(&String::from_utf8_lossy(&script))
            }
            Command::OpenApi => screen.print(&shouxin_server::openapi_json()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_says_what_it_is() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} has no help");
            for option in command.get_arguments() {
                assert!(
                    option.get_help().is_some(),
                    "{path} {} has no help",
                    option.get_id()
                );
            }
            command.get_subcommands().for_each(|sub| check(sub, &path));
        }
        check(&Cli::command(), "");
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let long = command
                .get_long_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                long.contains("Example:\n  "),
                "{} shows no example",
                command.get_name()
            );
        }
    }
}
