//! The helper EXE that this binary carries.

/// The helper's bytes; none where this binary was built without the Windows target.
pub fn embedded() -> Option<&'static [u8]> {
    let bytes: &'static [u8] = include_bytes!(env!("SHAKEDOWN_HELPER"));
    (!bytes.is_empty()).then_some(bytes)
}

/// How the binary got it, as `doctor` tells it; for none, how to get one.
pub fn origin() -> &'static str {
    match env!("SHAKEDOWN_HELPER_ORIGIN") {
        "built" => "built with it from source",
        "prebuilt" => "prebuilt (build/prebuilt of its sources)",
        _ => {
            "rustup target add x86_64-pc-windows-gnu, install gcc-mingw-w64-x86-64 and build \
             shakedown again; or build it from sources whose build/prebuilt is up to date \
             (scripts/prebuild-helper renews it)"
        }
    }
}
