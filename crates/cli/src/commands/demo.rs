//! `shouxin demo`: a deployment with synthetic customers and personas, made once and opened again.

mod cast;
mod consents;
mod seed;
mod tour;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use shouxin_model::Moment;
use shouxin_server::serve::bind;
use shouxin_server::{Listen, Settings};
use shouxin_synth::Profile;
use shouxin_vault::World as _;
use shouxin_vault::world::Machine;

use super::init::ProfileName;
use super::serve::{Server, stop, unfit};
use crate::fault::Fault;
use crate::found::{Beginning, found_or_open};
use crate::place::{Place, Words};
use crate::private;
use crate::screen::Screen;

/// Make a deployment with synthetic customers, and serve it
///
/// Founds a deployment in the data directory, opens accounts for a handful of personas (their passwords
/// and second factors are made once and kept in `personas.json` there, mode 0600), fills it with synthetic
/// customers, and serves it on this machine alone. Nobody described in it exists. Stopped at any moment
/// and run again, it goes on where it was; when it is complete, it only serves.
///
/// Example:
///   shouxin demo --data ./demo-data/after-sales --profile after-sales
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Demo {
    /// The data directory, made if it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Which line of business
    #[arg(long, value_enum, default_value_t = ProfileName::AfterSales)]
    profile: ProfileName,
    /// How many synthetic customers
    #[arg(long, default_value_t = 5000)]
    customers: u64,
    /// The port to listen on, on this machine alone; 0 takes any
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Make everything, but do not serve
    #[arg(long)]
    no_serve: bool,
}

/// What the demo in a data directory was begun with. The customers grow from it alone, so that seeding
/// can go on at any customer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Plan {
    profile: ProfileName,
    seed: u64,
    now: Moment,
    customers: u64,
    done: bool,
}

impl Demo {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let mut plan = self.plan()?;
        if plan.profile != self.profile {
            let (made, data) = (plan.profile.name(), self.data.display());
            return Err(Fault::unable(
                format!("{data} 是 {made} 的演示。请换一个目录,或删除它"),
                format!("{data} holds a demo of {made}: choose another directory, or remove it"),
            ));
        }
        let listen = Listen {
            address: SocketAddr::from(([127, 0, 0, 1], self.port)),
            ..Listen::default()
        };
        // The port first: whoever forgot a running demo is told so before anything is opened.
        let bound = if self.no_serve {
            None
        } else {
            Some(bind(&listen).map_err(unfit)?)
        };
        let place = Place::new(Words {
            data: Some(self.data.clone()),
            ..Words::default()
        })?;
        private::folder(&self.data)?;
        let beginning = Beginning::of_profile(self.profile.name())?;
        let (vault, _) = found_or_open(&place, &beginning, screen).await?;
        vault.face(&place.witness()).await?;
        let personas = cast::open(&vault, self.profile, &self.data, screen).await?;
        if !plan.done {
            let witness = place.witness();
            let front_line = &personas.personas[0].login;
            let filled = async {
                seed::seed(&vault, &witness, &plan, front_line, screen).await?;
                consents::say(&vault, front_line, screen).await?;
                vault.sign_checkpoint(Some(&witness)).await?;
                Ok(())
            };
            let seeded = tokio::select! {
                seeded = filled => seeded,
                () = stop()? => Err(interrupted()),
            };
            // Every write is whole or not there: what was under way is finished before the store closes.
            if let Err(fault) = seeded {
                vault.close().await;
                return Err(fault);
            }
            plan.done = true;
            self.keep(&plan)?;
        }
        let Some(bound) = bound else {
            vault.close().await;
            return screen.say("演示数据已就绪。", "The demo is ready.");
        };
        let url = format!("http://{}", bound.address());
        // Only one line of business has payments that are found by their number.
        let payment = match self.profile {
            ProfileName::ServiceCentre => seed::payment(&plan, &personas.personas[0].login),
            _ => None,
        };
        let payment = payment.as_deref();
        let tour = tour::text(&vault, &personas, self.profile, &url, payment, screen).await?;
        let mut settings = Settings::default();
        // Nobody described in a demo exists: there is nobody to send a code to.
        settings.me.outbox = true;
        let server = Server {
            bound,
            vault,
            place,
            settings,
        };
        server.run(|| screen.print(&tour)).await
    }

    /// What this data directory was begun with, or is from now on.
    fn plan(&self) -> Result<Plan, Fault> {
        let path = self.data.join(PLAN);
        if let Some(text) = private::read(&path)? {
            return serde_json::from_str(&text).map_err(|_| {
                let path = path.display();
                Fault::unable(format!("{path} 已损坏"), format!("{path} cannot be read"))
            });
        }
        let now = Machine.now();
        // A seed of its own, so that two demos differ; it needs to be no secret.
        let seed = now.micros().unsigned_abs();
        let plan = Plan {
            profile: self.profile,
            seed,
            now,
            customers: self.customers,
            done: false,
        };
        self.keep(&plan)?;
        Ok(plan)
    }

    fn keep(&self, plan: &Plan) -> Result<(), Fault> {
        let text = serde_json::to_vec_pretty(plan)
            .map_err(|error| Fault::because("无法保存", "cannot be kept", &error))?;
        private::write(&self.data.join(PLAN), &text)
    }
}

fn interrupted() -> Fault {
    Fault::no(
        "已停止。再次运行同一命令即从此处继续。",
        "stopped; the same command goes on from here.",
    )
}

/// The generator's name of a profile.
fn synthetic(profile: ProfileName) -> Profile {
    match profile {
        ProfileName::AfterSales => Profile::AfterSales,
        ProfileName::Express => Profile::Express,
        ProfileName::ServiceCentre => Profile::ServiceCentre,
    }
}

/// The personas' file of a demo.
fn personas_file(data: &Path) -> PathBuf {
    data.join("personas.json")
}

/// What the demo was begun with.
const PLAN: &str = "demo.json";
