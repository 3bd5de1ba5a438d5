//! Clients that are driven by a Python script, which asserts.

use super::server::{Server, print_document};
use super::tools::{python, root, run};
use libtest_mimic::Failed;

/// A fleet with every class of device, several sites, alerts and audits.
pub const WORLD: [&str; 4] = ["--fleet", "60", "--seed", "7"];

/// Every operation, every phase, every check, with every behaviour as it is by default.
pub fn schemathesis() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&WORLD)?;
    let said = run(python("conform.py").arg(&server.url).arg(folder.path()))?;
    println!("{}", summary(&said));
    server.finish()
}

/// What one account has, asked for as another.
pub fn schemathesis_accounts() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(&[&WORLD[..], &["--accounts", "2"]].concat())?;
    let said = run(python("accounts.py").arg(&server.url).arg(folder.path()))?;
    println!("{}", summary(&said));
    server.finish()
}

/// What schemathesis says last: operations, phases, numbers of cases.
fn summary(said: &str) -> &str {
    said.find("SUMMARY").map_or(said, |at| &said[at..])
}

pub fn valid_document() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let printed = folder.path().join("printed.json");
    print_document(&printed)?;
    let server = Server::start(&WORLD)?;
    run(python("document.py").arg(&server.url).arg(&printed))?;
    server.finish()
}

/// It runs a quick job, so one device of its world is real.
pub fn generated_client() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let world = root().join("tests/clients/world/world.yaml");
    let world = world.to_str().ok_or("the project's path is no text")?;
    let server = Server::start(&[&WORLD[..], &["--world", world]].concat())?;
    run(python("generated.py").arg(&server.url).arg(folder.path()))?;
    server.finish()
}

pub fn drmmsdk_login() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let ca = folder.path().join("ca.pem");
    // The certificate alone, as clients take it, lies beside the file with its key.
    let certificate = folder.path().join("ca.pem.crt");
    let file = ca
        .to_str()
        .ok_or("the temporary folder's name is no text")?;
    let arguments = [&WORLD[..], &["--tls", "--ca-file", file]].concat();
    let server = Server::start(&arguments)?;
    run(python("sdk_login.py")
        .arg(server.port())
        .env("REQUESTS_CA_BUNDLE", &certificate))?;
    server.finish()
}
