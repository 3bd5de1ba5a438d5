//! The helper EXE that this binary carries.

/// The helper's bytes; none where this binary was built without the Windows target.
pub fn embedded() -> Option<&'static [u8]> {
    let bytes: &'static [u8] = include_bytes!(env!("SHAKEDOWN_HELPER"));
    (!bytes.is_empty()).then_some(bytes)
}

/// How to get one where there is none.
pub const WAY: &str = "rustup target add x86_64-pc-windows-gnu, install gcc-mingw-w64-x86-64 and \
                       build shakedown again; or build it from sources whose build/prebuilt is of \
                       them (scripts/prebuild-helper renews it)";

/// Where it is from, as `doctor` tells it.
pub fn origin() -> &'static str {
    match env!("SHAKEDOWN_HELPER_ORIGIN") {
        "built" => "built here with it",
        "prebuilt" => "prebuilt, as its sources came with it",
        _ => "none",
    }
}
