//! Names and kinds of entries that no component may have.

use super::{refused, with};
use crate::raw_zip::{Raw, entry};

#[test]
fn paths_out_of_the_folder() {
    for (name, reason, said) in [
        ("../evil", "path-escape", "climbs"),
        ("../../../../tmp/evil", "path-escape", "climbs"),
        ("a/../../evil", "path-escape", "climbs"),
        ("/tmp/evil", "path-escape", "absolute"),
        ("..\\evil", "path-escape", "backslash"),
        ("C:/evil", "path-escape", "drive letter"),
        ("c:evil", "path-escape", "drive letter"),
        ("\\\\server\\share\\evil", "path-escape", "backslash"),
        ("evil\0.txt", "bad-name", "NUL"),
        ("evil\n", "bad-name", "control character"),
        ("evil.", "bad-name", "dot or a space"),
        ("evil ", "bad-name", "dot or a space"),
        ("x:stream", "path-escape", "drive letter"),
        ("file:stream", "bad-name", "Windows does not allow"),
        ("NUL", "reserved-name", "device's name"),
        ("com1.txt", "reserved-name", "device's name"),
        ("a//evil", "bad-name", "empty folder name"),
        ("", "bad-name", "empty"),
        ("\u{202e}txt.exe", "bad-name", "direction of text"),
    ] {
        refused(
            &with(entry(name, b"evil")),
            reason,
            said,
            &format!("{name:?}"),
        );
    }
    refused(
        &with(entry("../evil/", b"")),
        "path-escape",
        "climbs",
        "a folder entry",
    );
}

#[test]
fn names_that_become_one_file() {
    refused(
        &with(entry("COMMAND.BAT", b"x")),
        "names-collide",
        "differ only in case",
        "case",
    );
    refused(
        &with(entry("command.bat", b"x")),
        "duplicate-name",
        "one name",
        "twice",
    );
    refused(
        &with(entry("command.bat/x", b"x")),
        "names-collide",
        "a file and a folder",
        "file and folder",
    );
}

#[test]
fn what_is_not_a_file() {
    for (mode, said) in [
        (0o120_777, "symbolic link"),
        (0o020_666, "a device"),
        (0o060_666, "a device"),
        (0o010_666, "named pipe"),
        (0o140_777, "socket"),
        (0o040_755, "a file and a folder at once"),
    ] {
        refused(
            &with(Raw {
                mode,
                ..entry("link", b"/etc/passwd")
            }),
            "special-entry",
            said,
            said,
        );
    }
}
