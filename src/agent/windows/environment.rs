//! The environment that SYSTEM's processes have on Windows, before the Agent adds its own.

use crate::engine::windows::Windows;
use crate::rmm::facts::Facts;

/// SYSTEM's profile.
const PROFILE: &str = r"C:\Windows\system32\config\systemprofile";

/// What a device's jobs begin with: its own environment where it is a real machine, else SYSTEM's by
/// its facts.
pub fn of(hostname: &str, device: Option<&dyn Windows>) -> Vec<(String, String)> {
    let own = device.and_then(Windows::environment);
    own.map_or_else(
        || base(hostname, device.map(Windows::facts)),
        <[(String, String)]>::to_vec,
    )
}

/// SYSTEM's environment as Windows gives it to a service's children.
///
/// Names and values are those of a Windows machine in English `[T]`; processor and domain are the
/// device's facts. `HOMEDRIVE`, `HOMEPATH` and `LOGONSERVER` belong to logged-on users and are absent.
fn base(hostname: &str, facts: Option<&Facts>) -> Vec<(String, String)> {
    let fact = |name: &str, property: &str| facts.map_or(String::new(), |f| f.text(name, property));
    let or = |text: String, usual: &str| {
        if text.is_empty() {
            usual.to_owned()
        } else {
            text
        }
    };
    let host = hostname.to_uppercase();
    let processors = fact("computerSystem", "NumberOfLogicalProcessors");
    // The domain's NetBIOS name is the first part of its DNS name unless somebody chose another.
    let domain = or(fact("computerSystem", "Domain"), "WORKGROUP");
    let domain = domain.split('.').next().unwrap_or_default().to_uppercase();
    let modern = fact("os", "Version").starts_with("10.") || facts.is_none();
    let mut path = r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\".to_owned();
    if modern {
        path.push_str(r";C:\Windows\System32\OpenSSH\");
    }
    let mut out: Vec<(&str, String)> = vec![
        ("ALLUSERSPROFILE", r"C:\ProgramData".into()),
        ("APPDATA", format!(r"{PROFILE}\AppData\Roaming")),
        ("CommonProgramFiles", r"C:\Program Files\Common Files".into()),
        ("CommonProgramFiles(x86)", r"C:\Program Files (x86)\Common Files".into()),
        ("CommonProgramW6432", r"C:\Program Files\Common Files".into()),
        ("COMPUTERNAME", host.clone()),
        ("ComSpec", r"C:\Windows\system32\cmd.exe".into()),
        ("LOCALAPPDATA", format!(r"{PROFILE}\AppData\Local")),
        ("NUMBER_OF_PROCESSORS", or(processors, "1")),
        ("OS", "Windows_NT".into()),
        ("Path", path),
        ("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC".into()),
        ("PROCESSOR_ARCHITECTURE", "AMD64".into()),
        ("PROCESSOR_IDENTIFIER", "Intel64 Family 6 Model 167 Stepping 1, GenuineIntel".into()),
        ("PROCESSOR_LEVEL", "6".into()),
        ("PROCESSOR_REVISION", "a701".into()),
        ("ProgramData", r"C:\ProgramData".into()),
        ("ProgramFiles", r"C:\Program Files".into()),
        ("ProgramFiles(x86)", r"C:\Program Files (x86)".into()),
        ("ProgramW6432", r"C:\Program Files".into()),
        ("PSModulePath", r"C:\Program Files\WindowsPowerShell\Modules;C:\Windows\system32\WindowsPowerShell\v1.0\Modules".into()),
        ("PUBLIC", r"C:\Users\Public".into()),
        ("SystemDrive", "C:".into()),
        ("SystemRoot", r"C:\Windows".into()),
        ("TEMP", r"C:\Windows\TEMP".into()),
        ("TMP", r"C:\Windows\TEMP".into()),
        ("USERDOMAIN", domain),
        ("USERNAME", format!("{host}$")),
        ("USERPROFILE", PROFILE.into()),
        ("windir", r"C:\Windows".into()),
    ];
    if modern {
        out.push((
            "DriverData",
            r"C:\Windows\System32\Drivers\DriverData".into(),
        ));
    }
    out.into_iter().map(|(n, v)| (n.to_owned(), v)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::facts::{Declared, Identity};
    use crate::rmm::os::WindowsRelease;

    #[test]
    fn it_is_systems_and_tells_what_the_facts_tell() {
        let id = Identity {
            hostname: "web-01",
            domain: "corp.example",
            ..Identity::default()
        };
        let get = |release| {
            let facts = Facts::of(release, &id, &Declared::default());
            let env = base("web-01", Some(&facts));
            move |name: &str| env.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
        };
        let new = get(WindowsRelease::Windows11);
        assert_eq!(new("USERNAME").as_deref(), Some("WEB-01$"));
        assert_eq!(new("USERDOMAIN").as_deref(), Some("CORP"));
        assert_eq!(new("NUMBER_OF_PROCESSORS").as_deref(), Some("16"));
        assert!(new("DriverData").is_some());
        let old = get(WindowsRelease::Server2012);
        assert!(old("DriverData").is_none() && old("TEMP").is_some());
    }
}
