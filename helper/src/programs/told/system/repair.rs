//! `sfc`: the health that `dism` tells too, by the fact and store `imageHealth`.
//!
//! Source: Microsoft Learn, "sfc"; "Use the System File Checker tool to repair missing or corrupted
//! system files" (its results). Its output is UTF-16, as the real one's is when it is not a console's.

use crate::programs::told::desk::{Desk, Played, Stop, play, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};
use serde_json::json;

const WHOLE: &str = "Windows Resource Protection did not find any integrity violations.";
const REPAIRED: &str = "Windows Resource Protection found corrupt files and successfully repaired them.\nFor online repairs, details are included in the CBS log file located at\nwindir\\Logs\\CBS\\CBS.log. For example C:\\Windows\\Logs\\CBS\\CBS.log. For offline\nrepairs, details are included in the log file provided by the /OFFLOGFILE flag.";
const NOT_REPAIRED: &str = "Windows Resource Protection found corrupt files but was unable to fix some of them.\nFor online repairs, details are included in the CBS log file located at\nwindir\\Logs\\CBS\\CBS.log. For example C:\\Windows\\Logs\\CBS\\CBS.log. For offline\nrepairs, details are included in the log file provided by the /OFFLOGFILE flag.";
const VIOLATIONS: &str = "Windows Resource Protection found integrity violations.\nFor online repairs, details are included in the CBS log file located at\nwindir\\Logs\\CBS\\CBS.log. For example C:\\Windows\\Logs\\CBS\\CBS.log. For offline\nrepairs, details are included in the log file provided by the /OFFLOGFILE flag.";

/// The program.
pub fn sfc(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let [option] = args.as_slice() else {
            return Err(Stop::refused(args.join(" ")));
        };
        let repair = match option.to_lowercase().as_str() {
            "/scannow" => true,
            "/verifyonly" => false,
            _ => return Err(Stop::refused(option.clone())),
        };
        run(desk, repair)
    })
}

fn run(desk: &mut Desk<'_, '_>, repair: bool) -> Played {
    let stored = Row::of(desk.get("imageHealth", "image")?).text("state");
    let declared = desk.fact("imageHealth")?.as_str().map(str::to_owned);
    let health = stored.or(declared).unwrap_or_else(|| "Healthy".into());
    let (words, exit) = match (health.as_str(), repair) {
        ("Repairable", true) => {
            desk.put("imageHealth", "image", json!({ "state": "Healthy" }))?;
            (REPAIRED, 0)
        }
        ("NonRepairable", true) => (NOT_REPAIRED, 1),
        ("Repairable" | "NonRepairable", false) => (VIOLATIONS, 1),
        _ => (WHOLE, 0),
    };
    let text = format!(
        "\n\nBeginning system scan.  This process will take some time.\n\nBeginning verification phase of system scan.\nVerification 100% complete.\n\n{words}\n"
    );
    let wide: Vec<u8> = text
        .replace('\n', "\r\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    // A reader that has gone is no error of the program.
    let _ = desk.call.out.write_all(&wide);
    told(exit)
}
