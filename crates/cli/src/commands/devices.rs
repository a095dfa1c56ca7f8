//! `shouxin devices`.

use clap::{Args, Subcommand};
use shouxin_model::DeviceId;
use shouxin_wire::devices::Device;

use crate::fault::Fault;
use crate::home::Home;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Register the device one works on, for what the register opens on registered devices only
///
/// `name` registers this machine for whoever is signed in and keeps what it is recognised by in
/// `$SHOUXIN_HOME` (or ~/.config/shouxin), mode 0600; every later command shows it. It counts once a
/// security administrator has approved it.
///
/// Example:
///   shouxin devices name "counter 3"
///   shouxin devices list
///   shouxin devices approve dev_06fs8k0000000000000000000g
///   shouxin devices revoke dev_06fs8k0000000000000000000g
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Devices {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List one's own devices; everybody's for security administrators
    List,
    /// Register this machine under a name
    #[command(visible_alias = "register")]
    Name {
        /// What to call it: at most 60 characters
        name: String,
    },
    /// Approve somebody else's device
    Approve {
        /// The device
        device: DeviceId,
    },
    /// End a device: from now on it no longer counts
    #[command(visible_alias = "remove")]
    Revoke {
        /// The device
        device: DeviceId,
    },
}

impl Devices {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let home = Home::find()?;
        let kept = self.link.kept(&home)?;
        let client = self.link.client(screen)?;
        let own = home.device(&kept.server, &kept.login)?;
        let is_own = |device| own.as_ref().is_some_and(|own| own.device == device);
        match self.verb {
            Verb::List => {
                let list = client.devices().await?;
                screen.answer(&list, || listed(&list.devices, is_own, screen))
            }
            Verb::Name { name } => {
                let (device, token) = client.register_device(&name).await?;
                home.keep_device(&kept.server, &kept.login, &token)?;
                screen.answer(&device, || {
                    screen
                        .pick(
                            "本机已登记为 {device},待安全管理员批准:shouxin devices approve {device}",
                            "This machine is registered as {device}. It waits for a security administrator: \
                             shouxin devices approve {device}",
                        )
                        .replace("{device}", &device.device.to_string())
                })
            }
            Verb::Approve { device } => {
                client.approve_device(device).await?;
                screen.say(
                    format!("设备 {device} 已批准。"),
                    format!("The device {device} is approved."),
                )
            }
            Verb::Revoke { device } => {
                client.remove_device(device).await?;
                if is_own(device) {
                    home.forget_device(&kept.server, &kept.login)?;
                }
                screen.say(
                    format!("设备 {device} 已移除。"),
                    format!("The device {device} is removed."),
                )
            }
        }
    }
}

fn listed(devices: &[Device], is_own: impl Fn(DeviceId) -> bool, screen: &Screen) -> String {
    if devices.is_empty() {
        return screen
            .pick("没有登记的设备。", "No device is registered.")
            .to_owned();
    }
    let mut table = Table::new([
        screen.pick("设备", "device"),
        screen.pick("状态", "state"),
        screen.pick("名称", "name"),
        screen.pick("所属人员", "of"),
        screen.pick("登记时间", "registered at"),
        "",
    ]);
    for one in devices {
        let here = if is_own(one.device) {
            screen.pick("本机", "this machine")
        } else {
            ""
        };
        table.row([
            &one.device.to_string(),
            state(&one.state, screen),
            &one.name,
            &one.staff.to_string(),
            &one.created_at.to_string(),
            here,
        ]);
    }
    table.render()
}

fn state<'a>(word: &'a str, screen: &Screen) -> &'a str {
    match word {
        "waiting" => screen.pick("待批准", word),
        "active" => screen.pick("有效", word),
        "removed" => screen.pick("已移除", word),
        other => other,
    }
}
