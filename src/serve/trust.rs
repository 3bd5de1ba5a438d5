//! The CA of a server and the certificate it shows.

use super::error::ServeError;
use super::options::Options;
use super::owner;
use crate::api::PLATFORMS;
use crate::engine::services::tls::{Authority, Certificate};
use rustls::ServerConfig;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the CA.
const CA: &str = "shakedown platform CA";

/// What clients trust, and what they are shown.
pub struct Trust {
    pub config: Arc<ServerConfig>,
    /// The CA's certificate.
    pub pem: String,
    /// File that holds it alone.
    pub file: PathBuf,
    /// The file is gone with the server.
    passing: bool,
}

impl Trust {
    /// The CA that is kept, or a new one, and a certificate for every name of the platforms.
    ///
    /// The CA's key is kept in the file that was asked for (0600); its certificate stands alone
    /// beside it, `NAME.crt`, which clients may read.
    pub fn of(options: &Options) -> Result<Trust, ServeError> {
        let beside = |state: &PathBuf| state.with_extension("ca.pem");
        let kept = options
            .ca_file
            .clone()
            .or_else(|| options.state.as_ref().map(beside));
        let authority = match &kept {
            Some(path) => keep(path)?,
            None => Authority::new(CA).map_err(|source| ServeError::System {
                what: "make the CA",
                source,
            })?,
        };
        let file = match &kept {
            Some(path) => with_suffix(path, ".crt"),
            None => std::env::temp_dir().join(format!("shakedown-ca-{}.crt", unique())),
        };
        // No key is in it: everybody may read it.
        whole(&file, authority.pem(), 0o644).map_err(|source| ServeError::File {
            what: "write",
            path: file.clone(),
            source,
        })?;
        let trust = Trust {
            config: config(&authority)?,
            pem: authority.pem().to_owned(),
            file,
            passing: kept.is_none(),
        };
        Ok(trust)
    }
}

impl Drop for Trust {
    fn drop(&mut self) {
        if self.passing {
            // Gone already is as good.
            let _ = fs::remove_file(&self.file);
        }
    }
}

fn config(authority: &Authority) -> Result<Arc<ServerConfig>, ServeError> {
    let hosts: Vec<String> = PLATFORMS
        .iter()
        .map(|p| format!("{p}-api.centrastage.net"))
        .collect();
    let own = ["localhost", "127.0.0.1", "::1"];
    let names: Vec<&str> = hosts.iter().map(String::as_str).chain(own).collect();
    authority
        .server(&names, Certificate::Good)
        .map_err(|source| ServeError::System {
            what: "make the certificate",
            source,
        })
}

/// The CA of a file; made, where there is none.
fn keep(path: &Path) -> Result<Authority, ServeError> {
    let failed = |what| {
        move |source| ServeError::File {
            what,
            path: path.to_owned(),
            source,
        }
    };
    match fs::read_to_string(path) {
        Ok(text) => Authority::from_pem(CA, &text).map_err(|e| ServeError::Refused {
            message: format!("{} is no CA of ours: {e}", path.display()),
            help: "name another file, or remove this one: a new CA is made then".into(),
        }),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let new = Authority::new(CA).map_err(failed("make the CA for"))?;
            whole(path, &new.to_pem(), 0o600).map_err(failed("write"))?;
            Ok(new)
        }
        Err(e) => Err(failed("read")(e)),
    }
}

/// A file that is there whole or not at all.
fn whole(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let temporary = with_suffix(path, &format!(".{}", unique()));
    let write = || {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        let mut file = owner::private(&mut options, mode).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn unique() -> String {
    format!("{}-{:08x}", std::process::id(), fastrand::u32(..))
}
