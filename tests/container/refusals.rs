//! What cannot be had is said, with the way out.

use super::engines::Engine;
use super::shakedown::{command, expect, said, scenario};
use libtest_mimic::Failed;

/// Nobody listens where DOCKER_HOST says, and an address that is no socket of this machine.
pub fn missing() -> Result<(), Failed> {
    let built = cfg!(all(target_os = "linux", feature = "container"));
    for (host, why) in [
        (
            "unix:///nowhere/docker.sock",
            "/nowhere/docker.sock, which is not there",
        ),
        ("tcp://127.0.0.1:1", "listens on a Unix socket"),
    ] {
        let why = if built {
            why
        } else {
            "this build has no container engine"
        };
        let mut run = command(host);
        run.args(["run", "scenarios/platform", "--engine", "container"])
            .args(["--image", "debian", "--record"])
            .arg(tempfile::tempdir()?.path());
        let mut exec = command(host);
        exec.args(["exec", "fixtures/bright-antivirus/monitor-linux"])
            .args(["--image", "debian"]);
        let mut doctor = command(host);
        doctor.arg("doctor");
        for (c, code) in [(run, 3), (exec, 4), (doctor, 0)] {
            let shown = format!("{c:?}");
            let said = said(&expect(c, code)?);
            let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
            if !flat.contains(why) {
                return Err(format!("{shown} does not say {why:?}: {said}").into());
            }
        }
    }
    Ok(())
}

/// An image that no registry is asked for: there is no such name.
pub fn no_image(engine: &Engine) -> Result<(), Failed> {
    let scratch = engine.scratch()?;
    let text = "scenario: No such image\n\
         world:\n\
         \x20 devices: { pc: { os: linux, image: localhost:1/nobody/nothing } }\n\
         steps:\n\
         \x20 - device: pc\n\
         \x20   shell: 'true'\n";
    let got = scenario(engine, scratch.path(), text, 3)?;
    let told = got.to_string();
    if got["verdict"] == "broken" && told.contains("localhost:1/nobody/nothing") {
        return Ok(());
    }
    Err(format!("{got:#}").into())
}
