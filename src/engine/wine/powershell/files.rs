//! The files of `powershell/` that this binary carries.

/// Path below `powershell/`, and content.
pub type File = (&'static str, &'static [u8]);

/// All of them, in order of their paths.
pub const FILES: &[File] = &include!(concat!(env!("OUT_DIR"), "/powershell.rs"));

/// Digest of all that changes a device: sixteen hexadecimal digits.
pub const DIGEST: &str = env!("SHAKEDOWN_POWERSHELL_DIGEST");

/// One file.
pub fn content(path: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    Some(FILES[at].1)
}

/// The same as text; none also where it is no UTF-8.
pub fn text(path: &str) -> Option<&'static str> {
    std::str::from_utf8(content(path)?).ok()
}

/// Those below a folder, by their paths below it: `modules`, `modules-server`, `hook`.
pub fn below(folder: &str) -> impl Iterator<Item = File> {
    FILES.iter().filter_map(move |(name, content)| {
        let rest = name.strip_prefix(folder)?.strip_prefix('/')?;
        Some((rest, *content))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_module_is_carried_with_its_manifest() {
        assert!(FILES.is_sorted_by_key(|(name, _)| *name));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("powershell");
        for kind in ["modules", "modules-server"] {
            for entry in std::fs::read_dir(folder.join(kind)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let manifest = format!("{name}/{name}.psd1");
                assert!(below(kind).any(|(path, _)| path == manifest), "{manifest}");
            }
        }
        let on_disk = std::fs::read(folder.join("give-way.txt")).unwrap();
        assert_eq!(content("give-way.txt"), Some(&on_disk[..]));
        assert_eq!(content("give-way"), None);
        assert!(text("release.toml").is_some() && content("README.md").is_none());
    }
}
