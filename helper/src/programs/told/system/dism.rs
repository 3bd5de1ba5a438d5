//! `dism /online`: features and the image's health.
//!
//! Source: Microsoft Learn, "DISM Operating System Package (.cab or .msu) Servicing Command-Line
//! Options", "Repair a Windows image". Facts: `optionalFeatures`, `imageHealth` (`Healthy` unless
//! declared, `Repairable`, `NonRepairable`).

use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};
use serde_json::json;

/// 0x800f080c: a feature's name is unknown.
const UNKNOWN: i32 = 0x800f_080c_u32 as i32;
/// ERROR_SUCCESS_REBOOT_REQUIRED.
const REBOOT: i32 = 3010;
const SUCCESS: &str = "The operation completed successfully.";
const WHOLE: &str = "[==========================100.0%==========================] ";

/// The program.
pub fn dism(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    let option = |name: &str| {
        args.iter().find_map(|a| {
            let (n, v) = a.split_once([':', '=']).unwrap_or((a, ""));
            same(n.trim_start_matches(['/', '-']), name).then(|| v.to_owned())
        })
    };
    let os = Row::of(desk.known("os")?);
    let version = os.text("Version").unwrap_or_default();
    let revision = os.text("UBR").map_or(String::new(), |u| format!(".{u}"));
    desk.out(format!(
        "\nDeployment Image Servicing and Management tool\nVersion: {version}{revision}\n"
    ));
    if option("online").is_none() {
        return Err(Stop::refused(
            args.first().cloned().unwrap_or_else(|| "no option".into()),
        ));
    }
    if ["limitaccess", "source"]
        .iter()
        .any(|o| option(o).is_some())
        && option("restorehealth").is_none()
    {
        return Err(Stop::refused("/source"));
    }
    desk.out(format!("Image Version: {version}{revision}\n"));
    if option("get-features").is_some() {
        return features(desk, option("format"));
    }
    if option("get-featureinfo").is_some() {
        let row = feature(desk, &option("featurename").unwrap_or_default())?;
        let text = |name: &str| row.text(name).unwrap_or_default();
        desk.out("Feature Information:\n");
        for (label, field) in [
            ("Feature Name", "FeatureName"),
            ("Display Name", "DisplayName"),
            ("Description", "Description"),
            ("Restart Required", "RestartRequired"),
        ] {
            if row.full(field).is_some() {
                desk.out(format!("{label} : {}", text(field)));
            }
        }
        desk.out(format!("State : {}\n\n{SUCCESS}", state(&row)));
        return told(0);
    }
    for (name, word, to) in [
        ("enable-feature", "Enabling", "Enabled"),
        ("disable-feature", "Disabling", "Disabled"),
    ] {
        if option(name).is_some() {
            return switch(
                desk,
                &option("featurename").unwrap_or_default(),
                word,
                to,
                &option,
            );
        }
    }
    if option("cleanup-image").is_some() {
        return clean(desk, &option);
    }
    if option("get-currentedition").is_some() {
        let edition = os
            .full("EditionID")
            .ok_or_else(|| Stop::refused("/get-currentedition"))?;
        desk.out(format!(
            "Current edition is:\n\nCurrent Edition : {edition}\n\n{SUCCESS}"
        ));
        return told(0);
    }
    let what = args
        .iter()
        .find(|a| !same(a.trim_start_matches(['/', '-']), "online"));
    Err(Stop::refused(
        what.cloned().unwrap_or_else(|| "/online alone".into()),
    ))
}

/// `DisabledWithPayloadRemoved` as DISM writes it.
fn state(row: &Row) -> String {
    match row.text("State").as_deref() {
        Some("DisabledWithPayloadRemoved") => "Disabled with Payload Removed".into(),
        Some("EnablePending") => "Enable Pending".into(),
        Some("DisablePending") => "Disable Pending".into(),
        Some(other) => other.to_owned(),
        None => "Disabled".into(),
    }
}

fn features(desk: &mut Desk<'_, '_>, format: Option<String>) -> Played {
    let mut rows = desk.known_table("optionalFeatures", "FeatureName")?;
    rows.sort_by_key(|r| r.text("FeatureName").unwrap_or_default().to_lowercase());
    let name = |r: &Row| r.text("FeatureName").unwrap_or_default();
    match format.map(|f| f.to_lowercase()).as_deref() {
        None | Some("list" | "") => {
            for row in &rows {
                desk.out(format!(
                    "Feature Name : {}\nState : {}\n",
                    name(row),
                    state(row)
                ));
            }
        }
        Some("table") => {
            let width = rows
                .iter()
                .map(|r| name(r).len())
                .max()
                .unwrap_or(0)
                .max(12);
            let last = rows
                .iter()
                .map(|r| state(r).len())
                .max()
                .unwrap_or(0)
                .max(5);
            let rule = format!("{} | {}", "-".repeat(width), "-".repeat(last));
            desk.out(format!(
                "\n{rule}\n{:width$} | State\n{rule}",
                "Feature Name"
            ));
            for row in &rows {
                desk.out(format!("{:width$} | {}", name(row), state(row)));
            }
            desk.out("");
        }
        Some(other) => return Err(Stop::refused(format!("/format:{other}"))),
    }
    desk.out(SUCCESS);
    told(0)
}

fn feature(desk: &Desk<'_, '_>, name: &str) -> Result<Row, Stop> {
    let mut rows = desk
        .known_table("optionalFeatures", "FeatureName")?
        .into_iter();
    let found = rows.find(|r| r.text("FeatureName").is_some_and(|n| same(&n, name)));
    found.ok_or_else(|| {
        Stop::said(
            UNKNOWN,
            format!(
                "\nError: 0x800f080c\n\nFeature name {name} is unknown.\nA Windows feature name was not recognized.\nUse the /Get-Features option to find the name of the feature in the image and try the command again.\n\nThe DISM log file can be found at C:\\windows\\Logs\\DISM\\dism.log"
            ),
        )
    })
}

fn switch(
    desk: &mut Desk<'_, '_>,
    name: &str,
    word: &str,
    to: &str,
    option: &dyn Fn(&str) -> Option<String>,
) -> Played {
    let mut row = feature(desk, name)?;
    let changes = state(&row) != to;
    let required = row.text("RestartRequired").is_some_and(|r| r == "Required");
    row.set("State", to);
    let key = row.text("FeatureName").unwrap_or_default().to_lowercase();
    desk.put("optionalFeatures", &key, row.value())?;
    desk.out(format!("{word} feature(s)\n{WHOLE}\n{SUCCESS}"));
    if !(changes && required) {
        return told(0);
    }
    if option("norestart").is_some() {
        if option("quiet").is_none() {
            desk.out("Restart Windows to complete this operation.");
        }
        return told(REBOOT);
    }
    if option("quiet").is_some() {
        // "/Quiet without /NoRestart restarts the computer" (DISM global options).
        desk.note(
            "reboot",
            json!({ "by": "dism", "kind": "reboot", "force": true }),
        )?;
        return told(REBOOT);
    }
    desk.out("Restart Windows to complete this operation.\nDo you want to restart the computer now? (Y/N) ");
    if crate::programs::told::tasks::change::yes() {
        desk.note(
            "reboot",
            json!({ "by": "dism", "kind": "reboot", "force": false }),
        )?;
    }
    told(REBOOT)
}

fn clean(desk: &mut Desk<'_, '_>, option: &dyn Fn(&str) -> Option<String>) -> Played {
    let stored = Row::of(desk.get("imageHealth", "image")?).text("state");
    let declared = desk.fact("imageHealth")?.as_str().map(str::to_owned);
    let health = match stored.or(declared) {
        Some(health) => health,
        None => {
            desk.defaulted("the component store is healthy", "imageHealth")?;
            "Healthy".into()
        }
    };
    let damage = match health.as_str() {
        "Repairable" => "The component store is repairable.",
        "NonRepairable" => "The component store cannot be repaired.",
        _ => "No component store corruption detected.",
    };
    if option("checkhealth").is_some() {
        desk.out(format!("{damage}\n{SUCCESS}"));
        return told(0);
    }
    if option("scanhealth").is_some() {
        desk.out(format!("{WHOLE}\n{damage}\n{SUCCESS}"));
        return told(0);
    }
    if option("restorehealth").is_some() {
        if health == "NonRepairable" {
            return Err(Stop::said(
                0x800f_081f_u32 as i32,
                format!(
                    "{WHOLE}\n\nError: 0x800f081f\n\nThe source files could not be found.\nUse the \"Source\" option to specify the location of the files that are required to restore the feature.\n\nThe DISM log file can be found at C:\\windows\\Logs\\DISM\\dism.log"
                ),
            ));
        }
        desk.put("imageHealth", "image", json!({ "state": "Healthy" }))?;
        desk.out(format!(
            "{WHOLE}The restore operation completed successfully.\n{SUCCESS}"
        ));
        return told(0);
    }
    Err(Stop::refused("/cleanup-image with this option"))
}
