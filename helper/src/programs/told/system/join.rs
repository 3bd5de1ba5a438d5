//! `dsregcmd`, and programs that are refused whole.
//!
//! Source: Microsoft Learn, "Troubleshoot devices by using the dsregcmd command".

use crate::programs::told::desk::{Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// `dsregcmd /status`: the device's state; users' states are not known and left out.
pub fn dsregcmd(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        if args.len() != 1 || !same(&args[0], "/status") {
            return Err(Stop::refused(args.join(" ")));
        }
        let system = Row::of(desk.known("computerSystem")?);
        let cloud = desk.facts("azureAd")?;
        let word = |yes: bool| if yes { "YES" } else { "NO" };
        let joined = cloud.flag("Joined") == Some(true);
        let domain = system.flag("PartOfDomain") == Some(true);
        let rule = format!("+{}+", "-".repeat(70));
        let section = |title: &str| format!("\n{rule}\n| {title:69}|\n{rule}\n");
        desk.out(section("Device State"));
        let mut line = |name: &str, value: &str| desk.out(format!("{name:>22} : {value}"));
        line("AzureAdJoined", word(joined));
        line("EnterpriseJoined", "NO");
        line("DomainJoined", word(domain));
        if let Some(name) = system.full("Domain").filter(|_| domain) {
            let short = name.split('.').next().unwrap_or_default().to_uppercase();
            line("DomainName", &short);
        }
        let host = system.text("Name").unwrap_or_default();
        line("Device Name", &host);
        if joined {
            for (title, names) in [
                (
                    "Device Details",
                    ["DeviceId", "Thumbprint", "DeviceAuthStatus"],
                ),
                ("Tenant Details", ["TenantName", "TenantId", "MdmUrl"]),
            ] {
                let known: Vec<(&str, String)> = names
                    .into_iter()
                    .filter_map(|n| Some((n, cloud.full(n)?)))
                    .collect();
                if !known.is_empty() {
                    desk.out(section(title));
                    for (name, value) in known {
                        desk.out(format!("{name:>22} : {value}"));
                    }
                }
            }
        }
        desk.out("");
        told(0)
    })
}

/// A program that cannot be played at all.
pub fn refused(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        Err(Stop::refused(match args.is_empty() {
            true => "any".into(),
            false => args.join(" "),
        }))
    })
}
