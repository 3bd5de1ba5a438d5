//! Commands that tell what a Mac is, from the device's declared facts.

use super::{BUILD, Done, Refusal, VERSION};
use crate::engine::sandbox::doubles::Facts;

/// Model of the played Mac.
const MODEL: &str = "Macmini9,1";

/// Runs one of them.
pub fn run(name: &str, args: &[&str], facts: &Facts) -> Done {
    match (name, args) {
        ("sw_vers", []) => Ok(format!(
            "ProductName:\t\tmacOS\nProductVersion:\t\t{VERSION}\nBuildVersion:\t\t{BUILD}\n"
        )),
        ("sw_vers", ["-productName" | "--productName"]) => Ok("macOS\n".into()),
        ("sw_vers", ["-productVersion" | "--productVersion"]) => Ok(format!("{VERSION}\n")),
        ("sw_vers", ["-buildVersion" | "--buildVersion"]) => Ok(format!("{BUILD}\n")),
        ("uname", _) => uname(args, facts),
        ("scutil", ["--get", "ComputerName" | "LocalHostName" | "HostName"]) => {
            Ok(format!("{}\n", facts.hostname))
        }
        ("ioreg", _) => ioreg(facts),
        ("system_profiler", [kind, ..]) => profiler(kind, args, facts),
        ("ifconfig", [] | ["-a"] | ["en0"]) => {
            Ok(interfaces(facts, args.is_empty() || args[0] == "-a"))
        }
        ("ifconfig", ["-l"]) => Ok("lo0 en0\n".into()),
        ("networksetup", ["-getmacaddress", "en0" | "Ethernet"]) => {
            Ok(format!("Ethernet Address: {} (Device: en0)\n", facts.mac))
        }
        ("networksetup", ["-listallhardwareports"]) => Ok(format!(
            "\nHardware Port: Ethernet\nDevice: en0\nEthernet Address: {}\n",
            facts.mac
        )),
        ("networksetup", ["-getcomputername"]) => Ok(format!("{}\n", facts.hostname)),
        ("dscl", [".", "-list" | "list", "/Users"]) => {
            Ok(passwd(|_| true, |f| format!("{}\n", f[0])))
        }
        ("dscl", [".", "-read" | "read", path, key]) => dscl_read(path, key, args),
        ("installer", _) => Err(Refusal::new(
            1,
            format!(
                "installer: packages are not installed on a played macOS; say in the scenario's \
                 `doubles` what `installer {}` installs (`run:`)",
                args.join(" ")
            ),
        )),
        ("spctl", ["--status"]) => Ok("assessments enabled\n".into()),
        ("csrutil", ["status"]) => Ok("System Integrity Protection status: enabled.\n".into()),
        _ => Err(Refusal::not_played(name, args)),
    }
}

fn uname(args: &[&str], facts: &Facts) -> Done {
    const RELEASE: &str = "23.6.0";
    let text = format!("Darwin Kernel Version {RELEASE}: RELEASE_ARM64_T8103");
    let flags: String = args.iter().map(|a| a.trim_start_matches('-')).collect();
    if !args.iter().all(|a| a.starts_with('-')) || flags.chars().any(|c| !"snrvmpa".contains(c)) {
        return Err(Refusal::not_played("uname", args));
    }
    let wanted = |c: char| flags.contains(c) || flags.contains('a');
    let mut parts: Vec<&str> = Vec::new();
    for (flag, part) in [
        ('s', "Darwin"),
        ('n', facts.hostname.as_str()),
        ('r', RELEASE),
        ('v', text.as_str()),
        ('m', "arm64"),
    ] {
        if wanted(flag) || (flag == 's' && flags.is_empty()) {
            parts.push(part);
        }
    }
    if flags.contains('p') {
        parts.push("arm");
    }
    Ok(parts.join(" ") + "\n")
}

/// The whole registry entry whatever was asked: scripts pick their line from it.
fn ioreg(facts: &Facts) -> Done {
    let bare = facts.mac.replace([':', '-'], "").to_lowercase();
    Ok(format!(
        "+-o {MODEL}  <class IOPlatformExpertDevice, id 0x100000224, registered, matched, active>\n    {{\n      \"IOPlatformSerialNumber\" = \"{}\"\n      \"IOPlatformUUID\" = \"{}\"\n      \"model\" = <\"{MODEL}\">\n      \"manufacturer\" = <\"Apple Inc.\">\n      \"IOMACAddress\" = <{bare}>\n    }}\n",
        facts.serial, facts.uuid
    ))
}

fn profiler(kind: &str, args: &[&str], facts: &Facts) -> Done {
    if args
        .iter()
        .any(|a| a.starts_with("-json") || a.starts_with("-xml"))
    {
        return Err(Refusal::not_played("system_profiler", args));
    }
    match kind {
        "SPHardwareDataType" => Ok(format!(
            "Hardware:\n\n    Hardware Overview:\n\n      Model Name: Mac mini\n      Model Identifier: {MODEL}\n      Chip: Apple M1\n      Memory: 8 GB\n      Serial Number (system): {}\n      Hardware UUID: {}\n\n",
            facts.serial, facts.uuid
        )),
        "SPSoftwareDataType" => Ok(format!(
            "Software:\n\n    System Software Overview:\n\n      System Version: macOS {VERSION} ({BUILD})\n      Kernel Version: Darwin 23.6.0\n      Computer Name: {}\n\n",
            facts.hostname
        )),
        _ => Err(Refusal::not_played("system_profiler", args)),
    }
}

fn interfaces(facts: &Facts, all: bool) -> String {
    let lo = "lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384\n\tinet 127.0.0.1 netmask 0xff000000\n\tinet6 ::1 prefixlen 128\n";
    let en0 = format!(
        "en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tether {}\n\tmedia: autoselect\n\tstatus: active\n",
        facts.mac
    );
    if all { format!("{lo}{en0}") } else { en0 }
}

/// Lines of `/etc/passwd` that pass, shaped.
fn passwd(passes: impl Fn(&[&str]) -> bool, shape: impl Fn(&[&str]) -> String) -> String {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    text.lines()
        .map(|l| l.split(':').collect::<Vec<_>>())
        .filter(|f| f.len() >= 7 && passes(f))
        .map(|f| shape(&f))
        .collect()
}

fn dscl_read(path: &str, key: &str, args: &[&str]) -> Done {
    let Some(user) = path.strip_prefix("/Users/") else {
        return Err(Refusal::not_played("dscl", args));
    };
    let field = match key {
        "UniqueID" => 2,
        "PrimaryGroupID" => 3,
        "RealName" => 4,
        "NFSHomeDirectory" => 5,
        "UserShell" => 6,
        _ => return Err(Refusal::not_played("dscl", args)),
    };
    let home = |text: &str| {
        if user == "root" {
            "/var/root".to_owned()
        } else {
            text.to_owned()
        }
    };
    let text = passwd(
        |f| f[0] == user,
        |f| {
            format!(
                "{key}: {}\n",
                if field == 5 {
                    home(f[5])
                } else {
                    f[field].to_owned()
                }
            )
        },
    );
    if text.is_empty() {
        return Err(Refusal::new(
            56,
            "<dscl_cmd> DS Error: -14136 (eDSRecordNotFound)".to_owned(),
        ));
    }
    Ok(text)
}
