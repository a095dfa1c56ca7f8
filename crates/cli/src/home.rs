//! What the command line remembers between commands: sessions, devices, and imports under way.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shouxin_client::{Device, Session};
use shouxin_model::ImportId;

use crate::fault::Fault;
use crate::private;

/// The folder of the command line: `$SHOUXIN_HOME`, or `shouxin` in the user's configuration folder.
#[derive(Clone, Debug)]
pub(crate) struct Home(PathBuf);

/// One login's session with one server.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The server's address.
    pub(crate) server: String,
    /// The login.
    pub(crate) login: String,
    /// The session.
    #[serde(flatten)]
    pub(crate) session: Session,
}

/// An import that was opened and not yet seen to its end.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// The server's address.
    pub(crate) server: String,
    /// Who imports: a login, or `key`.
    pub(crate) actor: String,
    /// The file's absolute path.
    pub(crate) file: PathBuf,
    /// The mapping's text.
    pub(crate) mapping: String,
    /// The import.
    pub(crate) import: ImportId,
}

impl Home {
    /// The folder, which need not exist yet.
    pub(crate) fn find() -> Result<Self, Fault> {
        let named = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        named("SHOUXIN_HOME")
            .or_else(|| Some(named("XDG_CONFIG_HOME")?.join("shouxin")))
            .or_else(|| Some(named("HOME")?.join(".config/shouxin")))
            .map(Self)
            .ok_or_else(|| {
                Fault::unable(
                    "不知道把会话存放在何处:请设置 SHOUXIN_HOME",
                    "there is no place to keep the session: set SHOUXIN_HOME",
                )
            })
    }

    /// The session of this login with this server; without a login, the last one signed in.
    pub(crate) fn session(&self, server: &str, login: Option<&str>) -> Result<Option<Kept>, Fault> {
        let login = match login {
            Some(login) => Some(login.to_owned()),
            None => private::read(&self.of(SESSIONS, server).join("last"))?,
        };
        let Some(login) = login else { return Ok(None) };
        let again = ("重新登录", "sign in again");
        kept_in(&self.file(SESSIONS, server, &login), again)
    }

    /// Keeps a session and makes its login the one used by default.
    pub(crate) fn keep(&self, kept: &Kept) -> Result<(), Fault> {
        let path = self.file(SESSIONS, &kept.server, &kept.login);
        private::write(&path, &json(kept)?)?;
        let last = self.of(SESSIONS, &kept.server).join("last");
        private::write(&last, kept.login.as_bytes())
    }

    /// Forgets a session.
    pub(crate) fn forget(&self, kept: &Kept) -> Result<(), Fault> {
        let path = self.file(SESSIONS, &kept.server, &kept.login);
        std::fs::remove_file(&path).map_err(|error| Fault::file(&path, &error))
    }

    /// This machine as it is registered for this login at this server.
    pub(crate) fn device(&self, server: &str, login: &str) -> Result<Option<Device>, Fault> {
        let again = (
            "重新登记:shouxin devices name",
            "register it again: shouxin devices name",
        );
        kept_in(&self.file(DEVICES, server, login), again)
    }

    /// Keeps what this machine is recognised by. It outlives the session, as a browser's cookie does.
    pub(crate) fn keep_device(
        &self,
        server: &str,
        login: &str,
        device: &Device,
    ) -> Result<(), Fault> {
        private::write(&self.file(DEVICES, server, login), &json(device)?)
    }

    /// Forgets what this machine is recognised by.
    pub(crate) fn forget_device(&self, server: &str, login: &str) -> Result<(), Fault> {
        let path = self.file(DEVICES, server, login);
        std::fs::remove_file(&path).map_err(|error| Fault::file(&path, &error))
    }

    /// The imports that were begun from here.
    pub(crate) fn imports(&self) -> Result<Vec<Begun>, Fault> {
        let text = private::read(&self.0.join("imports.json"))?;
        // A damaged list only means that such imports begin anew, and nothing is doubled by that.
        Ok(text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    }

    /// Replaces the list of imports that were begun from here.
    pub(crate) fn keep_imports(&self, begun: &[Begun]) -> Result<(), Fault> {
        private::write(&self.0.join("imports.json"), &json(&begun)?)
    }

    /// One folder a server: its address with what no file name should hold replaced.
    fn of(&self, kind: &str, server: &str) -> PathBuf {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') {
                c
            } else {
                '_'
            }
        };
        self.0
            .join(kind)
            .join(server.chars().map(plain).collect::<String>())
    }

    fn file(&self, kind: &str, server: &str, login: &str) -> PathBuf {
        // A login is a slug; what is not one must not name another file.
        let login: String = login
            .chars()
            .map(|c| if c == '/' { '_' } else { c })
            .collect();
        self.of(kind, server).join(format!("{login}.json"))
    }
}

const SESSIONS: &str = "sessions";
const DEVICES: &str = "devices";

/// What this file keeps, if it is there; `again` says what to do if it is damaged.
fn kept_in<T: for<'de> Deserialize<'de>>(
    path: &Path,
    again: (&str, &str),
) -> Result<Option<T>, Fault> {
    let Some(text) = private::read(path)? else {
        return Ok(None);
    };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        let (path, (zh, en)) = (path.display(), again);
        Fault::unable(
            format!("{path} 已损坏。请删除它并{zh}"),
            format!("{path} cannot be read: remove it and {en}"),
        )
    })
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(value).map_err(|error| Fault::because("无法保存", "cannot be kept", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(server: &str, login: &str, token: &str) -> Kept {
        let session = Session {
            token: token.to_owned(),
            csrf: "c".to_owned(),
        };
        Kept {
            server: server.to_owned(),
            login: login.to_owned(),
            session,
        }
    }

    #[test]
    fn each_login_has_its_session_and_the_last_one_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home(folder.path().to_path_buf());
        let server = "http://127.0.0.1:8080";
        home.keep(&kept(server, "chen", "1")).unwrap();
        home.keep(&kept(server, "zhou", "2")).unwrap();
        let token = |login| {
            home.session(server, login)
                .unwrap()
                .map(|kept| kept.session.token)
        };
        assert_eq!(token(None).as_deref(), Some("2"));
        assert_eq!(token(Some("chen")).as_deref(), Some("1"));
        assert!(
            home.session("http://127.0.0.1:8081", None)
                .unwrap()
                .is_none()
        );
        home.forget(&kept(server, "chen", "1")).unwrap();
        assert_eq!(token(Some("chen")), None);
    }

    #[test]
    fn a_device_belongs_to_one_login_and_outlives_its_session() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home(folder.path().to_path_buf());
        let server = "http://127.0.0.1:8080";
        let device = Device {
            device: shouxin_model::DeviceId::from_bytes([1; 16]),
            token: "t".to_owned(),
        };
        home.keep(&kept(server, "chen", "1")).unwrap();
        home.keep_device(server, "chen", &device).unwrap();
        home.forget(&kept(server, "chen", "1")).unwrap();
        assert_eq!(home.device(server, "chen").unwrap(), Some(device));
        assert_eq!(home.device(server, "zhou").unwrap(), None);
        home.forget_device(server, "chen").unwrap();
        assert_eq!(home.device(server, "chen").unwrap(), None);
    }

    #[test]
    fn a_login_cannot_name_a_file_elsewhere() {
        let home = Home(PathBuf::from("/h"));
        assert_eq!(
            home.file(SESSIONS, "http://h", "../../x")
                .display()
                .to_string(),
            "/h/sessions/http___h/.._.._x.json"
        );
    }
}
