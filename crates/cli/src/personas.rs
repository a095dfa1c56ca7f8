//! The demo's personas: accounts of a demo, with everything one needs to be them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shouxin_model::Text;
use shouxin_vault::World as _;
use shouxin_vault::world::Machine;

use crate::fault::Fault;
use crate::private;
use crate::screen::Screen;
use crate::totp::Device;

/// The personas of one demo, in a file, mode 0600.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Personas {
    /// What the file is, for whoever finds it.
    pub(crate) about: String,
    /// The personas.
    pub(crate) personas: Vec<Persona>,
    #[serde(skip)]
    path: PathBuf,
}

/// One account. Password and secret were made for this demo alone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Persona {
    /// The login.
    pub(crate) login: String,
    /// What people call the role.
    pub(crate) title: Text,
    /// The roles.
    pub(crate) roles: Vec<String>,
    /// The site that the persona works at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) site: Option<String>,
    /// The region that the persona answers for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    /// The password.
    pub(crate) password: String,
    /// The second factor's secret, in base 32, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) totp: Option<String>,
    /// The step of the last code shown: the server takes none twice.
    #[serde(default)]
    pub(crate) last_step: u64,
}

impl Personas {
    /// New personas, to be kept in this file.
    pub(crate) fn new(path: PathBuf, about: &str, personas: Vec<Persona>) -> Self {
        Self {
            about: about.to_owned(),
            personas,
            path,
        }
    }

    /// The personas in this file, if there is one.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>, Fault> {
        let Some(text) = private::read(path)? else {
            return Ok(None);
        };
        let mut personas: Self = serde_json::from_str(&text).map_err(|_| {
            let path = path.display();
            Fault::unable(
                format!("{path} 不是演示角色文件"),
                format!("{path} is no file of a demo's personas"),
            )
        })?;
        personas.path = path.to_path_buf();
        Ok(Some(personas))
    }

    /// Writes the file anew.
    pub(crate) fn save(&self) -> Result<(), Fault> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| Fault::because("无法保存", "cannot be kept", &error))?;
        private::write(&self.path, &text)
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the persona with this login stands in the list.
    pub(crate) fn find(&self, login: &str) -> Option<usize> {
        self.personas
            .iter()
            .position(|persona| persona.login == login)
    }

    /// A code of a persona's second factor that was not shown before; waits until the server takes it.
    pub(crate) async fn code(&mut self, at: usize, screen: &Screen) -> Result<String, Fault> {
        let persona = &mut self.personas[at];
        let login = &persona.login;
        let secret = persona.totp.as_deref().ok_or_else(|| {
            Fault::unable(
                format!("{login} 尚未绑定动态口令"),
                format!("{login} has no second factor yet"),
            )
        })?;
        let code = Device::new(secret)?.code(Machine.now(), persona.last_step);
        if !code.wait.is_zero() {
            let seconds = code.wait.as_secs();
            screen.aside(
                format!("{login} 的动态口令刚用过,等待 {seconds} 秒…"),
                format!("{login}'s code was just used: waiting {seconds} s for the next one…"),
            );
            tokio::time::sleep(code.wait).await;
        }
        persona.last_step = code.step;
        self.save()?;
        Ok(code.digits)
    }
}
