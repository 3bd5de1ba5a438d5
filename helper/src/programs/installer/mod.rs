//! `msiexec`: Windows Installer itself is Wine's. Here its command line is judged as Windows judges it,
//! because Wine's own answers a bad one by a window, a missing package by 2, and knows no lock.
//!
//! Source of the codes: Microsoft Learn, "MsiExec.exe and InstMsi.exe Error Messages".

mod log;
pub mod order;
mod product;

use super::{Answer, Call, Ended, Program, Question};
use crate::os;
use order::{Action, Order};
use product::Product;
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Programs of this file.
pub(super) const PROGRAMS: &[Program] = &[Program {
    name: NAME,
    // 32-bit custom actions are served by the one in SysWOW64, which must be a 32-bit program.
    folder: super::ONLY_64,
    run,
}];

/// Name of the program.
pub const NAME: &str = "msiexec";

const SUSPENDED: i32 = 1604;
const UNKNOWN_PRODUCT: i32 = 1605;
const ALREADY_RUNNING: i32 = 1618;
const PACKAGE_OPEN_FAILED: i32 = 1619;
const PACKAGE_INVALID: i32 = 1620;
const LOG_FAILURE: i32 = 1622;
const PATCH_OPEN_FAILED: i32 = 1635;
const PATCH_INVALID: i32 = 1636;
const INVALID_COMMAND_LINE: i32 = 1639;
const REBOOT_INITIATED: i32 = 1641;
const REBOOT_REQUIRED: i32 = 3010;

/// How every package and patch begins: a compound file.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Where installed products are listed, by account and packed product code.
const PRODUCTS: &str = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData";

fn run(call: &mut Call<'_>) -> Ended {
    if call.args.is_empty() {
        return own(call);
    }
    let Some(order) = order::read(&call.args) else {
        return Ended::done(INVALID_COMMAND_LINE);
    };
    if order.action == Action::Other {
        return own(call);
    }
    if let Err(code) = openable(&order) {
        return Ended::done(code);
    }
    if order.action == Action::Repair && order.is_product() {
        if !installed(&order.target) {
            return Ended::done(UNKNOWN_PRODUCT);
        }
        return call.refuse("a repair by product code is not done by Wine; name the package");
    }
    let Some(_alone) = os::msi::alone() else {
        return Ended::done(ALREADY_RUNNING);
    };
    let product = Product::of(&order);
    if order.action != Action::Install
        && let Some(product) = &product
        && product.needs_installed(order.action)
        && !installed(&product.code)
    {
        return Ended::done(UNKNOWN_PRODUCT);
    }
    let ended = own(call);
    if let (Some(log), Some(product)) = (&order.log, &product) {
        log::end(Path::new(log), order.action, product, ended.exit);
    }
    if ended.exit == SUSPENDED && order.no_restart {
        let what =
            "Wine ends an installation at ForceReboot, where Windows goes on without a restart";
        return call.refuse(what);
    }
    let restarts = match ended.exit {
        // ForceReboot: Windows restarts and goes on afterwards.
        SUSPENDED => order.silent,
        0 | REBOOT_REQUIRED if order.force_restart => true,
        // Without windows nobody is asked: "the computer restarts automatically" (ScheduleReboot).
        REBOOT_REQUIRED => order.silent && !order.no_restart,
        REBOOT_INITIATED => true,
        _ => false,
    };
    if !restarts {
        return ended;
    }
    let by = format!("{NAME} {}", call.line);
    let note = Question::Note {
        name: "reboot".into(),
        value: json!({ "by": by, "restart": true }),
    };
    match call.device.ask(&note) {
        Ok(Answer::Done) => Ended::done(REBOOT_INITIATED),
        Ok(other) => call.refuse(format_args!("an answer of another kind: {other:?}")),
        Err(what) => call.refuse(what),
    }
}

/// Hands the command line on to Wine's own.
fn own(call: &mut Call<'_>) -> Ended {
    match os::own::run(NAME, call.line) {
        Ok((_, exit)) => Ended::done(exit),
        Err(what) => call.refuse(format_args!("Wine's own cannot be started: {what}")),
    }
}

/// Whether the package, the patch and the log can be opened; else Windows' code.
fn openable(order: &Order) -> Result<(), i32> {
    if let Some(log) = &order.log {
        let folder = Path::new(log).parent();
        if folder.is_some_and(|f| !f.as_os_str().is_empty() && !f.is_dir()) {
            return Err(LOG_FAILURE);
        }
    }
    if order.is_product() || order.target.contains("://") {
        return Ok(());
    }
    let (missing, invalid) = match order.action {
        Action::Patch => (PATCH_OPEN_FAILED, PATCH_INVALID),
        _ => (PACKAGE_OPEN_FAILED, PACKAGE_INVALID),
    };
    // Several patches stand in one argument.
    for file in order.target.split(';').filter(|f| !f.is_empty()) {
        let mut head = [0; 8];
        let mut opened = File::open(file).map_err(|_| missing)?;
        if opened.read_exact(&mut head).is_err() || head != COMPOUND {
            return Err(invalid);
        }
    }
    Ok(())
}

fn installed(code: &str) -> bool {
    let Some(packed) = order::packed(code) else {
        return false;
    };
    os::values::keys(PRODUCTS).iter().any(|account| {
        os::values::keys(&format!(r"{PRODUCTS}\{account}\Products"))
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&packed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(line: &[&str]) -> Result<(), i32> {
        let args: Vec<String> = line.iter().map(|a| (*a).to_owned()).collect();
        openable(&order::read(&args).unwrap())
    }

    #[test]
    fn what_cannot_be_opened_has_windows_codes() {
        let dir = std::env::temp_dir().join(format!("shakedown-msiexec-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = |name: &str| dir.join(name).display().to_string();
        let (package, text) = (path("a.msi"), path("b.msi"));
        std::fs::write(&package, COMPOUND).unwrap();
        std::fs::write(&text, "hello").unwrap();
        let missing = path("none/c.msi");
        assert_eq!(judged(&["-i", "missing.msi"]), Err(PACKAGE_OPEN_FAILED));
        assert_eq!(judged(&["-p", "missing.msp"]), Err(PATCH_OPEN_FAILED));
        assert_eq!(
            judged(&["-x{0D3C5C2E-3A53-4D6A-9C61-202601000001}"]),
            Ok(())
        );
        // A path of Linux begins as an option does, so it stands right behind its option.
        let joined = |option: &str, file: &str| format!("-{option}{file}");
        assert_eq!(judged(&[&joined("i", &package)]), Ok(()));
        assert_eq!(judged(&[&joined("x", &text)]), Err(PACKAGE_INVALID));
        assert_eq!(judged(&[&joined("i", &missing)]), Err(PACKAGE_OPEN_FAILED));
        assert_eq!(
            judged(&["-i", "c.msi", "-log", "none/x.log"]),
            Err(LOG_FAILURE)
        );
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
