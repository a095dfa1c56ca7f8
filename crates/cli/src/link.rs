//! The way to a server: its address, and as whom.

use std::path::PathBuf;

use clap::Args;
use shouxin_client::Client;

use crate::fault::Fault;
use crate::home::{Home, Kept};
use crate::private;
use crate::screen::Screen;

/// Which server, and as whom.
#[derive(Args, Clone, Debug)]
pub(crate) struct Link {
    /// The server's address
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "SHOUXIN_URL",
        default_value = "http://127.0.0.1:8080",
        help_heading = "Server"
    )]
    pub(crate) server: String,
    /// Whose session to use; the one signed in last if not named
    #[arg(
        long = "as",
        global = true,
        value_name = "LOGIN",
        help_heading = "Server"
    )]
    pub(crate) as_login: Option<String>,
    /// Work as a service: a file, mode 0600, that holds an API key
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "SHOUXIN_API_KEY_FILE",
        help_heading = "Server"
    )]
    pub(crate) api_key_file: Option<PathBuf>,
}

impl Link {
    /// A client that is signed in as nobody.
    pub(crate) fn anonymous(&self, screen: &Screen) -> Result<Client, Fault> {
        Ok(Client::new(&self.server, screen.language)?)
    }

    /// A client with the session or key that these words name.
    pub(crate) fn client(&self, screen: &Screen) -> Result<Client, Fault> {
        let client = self.anonymous(screen)?;
        if let (Some(path), None) = (&self.api_key_file, &self.as_login) {
            let key = private::read(path)?.ok_or_else(|| {
                Fault::file(path, &std::io::Error::from(std::io::ErrorKind::NotFound))
            })?;
            return Ok(client.with_api_key(key.trim()));
        }
        let home = Home::find()?;
        let kept = self.kept(&home)?;
        let device = home.device(&kept.server, &kept.login)?;
        let client = client.with_session(kept.session);
        Ok(match device {
            Some(device) => client.with_device(device),
            None => client,
        })
    }

    /// The session kept for these words.
    pub(crate) fn kept(&self, home: &Home) -> Result<Kept, Fault> {
        let server = self.server.trim_end_matches('/');
        home.session(server, self.as_login.as_deref())?
            .ok_or_else(|| match &self.as_login {
                Some(login) => Fault::no(
                    format!("{login} 尚未登录 {server}。请运行:shouxin sign-in --login {login}"),
                    format!(
                        "{login} is not signed in at {server}. Run: shouxin sign-in --login {login}"
                    ),
                ),
                None => Fault::no(
                    format!("尚未登录 {server}。请运行:shouxin sign-in"),
                    format!("nobody is signed in at {server}. Run: shouxin sign-in"),
                ),
            })
    }

    /// Who acts, as far as is known here.
    pub(crate) fn actor(&self, home: &Home) -> Result<String, Fault> {
        match (&self.api_key_file, &self.as_login) {
            (Some(_), None) => Ok("key".to_owned()),
            _ => Ok(self.kept(home)?.login),
        }
    }
}
