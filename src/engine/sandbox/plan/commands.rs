//! Where the links of command doubles go.

use super::Planter;
use super::linux::PATH_FOLDERS;
use crate::engine::DeviceSpec;
use crate::engine::sandbox::doubles::{ALWAYS, PASSED_ON};
use crate::engine::sandbox::inside::DOUBLE;
use crate::engine::sandbox::macos;
use crate::rmm::os::Os;

/// Where a double of a command goes: an absolute path as it is; a bare name wherever the standard
/// `PATH` has it on the device, and if nowhere, to `/usr/bin`.
pub fn places(command: &str, is_there: impl Fn(&str) -> bool) -> Vec<String> {
    if command.starts_with('/') {
        return vec![command.to_owned()];
    }
    let mut found: Vec<String> = PATH_FOLDERS
        .iter()
        .map(|folder| format!("{folder}/{command}"))
        .filter(|path| is_there(path))
        .collect();
    if found.is_empty() {
        found.push(format!("/usr/bin/{command}"));
    }
    found
}

/// Plants all doubles; gives the real programs that stay reachable for them.
pub fn plant(planter: &mut Planter<'_>, spec: &DeviceSpec) -> Vec<(Vec<u8>, Vec<u8>)> {
    let layers = planter.layers();
    let is_there = |path: &str| layers.entry(&layers.real_parent(path)).is_some();
    let mut links: Vec<String> = Vec::new();
    for command in ALWAYS {
        // A device without it has no such command to catch.
        if command == "loginctl" && !is_there("/usr/bin/loginctl") && !is_there("/bin/loginctl") {
            continue;
        }
        let mut places = places(command, is_there);
        if places == [format!("/usr/bin/{command}")] && command != "systemctl" {
            places = vec![format!("/usr/sbin/{command}")];
        }
        links.extend(places);
    }
    if spec.os == Os::Macos {
        for (folder, command) in macos::PLACES {
            links.push(format!("{folder}/{command}"));
            // Where Linux has a command of this name, it must not come first on the PATH.
            links.extend(places(command, is_there));
        }
    }
    for double in &spec.doubles {
        links.extend(places(&double.command, is_there));
        if spec.os == Os::Macos
            && let Some((folder, name)) = macos::PLACES.iter().find(|(_, n)| *n == double.command)
        {
            links.push(format!("{folder}/{name}"));
        }
    }
    let real = PASSED_ON.iter().filter_map(|command| {
        use std::os::unix::ffi::OsStrExt;
        let on_host = ["/usr/bin", "/bin"]
            .iter()
            .find_map(|folder| layers.file(&format!("{folder}/{command}")))?;
        Some((
            command.as_bytes().to_vec(),
            on_host.as_os_str().as_bytes().to_vec(),
        ))
    });
    for path in links {
        planter.link(&path, DOUBLE);
    }
    real.collect()
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn a_double_goes_where_the_command_is() {
        assert_eq!(places("/opt/x/tool", |_| false), ["/opt/x/tool"]);
        assert_eq!(places("tool", |_| false), ["/usr/bin/tool"]);
        let there = |path: &str| path == "/usr/sbin/tool" || path == "/bin/tool";
        assert_eq!(places("tool", there), ["/usr/sbin/tool", "/bin/tool"]);
    }
}
