//! Which command lines reboot, halt or suspend a machine.

use super::base_name;
use crate::rmm::observed::RebootVia;

/// Options that only ask or cancel, of `shutdown`, `reboot`, `halt` and `poweroff`.
const HARMLESS: [&str; 7] = [
    "--help",
    "--version",
    "-c",
    "-k",
    "--show",
    "--wtmp-only",
    "-w",
];

/// Verbs of `systemctl`.
const VERBS: [&str; 9] = [
    "reboot",
    "poweroff",
    "halt",
    "kexec",
    "soft-reboot",
    "suspend",
    "hibernate",
    "hybrid-sleep",
    "suspend-then-hibernate",
];

/// Units that do the same when they are started.
const TARGETS: [&str; 10] = [
    "reboot",
    "poweroff",
    "halt",
    "kexec",
    "soft-reboot",
    "suspend",
    "hibernate",
    "runlevel0",
    "runlevel6",
    "ctrl-alt-del",
];

/// Linux commands.
pub fn linux(name: &str, args: &[String]) -> Option<RebootVia> {
    let has = |options: &[&str]| args.iter().any(|a| options.contains(&a.as_str()));
    match name {
        "reboot" | "halt" | "poweroff" | "shutdown" => {
            (!has(&HARMLESS)).then_some(RebootVia::Command)
        }
        "init" | "telinit" => args
            .iter()
            .any(|a| a == "0" || a == "6")
            .then_some(RebootVia::Command),
        "systemctl" => systemctl(args).then_some(RebootVia::Systemctl),
        // Of elogind, which has the same verbs.
        "loginctl" => systemctl(args).then_some(RebootVia::Systemctl),
        _ => None,
    }
}

fn systemctl(args: &[String]) -> bool {
    if args
        .iter()
        .any(|a| a == "--help" || a == "-h" || a == "--version" || a == "--dry-run")
    {
        return false;
    }
    let mut words = args.iter().filter(|a| !a.starts_with('-'));
    let verb = words.next().map_or("", String::as_str);
    if verb == "start" || verb == "isolate" {
        return words.any(|unit| {
            TARGETS.contains(&unit.strip_suffix(".target").unwrap_or(unit))
                && (unit.ends_with(".target") || verb == "isolate")
        });
    }
    VERBS.contains(&verb)
}

/// macOS commands.
pub fn macos(name: &str, args: &[String]) -> Option<RebootVia> {
    let said = args.join(" ").to_lowercase();
    let asked = match name {
        "launchctl" => args.first().is_some_and(|a| a == "reboot"),
        "osascript" => {
            (said.contains("system events")
                || said.contains("loginwindow")
                || said.contains("finder"))
                && [
                    "restart",
                    "shut down",
                    "«event aevtrrst»",
                    "«event aevtrsdn»",
                    "sleep",
                ]
                .iter()
                .any(|verb| said.contains(verb))
        }
        "fdesetup" => args.first().is_some_and(|a| a == "authrestart"),
        "softwareupdate" => args.iter().any(|a| a == "-R" || a == "--restart"),
        "pmset" => args.iter().any(|a| base_name(a) == "sleepnow"),
        _ => false,
    };
    asked.then_some(RebootVia::Macos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_reboots_is_told_from_what_only_asks() {
        for (line, reboots) in [
            ("shutdown -r now", true),
            ("shutdown -h +5 bye", true),
            ("shutdown", true),
            ("shutdown -c", false),
            ("reboot", true),
            ("reboot --help", false),
            ("init 6", true),
            ("init 3", false),
            ("telinit 0", true),
            ("systemctl reboot", true),
            ("systemctl -i --no-wall poweroff", true),
            ("systemctl isolate reboot.target", true),
            ("systemctl start reboot.target", true),
            ("systemctl start halt", false),
            ("systemctl status reboot.target", false),
            ("systemctl restart nginx", false),
            ("loginctl -i poweroff", true),
            ("loginctl list-sessions", false),
            ("ls reboot", false),
        ] {
            let words = args(line);
            assert_eq!(linux(&words[0], &words[1..]).is_some(), reboots, "{line}");
        }
        for (line, reboots) in [
            ("launchctl reboot userspace", true),
            ("launchctl list", false),
            ("osascript -e tell app \"System Events\" to restart", true),
            ("osascript -e display dialog restart", false),
        ] {
            let words = args(line);
            assert_eq!(macos(&words[0], &words[1..]).is_some(), reboots, "{line}");
        }
    }
}
