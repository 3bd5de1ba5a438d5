//! Which packages of Debian the root is made of.

use std::fmt::Write;

/// The release whose Wine is used: Debian 13 has Wine 10.
pub const SUITE: &str = "trixie";
/// Its other name as long as no newer release is out; the lists there tell whether it still is.
pub const SUITE_TOO: &str = "stable";

/// Architectures of the root, the main one first.
pub const ARCHITECTURES: [&str; 2] = ["amd64", "i386"];

/// What is asked for; what these depend on comes with them.
pub const WANTED: [&str; 11] = [
    "base-files",
    "bash",
    "ca-certificates",
    "coreutils",
    "dash",
    "fonts-wine",
    "libc-bin",
    "libgnutls30t64",
    "libgnutls30t64:i386",
    "wine32:i386",
    "wine64",
];

/// What Wine is linked with but does without on a device that has no screen, sound, camera, printer
/// or USB: it loads these when they are first used. `ca-certificates` asks for openssl only to make
/// its bundle, which is made here in another way; maintainer scripts, which the others serve, are
/// not run at all.
const NOT_NEEDED: [&str; 26] = [
    "debconf",
    "debianutils",
    "fontconfig-config",
    "libasound2t64",
    "libavcodec61",
    "libavformat61",
    "libavutil59",
    "libcapi20-3t64",
    "libglib2.0-0t64",
    "libgphoto2-6t64",
    "libgphoto2-port12t64",
    "libgstreamer-plugins-base1.0-0",
    "libgstreamer1.0-0",
    "libpcap0.8t64",
    "libpcsclite1",
    "libpulse0",
    "libusb-1.0-0",
    "libwayland-client0",
    "libwayland-egl1",
    "libx11-6",
    "libxext6",
    "libxkbcommon0",
    "libxkbregistry0",
    "mawk",
    "ocl-icd-libopencl1",
    "openssl",
];

/// dpkg's list of installed packages for the private apt: what is not needed stands in it as
/// installed, so that apt leaves it out and still resolves and checks all the rest.
pub fn status() -> String {
    let mut out = String::new();
    for name in NOT_NEEDED {
        let provides = if name == "mawk" {
            "Provides: awk\n"
        } else {
            ""
        };
        for architecture in ARCHITECTURES {
            // Writing into a string cannot fail.
            let _ = write!(
                out,
                "Package: {name}\nStatus: install ok installed\nArchitecture: {architecture}\n\
                 Multi-Arch: same\nVersion: 999:0\n{provides}Maintainer: none\n\
                 Description: left out of the root\n\n"
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_stands_as_installed_once_for_each_architecture() {
        let status = status();
        assert_eq!(status.matches("Package: ").count(), 2 * NOT_NEEDED.len());
        assert!(
            status
                .contains("Package: libx11-6\nStatus: install ok installed\nArchitecture: i386\n")
        );
        for wanted in WANTED {
            let name = wanted.trim_end_matches(":i386");
            assert!(!status.contains(&format!("Package: {name}\n")), "{name}");
        }
    }
}
