//! Debian's packages, installed where a check needs them.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Outcome, go, is_on_path, output};

/// Installs a package without what it recommends.
pub(crate) fn install(package: &str) -> Outcome {
    let root = is_root();
    let apt = |arguments: &[&str]| -> Outcome {
        let mut command = if root {
            Command::new("apt-get")
        } else {
            Command::new("sudo")
        };
        if !root {
            command.arg("apt-get");
        }
        go(command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null()))
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", package])
}

/// Installs the PKCS#11 token that tests use, if it is missing.
pub(crate) fn need_softhsm() -> Outcome {
    if is_on_path("softhsm2-util") {
        return Ok(());
    }
    println!("SoftHSM is missing: installing Debian's package softhsm2");
    if !is_on_path("apt-get") {
        return Err(
            "SoftHSM 2 is needed and this is no Debian: install it, with softhsm2-util \
                    on the path and its module in /usr/lib/softhsm"
                .to_owned(),
        );
    }
    install("softhsm2")
}

/// Installs the NATS server that tests start, if it is missing.
pub(crate) fn need_nats() -> Outcome {
    let fixed = ["/usr/sbin/nats-server", "/usr/bin/nats-server"];
    if is_on_path("nats-server") || fixed.iter().any(|path| Path::new(path).is_file()) {
        return Ok(());
    }
    println!("NATS is missing: installing Debian's package nats-server");
    if !is_on_path("apt-get") {
        return Err(
            "NATS 2.9 or newer is needed and this is no Debian: install its server so that \
             nats-server is on the path"
                .to_owned(),
        );
    }
    install("nats-server")
}

/// Installs the MariaDB server that tests start, and its client, if they are missing.
pub(crate) fn need_mariadb() -> Outcome {
    let folders = ["/usr/sbin", "/usr/bin"];
    let has =
        |name: &str| is_on_path(name) || folders.iter().any(|f| Path::new(f).join(name).is_file());
    if has("mariadbd") && has("mariadb") {
        return Ok(());
    }
    println!("MariaDB is missing: installing Debian's package mariadb-server");
    if !is_on_path("apt-get") {
        return Err(
            "MariaDB 10.5 or newer is needed and this is no Debian: install its server and client \
             so that mariadbd, mariadb-install-db and mariadb are on the path"
                .to_owned(),
        );
    }
    install("mariadb-server")
}

/// Whether this is the administrator of the machine.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
