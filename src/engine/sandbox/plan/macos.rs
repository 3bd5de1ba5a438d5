//! The files of a played macOS, beside those of the Linux below it.

use super::Planter;
use crate::engine::DeviceSpec;
use crate::engine::sandbox::macos::{BUILD, VERSION};

/// Plants what a component may look for.
pub fn plant(planter: &mut Planter<'_>, spec: &DeviceSpec) {
    planter.empty_folder("/var/root", 0o750);
    for folder in [
        "/Applications",
        "/Applications/Utilities",
        "/Library",
        "/Library/Application Support",
        "/Library/LaunchAgents",
        "/Library/LaunchDaemons",
        "/Library/Logs",
        "/Library/Preferences",
        "/Library/Receipts",
        "/System/Library/CoreServices",
        "/System/Library/LaunchDaemons",
        "/Users",
        "/Volumes",
        "/usr/local/bin",
        "/var/root/Library/Preferences",
    ] {
        planter.folder(folder, 0o755);
    }
    planter.folder("/Users/Shared", 0o1777);
    // On macOS /etc, /tmp and /var lead into /private; here it is the other way round.
    planter.folder("/private", 0o755);
    for name in ["etc", "tmp", "var"] {
        planter.link(&format!("/private/{name}"), &format!("/{name}"));
    }
    planter.file(
        "/System/Library/CoreServices/SystemVersion.plist",
        0o644,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\">\n<dict>\n\
             \t<key>ProductBuildVersion</key>\n\t<string>{BUILD}</string>\n\
             \t<key>ProductName</key>\n\t<string>macOS</string>\n\
             \t<key>ProductUserVisibleVersion</key>\n\t<string>{VERSION}</string>\n\
             \t<key>ProductVersion</key>\n\t<string>{VERSION}</string>\n\
             </dict>\n</plist>\n"
        ),
    );
    let name = &spec.hostname;
    planter.file(
        "/etc/hosts",
        0o644,
        format!("127.0.0.1\tlocalhost {name}\n::1\tlocalhost\n"),
    );
}
