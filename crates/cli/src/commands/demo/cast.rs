//! The personas of each profile, and their accounts.

use std::path::Path;

use rand_core::Rng;
use shouxin_model::{Personal, Text};
use shouxin_server::accounts::{OpenAccountError, Persona as Account, open_persona};
use shouxin_server::password::{Cost, Hasher};
use shouxin_vault::Vault;

use super::personas_file;
use crate::commands::init::ProfileName;
use crate::fault::Fault;
use crate::personas::{Persona, Personas};
use crate::screen::Screen;

/// Login, role, site, region. The first six are those whom the demo presents; the last three administer.
type Part = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

/// The role that decides about exports.
pub(super) const OFFICER: &str = "protection-officer";

/// How many personas are presented.
pub(super) const PRESENTED: usize = 6;

/// Site, region and city code of the front line.
pub(super) const SITE: (&str, &str, &str) = ("SH01", "east", "3101");

fn parts(profile: ProfileName) -> [Part; 9] {
    let (site, region) = (Some(SITE.0), Some(SITE.1));
    let [a, b, c, d, e] = match profile {
        ProfileName::AfterSales => [
            ("adviser", "service-adviser", site, region),
            ("director", "technical-director", None, None),
            ("manager", "regional-manager", None, region),
            ("clerk", "warranty-clerk", site, region),
            ("officer", OFFICER, None, None),
        ],
        ProfileName::Express => [
            ("courier", "courier", site, region),
            ("sorter", "sorter", site, region),
            ("operator", "station-operator", site, region),
            ("service", "customer-service", None, None),
            ("officer", OFFICER, None, None),
        ],
        ProfileName::ServiceCentre => [
            ("agent", "agent", site, region),
            ("lead", "team-lead", site, region),
            ("reviewer", "legal-reviewer", None, None),
            ("clerk", "payment-clerk", None, None),
            ("officer", OFFICER, None, None),
        ],
    };
    [
        a,
        b,
        c,
        d,
        e,
        // Nobody approves what they asked for: there are two of them.
        ("deputy", OFFICER, None, None),
        ("sysadmin", "system-admin", None, None),
        ("secadmin", "security-admin", None, None),
        ("auditadmin", "audit-admin", None, None),
    ]
}

/// The personas of this demo, each with an account that is ready for use. What is missing is made.
pub(super) async fn open(
    vault: &Vault,
    profile: ProfileName,
    data: &Path,
    screen: &Screen,
) -> Result<Personas, Fault> {
    let path = personas_file(data);
    let mut personas = match Personas::load(&path)? {
        Some(personas) => personas,
        None => {
            let made = parts(profile).map(|part| persona(vault, part));
            let personas = Personas::new(path, ABOUT, made.into());
            personas.save()?;
            personas
        }
    };
    let hasher = Hasher::new(Cost::default());
    for at in 0..personas.personas.len() {
        if personas.personas[at].totp.is_some() {
            continue;
        }
        screen.aside(
            format!("开设账号 {}", personas.personas[at].login),
            format!("Opening the account {}", personas.personas[at].login),
        );
        let secret = account(vault, &hasher, &mut personas.personas[at]).await?;
        personas.personas[at].totp = Some(secret);
        personas.save()?;
    }
    Ok(personas)
}

/// Opens the account; gives its second factor's secret.
async fn account(vault: &Vault, hasher: &Hasher, persona: &mut Persona) -> Result<String, Fault> {
    for _ in 0..9 {
        let account = Account {
            login: persona.login.clone(),
            name: Personal::new(persona.title.zh.to_string()),
            roles: persona.roles.clone(),
            site: persona.site.clone(),
            region: persona.region.clone(),
            password: Personal::new(persona.password.clone()),
        };
        match open_persona(vault, hasher, &account).await {
            Ok(opened) => return Ok(opened.totp_secret.to_string()),
            // Killed between the account and the file: its second factor is lost, so another login.
            Err(OpenAccountError::Exists) => persona.login = next_login(&persona.login),
            // A made password that happens to be too weak for the rules.
            Err(OpenAccountError::Password(_)) => persona.password = password(vault),
            Err(error) => {
                return Err(Fault::because(
                    "无法开设演示账号",
                    "a persona's account could not be opened",
                    &error,
                ));
            }
        }
    }
    Err(Fault::unable(
        "无法开设演示账号",
        "a persona's account could not be opened",
    ))
}

/// `adviser`, `adviser2`, `adviser3`, …
fn next_login(login: &str) -> String {
    let name = login.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u32 = login[name.len()..].parse().unwrap_or(1);
    format!("{name}{}", number + 1)
}

fn persona(vault: &Vault, (login, role, site, region): Part) -> Persona {
    let title = vault
        .active()
        .register
        .role(role)
        .map_or_else(|| Text::fixed("", ""), |role| role.title.clone());
    Persona {
        login: login.to_owned(),
        title,
        roles: vec![role.to_owned()],
        site: site.map(str::to_owned),
        region: region.map(str::to_owned),
        password: password(vault),
        totp: None,
        last_step: 0,
    }
}

/// Eighty random bits, in groups that can be typed.
fn password(vault: &Vault) -> String {
    const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut dice = vault.dice();
    let mut group = || -> String {
        (0..4)
            .map(|_| char::from(SIGNS[dice.next_u32() as usize % SIGNS.len()]))
            .collect()
    };
    [group(), group(), group(), group()].join("-")
}

const ABOUT: &str =
    "Personas of a shouxin demo, made for it alone. Whoever reads this file can sign in as them.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_persona_has_a_role_of_its_profile() {
        for profile in [
            ProfileName::AfterSales,
            ProfileName::Express,
            ProfileName::ServiceCentre,
        ] {
            let text = shouxin_register::profile(profile.name())
                .unwrap()
                .register_toml;
            let register = shouxin_register::parse("register.toml", text).unwrap();
            for (login, role, ..) in parts(profile) {
                assert!(register.role(role).is_some(), "{}: {login}", profile.name());
            }
        }
    }

    #[test]
    fn a_taken_login_gets_a_number() {
        assert_eq!(next_login("adviser"), "adviser2");
        assert_eq!(next_login("adviser9"), "adviser10");
    }
}
