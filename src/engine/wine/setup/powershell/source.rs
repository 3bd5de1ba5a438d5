//! A release before it is unpacked: a zip, or a folder that somebody unpacked. Which files it has,
//! each checked, and whether it is PowerShell of this version for x64.

use super::super::error::{Outcome, SetupError, at};
use super::version::About;
use crate::archive::directory::{MAX_ENTRIES, Problem};
use crate::archive::names::{self, Taken, shown};
use crate::archive::{Archive, Entry, Limits};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Several times what a release has.
const LIMITS: Limits = Limits {
    file: 128 << 20,
    total: 1 << 30,
    whose: "what a release of PowerShell may have (128 MB a file, 1 GB in all)",
    // Its hash is known; headers that only other readers believe do no harm here.
    consistent: false,
};
/// Files without which it is no release.
const WANTED: [&str; 5] = [
    "pwsh.exe",
    "pwsh.dll",
    RUNTIME_CONFIG,
    "System.Management.Automation.dll",
    "Modules/Microsoft.PowerShell.Utility/Microsoft.PowerShell.Utility.psd1",
];
/// Most folders that are looked into for one that was meant.
const MOST_BESIDE: usize = 1000;
/// How .NET starts it.
pub const RUNTIME_CONFIG: &str = "pwsh.runtimeconfig.json";
const ADVICE: &str = "take the zip for win-x64 from the release page, whole and unchanged";

/// A release.
pub struct Source {
    /// For messages.
    place: PathBuf,
    content: Content,
    pub entries: Vec<Entry>,
}

enum Content {
    Zip(Box<Archive>),
    Folder,
}

impl Source {
    /// A zip, every entry looked at.
    pub fn zip(file: File, place: &Path) -> Outcome<Source> {
        let archive = Archive::open(file, &LIMITS).map_err(|problem| match problem {
            Problem::Io(e) => at("read", place)(e),
            Problem::Refused(_, what) => refused(place, &what),
        })?;
        Ok(Source {
            place: place.to_owned(),
            entries: archive.entries.clone(),
            content: Content::Zip(Box::new(archive)),
        })
    }

    /// A folder, every file looked at.
    pub fn folder(place: &Path) -> Outcome<Source> {
        let mut source = Source {
            place: place.to_owned(),
            content: Content::Folder,
            entries: Vec::new(),
        };
        // Any other folder is no release, whatever else is wrong with what lies in it.
        if !place.join(WANTED[0]).exists() {
            return Err(no_folder(place));
        }
        let (mut taken, mut total) = (Taken::default(), 0_u64);
        source.look_into(place, "", &mut taken, &mut total)?;
        Ok(source)
    }

    fn look_into(
        &mut self,
        folder: &Path,
        above: &str,
        taken: &mut Taken,
        total: &mut u64,
    ) -> Outcome<()> {
        let entries = fs::read_dir(folder).map_err(at("read", folder))?;
        for entry in entries {
            let path = entry.map_err(at("read", folder))?.path();
            let last = path.file_name().unwrap_or_default();
            let name = last
                .to_str()
                .ok_or_else(|| refused(&path, "its name is no text"))?;
            let name = format!("{above}{name}");
            let found = fs::symlink_metadata(&path).map_err(at("look at", &path))?;
            names::check(&name)
                .and_then(|()| taken.take(&name, found.is_dir()))
                .map_err(|(_, what)| refused(&self.place, &what))?;
            if found.is_dir() {
                self.look_into(&path, &format!("{name}/"), taken, total)?;
                continue;
            }
            if !found.is_file() {
                return Err(refused(&path, "it is neither a file nor a folder"));
            }
            *total = total.saturating_add(found.len());
            let many = self.entries.len() as u64 >= MAX_ENTRIES;
            if found.len() > LIMITS.file || *total > LIMITS.total || many {
                let what = format!("`{}` brings it over {}", shown(&name), LIMITS.whose);
                return Err(refused(&self.place, &what));
            }
            self.entries.push(Entry {
                index: self.entries.len(),
                name,
                size: found.len(),
                executable: false,
            });
        }
        Ok(())
    }

    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        self.entries.iter().map(|e| e.size).sum()
    }

    /// Refuses what is not PowerShell of this version for x64; gives the version in full:
    /// `7.6.5.500`.
    pub fn judge(&mut self, version: &str) -> Outcome<String> {
        for wanted in WANTED {
            if !self.entries.iter().any(|e| e.name == wanted) {
                let deeper = format!("/{wanted}");
                let what = match self.entries.iter().find(|e| e.name.ends_with(&deeper)) {
                    Some(e) => format!(
                        "{wanted} does not lie at its root but at {}",
                        shown(&e.name)
                    ),
                    None => format!("it has no {wanted}"),
                };
                return Err(refused(&self.place, &what));
            }
        }
        let exe = self.about("pwsh.exe")?;
        if !exe.is_x64() {
            let what = format!("its pwsh.exe is for {}, and devices are x64", exe.machine());
            return Err(refused(&self.place, &what));
        }
        // A host that was made on another system than Windows carries no version.
        let about = match exe.version {
            Some(_) => exe,
            None => self.about("pwsh.dll")?,
        };
        match about.told() {
            Some(told) if about.is_of(version) => Ok(told),
            told => {
                let told = told.unwrap_or_else(|| "without a version".into());
                Err(SetupError::new(
                    format!(
                        "{} is PowerShell {told}, not {version}",
                        self.place.display()
                    ),
                    format!("take PowerShell {version}: what is laid over it is made for it alone"),
                ))
            }
        }
    }

    fn about(&mut self, name: &str) -> Outcome<About> {
        let no_image = format!("its {name} is no program of Windows");
        let image = self.content_of(name)?;
        About::of(&image).ok_or_else(|| refused(&self.place, &no_image))
    }

    fn content_of(&mut self, name: &str) -> Outcome<Vec<u8>> {
        let entry = self.entries.iter().find(|e| e.name == name).cloned();
        let entry = entry.ok_or_else(|| refused(&self.place, &format!("it has no {name}")))?;
        self.read(&entry)
    }

    /// The content of one of its entries, as long as was declared.
    pub fn read(&mut self, entry: &Entry) -> Outcome<Vec<u8>> {
        let mut content = Vec::new();
        let failed = |what: String| {
            let what = format!("its {} {what}", shown(&entry.name));
            refused(&self.place, &what)
        };
        match &mut self.content {
            Content::Zip(archive) => {
                let copied = archive.copy(entry, &mut content);
                copied.map_err(|e| failed(e.to_string()))?;
            }
            Content::Folder => {
                let path = self.place.join(&entry.name);
                let file = File::open(&path).map_err(at("open", &path))?;
                let read = file.take(entry.size + 1).read_to_end(&mut content);
                if read.map_err(at("read", &path))? as u64 != entry.size {
                    return Err(failed("changes while it is read".into()));
                }
            }
        }
        Ok(content)
    }
}

/// Whether a file is called as the release's zip for x64 is.
fn is_called_as_zip(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
    name.starts_with("PowerShell-") && name.ends_with("-win-x64.zip") && path.is_file()
}

/// A folder without PowerShell, or with one in a folder of it, or with its zip.
fn no_folder(place: &Path) -> SetupError {
    let within = fs::read_dir(place).ok().and_then(|entries| {
        let beside = entries.flatten().map(|e| e.path());
        beside
            .take(MOST_BESIDE)
            .find(|p| p.join(WANTED[0]).is_file() || is_called_as_zip(p))
    });
    let mend = match within {
        Some(zip) if zip.is_file() => format!("give the zip itself: {}", zip.display()),
        Some(folder) => format!("give {}", folder.display()),
        None => "give the folder that a zip for win-x64 was unpacked to".to_owned(),
    };
    let what = format!(
        "{} is no folder of PowerShell: it has no {}",
        place.display(),
        WANTED[0]
    );
    SetupError::new(what, mend)
}

/// What is wrong with a release.
fn refused(place: &Path, what: &str) -> SetupError {
    SetupError::new(
        format!("{} is no release that can be used: {what}", place.display()),
        ADVICE,
    )
}
