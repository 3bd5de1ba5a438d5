//! Makes layers of an unpacked release: its files, adapted where they must be, and ours over them.

use super::super::error::{Outcome, SetupError, at};
use super::super::tree::Tree;
use super::adapt::{Leaving, hooked};
use super::source::RUNTIME_CONFIG;
use crate::engine::Cancel;
use crate::engine::wine::powershell::{HOME, MODULES, files};
use std::fs;
use std::path::{Path, PathBuf};

/// Where PowerShell's own modules lie in it.
const OWN_MODULES: &str = "Modules/";
/// Largest manifest that is edited.
const LARGEST: u64 = 4 << 20;
const ADVICE: &str = "this release has another form than the one that this shakedown was made for: \
                      say so with this text";

/// One layer that is being made.
pub struct Layer {
    folder: PathBuf,
    tree: Tree,
}

impl Layer {
    /// An empty one.
    pub fn begin(folder: &Path) -> Outcome<Layer> {
        fs::create_dir_all(folder).map_err(at("make", folder))?;
        let tree = Tree::open(folder).map_err(at("open", folder))?;
        Ok(Layer {
            folder: folder.to_owned(),
            tree,
        })
    }

    /// Writes a file: readable by all, and to be run where it is a program.
    pub fn write(&self, path: &str, content: &[u8]) -> Outcome<()> {
        let program = [".exe", ".dll"]
            .iter()
            .any(|e| path.to_ascii_lowercase().ends_with(e));
        let mode = if program { 0o755 } else { 0o644 };
        let now = jiff::Timestamp::now().as_second().unsigned_abs();
        let written = self.tree.file(path.as_bytes(), mode, now, content);
        written.map_err(at("write", &self.folder.join(path)))
    }

    /// Gives a file of another layer a name in this one.
    fn share(&self, path: &str, file: &Path) -> Outcome<()> {
        let shared = self.tree.share(path.as_bytes(), file);
        shared.map_err(at("link", &self.folder.join(path)))
    }

    /// Lays the files of a release, without what leaves it; gives what could not be taken out.
    pub fn lay_release(&self, release: &Path, cancel: &Cancel) -> Outcome<Vec<String>> {
        let leaving = Leaving::carried().map_err(|e| SetupError::new(e, ADVICE))?;
        let home = release.join(HOME);
        let mut names = Vec::new();
        names_below(&home, "", &mut names)?;
        names.sort();
        let mut remarks = Vec::new();
        for name in &names {
            if cancel.is_cancelled() {
                return Err(SetupError::Interrupted);
            }
            let from = home.join(name);
            let to = format!("{HOME}/{name}");
            let module = name
                .strip_prefix(OWN_MODULES)
                .and_then(|n| n.split('/').next());
            match module {
                Some(module) if leaving.module(module) => {}
                Some(module) if is_manifest(module, name) => {
                    let text = text_of(&from)?;
                    let adapted = leaving.adapt(module, name, &text);
                    let adapted = adapted.map_err(|e| SetupError::new(e, ADVICE))?;
                    remarks.extend(adapted.remarks);
                    match adapted.text == text {
                        true => self.share(&to, &from)?,
                        false => self.write(&to, adapted.text.as_bytes())?,
                    }
                }
                _ => self.share(&to, &from)?,
            }
        }
        Ok(remarks)
    }

    /// Lays our modules: those of every release of Windows, or those of servers alone.
    pub fn lay_modules(&self, kind: &str) -> Outcome<()> {
        fs::create_dir_all(self.folder.join(MODULES)).map_err(at("make", &self.folder))?;
        files::below(kind)
            .try_for_each(|(path, content)| self.write(&format!("{MODULES}/{path}"), content))
    }

    /// Names the startup hook to .NET.
    pub fn hook(&self) -> Outcome<()> {
        let path = format!("{HOME}/{RUNTIME_CONFIG}");
        let text = text_of(&self.folder.join(&path))?;
        let hooked =
            hooked(&text).map_err(|e| SetupError::new(format!("{RUNTIME_CONFIG}: {e}"), ADVICE))?;
        self.write(&path, hooked.as_bytes())
    }
}

/// `Modules/NAME/NAME.psd1` and `Modules/NAME/VERSION/NAME.psd1`.
fn is_manifest(module: &str, path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let (stem, ending) = file.rsplit_once('.').unwrap_or_default();
    let near = path.split('/').count() <= 4;
    near && stem.eq_ignore_ascii_case(module) && ending.eq_ignore_ascii_case("psd1")
}

fn text_of(path: &Path) -> Outcome<String> {
    let size = fs::metadata(path).map_err(at("read", path))?.len();
    if size > LARGEST {
        let what = format!("{} is larger than a manifest may be", path.display());
        return Err(SetupError::new(what, ADVICE));
    }
    let bytes = fs::read(path).map_err(at("read", path))?;
    String::from_utf8(bytes).map_err(|_| {
        let what = format!("{} is not UTF-8, and must be edited", path.display());
        SetupError::new(what, ADVICE)
    })
}

fn names_below(folder: &Path, above: &str, out: &mut Vec<String>) -> Outcome<()> {
    for entry in fs::read_dir(folder).map_err(at("read", folder))? {
        let entry = entry.map_err(at("read", folder))?;
        let name = format!("{above}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(at("read", folder))?;
        match kind.is_dir() {
            true => names_below(&entry.path(), &format!("{name}/"), out)?,
            false => out.push(name),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn manifests_are_known_by_their_place() {
        for (path, is) in [
            ("Modules/PSReadLine/PSReadLine.psd1", true),
            ("Modules/PSReadLine/2.4.1/psreadline.PSD1", true),
            ("Modules/PSReadLine/Other.psd1", false),
            ("Modules/PSReadLine/a/b/PSReadLine.psd1", false),
            ("Modules/PSReadLine/PSReadLine.psm1", false),
        ] {
            assert_eq!(is_manifest("PSReadLine", path), is, "{path}");
        }
    }

    #[test]
    fn a_layer_shares_what_it_does_not_change() {
        let dir = tempfile::tempdir().unwrap();
        let release = dir.path().join("release");
        let put = |path: &str, text: &str| {
            let path = release.join(HOME).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let utility = "Modules/Microsoft.PowerShell.Utility/Microsoft.PowerShell.Utility.psd1";
        put("pwsh.exe", "MZ");
        put(RUNTIME_CONFIG, r#"{"runtimeOptions":{}}"#);
        put(utility, "@{ CmdletsToExport = 'Get-Date', 'Get-Uptime' }");
        put(
            "Modules/PSReadLine/PSReadLine.psd1",
            "@{ CmdletsToExport = 'Get-X' }",
        );
        put("Modules/PowerShellGet/PowerShellGet.psd1", "not read");
        put("Modules/Microsoft.PowerShell.PSResourceGet/x.dll", "");
        let made = dir.path().join("made");
        let layer = Layer::begin(&made).unwrap();
        layer.lay_release(&release, &Cancel::default()).unwrap();
        layer.lay_modules("modules").unwrap();
        layer.hook().unwrap();
        let read = |path: &str| fs::read_to_string(made.join(HOME).join(path)).unwrap();
        assert_eq!(read(utility), "@{ CmdletsToExport = 'Get-Date' }");
        assert!(read(RUNTIME_CONFIG).contains("STARTUP_HOOKS"));
        let links = |path: &str| fs::metadata(release.join(HOME).join(path)).unwrap().nlink();
        assert_eq!(
            (links("pwsh.exe"), links(RUNTIME_CONFIG), links(utility)),
            (2, 1, 1)
        );
        assert_eq!(links("Modules/PSReadLine/PSReadLine.psd1"), 2);
        let own = made.join(HOME).join("Modules");
        let mut left: Vec<_> = fs::read_dir(own)
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["Microsoft.PowerShell.Utility", "PSReadLine"]);
        assert!(
            made.join(MODULES)
                .join("Shakedown.Device/Shakedown.Device.psd1")
                .is_file()
        );
        assert!(!made.join(MODULES).join("ServerManager").exists());
        // The release itself is as it was.
        let config = fs::read_to_string(release.join(HOME).join(RUNTIME_CONFIG)).unwrap();
        assert!(!config.contains("STARTUP_HOOKS"));
    }
}
