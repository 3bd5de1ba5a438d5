//! The package folder: where a component lies on a device while it runs, and what is in it.

use crate::component::{self, Component, ComponentError};
use crate::engine::{Device, EngineError};
use crate::rmm::component::{Category, Metadata};
use crate::rmm::os::Os;
use std::borrow::Cow;

/// Largest attachment the platform takes: 3 GB `[T]`.
const LARGEST_ATTACHMENT: u64 = 3_000_000_000;

/// Content of an attachment.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    Bytes(&'a [u8]),
    /// Read when the package is laid.
    Attachment(&'a component::Attachment),
}

/// A file that comes with a component.
#[derive(Debug, Clone, Copy)]
pub struct Attachment<'a> {
    /// Relative to the package folder; attachments lie flat beside the script, except those of
    /// packages made by hand, which may hold folders `[A]`.
    pub name: &'a str,
    pub content: Content<'a>,
    /// Permission bits on the device.
    pub mode: u32,
}

/// What the Agent needs of a component.
#[derive(Debug, Clone)]
pub struct ComponentView<'a> {
    pub meta: &'a Metadata,
    /// The script, byte for byte as in the package.
    pub body: &'a [u8],
    /// One body for batch and shell.
    pub polyglot: bool,
    pub attachments: Vec<Attachment<'a>>,
}

impl<'a> ComponentView<'a> {
    /// The view of a loaded component. A monitor comes without its attachments: the platform lets
    /// nobody attach files to one `[O]`, so none would reach the device.
    pub fn of(component: &'a Component) -> ComponentView<'a> {
        let attached = match component.metadata.category {
            Category::Monitors => &[],
            _ => component.attachments.as_slice(),
        };
        ComponentView {
            meta: &component.metadata,
            body: &component.body,
            polyglot: component.is_polyglot(),
            attachments: attached
                .iter()
                .map(|a| Attachment {
                    name: &a.name,
                    content: Content::Attachment(a),
                    mode: if a.executable { 0o755 } else { 0o644 },
                })
                .collect(),
        }
    }
}

/// Why a package could not be laid on a device.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("attachment {name:?} would lie outside of the package folder; rename it")]
    Name { name: String },
    #[error("attachment {name:?} has the name of the script; rename it")]
    NamedLikeScript { name: String },
    #[error(transparent)]
    Attachment(#[from] ComponentError),
}

/// Where a component lies on a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Working folder of the script. The trailing `#` of the real folder is kept: it breaks tools.
    pub folder: String,
    /// Absolute path of the script.
    pub script: String,
}

/// Where a component lies.
///
/// Jobs on Windows: `C:\ProgramData\CentraStage\Packages\GUID#`, monitors somewhere below `%TEMP%` `[A]`.
/// Jobs on macOS: `/Library/Application Support/CentraStage/Packages/GUID#` `[U]`. Jobs on Linux:
/// not public; `/usr/local/share/CentraStage/Packages/GUID#`, below the Agent's own folder `[I]`.
/// Monitors lie under the temporary folder, as they do on Windows `[A]` for Windows, `[I]` here.
pub fn layout(os: Os, meta: &Metadata, script_name: &str) -> Layout {
    if os == Os::Windows {
        let above = match meta.category {
            Category::Monitors => r"C:\Windows\TEMP\CentraStage".to_owned(),
            _ => format!(r"{}\Packages", super::windows::FOLDER),
        };
        let folder = format!(r"{above}\{}#", folder_name(meta));
        return Layout {
            script: format!(r"{folder}\{script_name}"),
            folder,
        };
    }
    let above = match (meta.category, os) {
        (Category::Monitors, _) => "/tmp/CentraStage",
        (_, Os::Macos) => "/Library/Application Support/CentraStage/Packages",
        (_, Os::Linux | Os::Windows) => "/usr/local/share/CentraStage/Packages",
    };
    let folder = format!("{above}/{}#", folder_name(meta));
    Layout {
        script: format!("{folder}/{script_name}"),
        folder,
    }
}

/// The GUID, or a name made of the component's where it has none; never with a slash or a dot first.
fn folder_name(meta: &Metadata) -> String {
    let from = if meta.uid.is_empty() {
        &meta.name
    } else {
        &meta.uid
    };
    let safe: String = from
        .chars()
        .take(64)
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if safe.is_empty() {
        "component".to_owned()
    } else {
        safe
    }
}

/// Lays script and attachments on the device. They stay after the job, as on a real device `[A]`.
///
/// A script that lies there already with the same bytes is left alone, so that overlapping runs
/// of a monitor never see it half written.
///
/// # Errors
/// An attachment with an unusable name or that cannot be read, or an engine that cannot write.
pub fn lay(
    device: &dyn Device,
    layout: &Layout,
    component: &ComponentView<'_>,
) -> Result<(), PackageError> {
    let windows = layout.folder.contains('\\');
    let script_name = layout.script.rsplit(['/', '\\']).next().unwrap_or_default();
    for attachment in &component.attachments {
        check_name(attachment.name, script_name)?;
        // Windows takes none of these in a name, and minds no case.
        if windows
            && attachment
                .name
                .contains([':', '*', '?', '"', '<', '>', '|'])
        {
            return Err(PackageError::Name {
                name: attachment.name.to_owned(),
            });
        }
        if windows && attachment.name.eq_ignore_ascii_case(script_name) {
            return Err(PackageError::NamedLikeScript {
                name: attachment.name.to_owned(),
            });
        }
    }
    let limit = component.body.len() as u64 + 1;
    let body = as_written(component.body, script_name);
    let present = device.read_file(&layout.script, limit + MARK.len() as u64)?;
    if present.as_deref() != Some(&*body) {
        device.write_file(&layout.script, &body, 0o755)?;
    }
    for attachment in &component.attachments {
        let path = match windows {
            true => format!(r"{}\{}", layout.folder, attachment.name.replace('/', r"\")),
            false => format!("{}/{}", layout.folder, attachment.name),
        };
        match attachment.content {
            Content::Bytes(bytes) => device.write_file(&path, bytes, attachment.mode)?,
            Content::Attachment(a) => {
                device.write_file(&path, &a.bytes(LARGEST_ATTACHMENT)?, attachment.mode)?;
            }
        }
    }
    Ok(())
}

/// The mark that PowerShell scripts begin with on the endpoint.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// PowerShell scripts are written with a byte order mark `[T]`, all others as they are `[I]`.
fn as_written<'b>(body: &'b [u8], script_name: &str) -> Cow<'b, [u8]> {
    match script_name.ends_with(".ps1") && !body.starts_with(MARK) {
        true => Cow::Owned([MARK, body].concat()),
        false => Cow::Borrowed(body),
    }
}

fn check_name(name: &str, script_name: &str) -> Result<(), PackageError> {
    let unusable = |part: &str| matches!(part, "" | "." | "..");
    if name.contains(['\\', '\0']) || name.split('/').any(unusable) {
        return Err(PackageError::Name {
            name: name.to_owned(),
        });
    }
    if name == script_name {
        return Err(PackageError::NamedLikeScript {
            name: name.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::agent::job::tests::FakeDevice;
    use crate::rmm::component::InstallType;

    pub(crate) fn metadata(install_type: &str) -> Metadata {
        Metadata {
            name: "Bright [LIN]".into(),
            category: Category::Scripts,
            description: String::new(),
            uid: "da435223-0000-4000-8000-000000000001".into(),
            version: 1,
            timeout: 60,
            security_level: 1,
            install_type: InstallType::from_token(install_type),
            variables: Vec::new(),
            post_conditions: Vec::new(),
        }
    }

    #[test]
    fn folders_end_in_a_number_sign_and_monitors_lie_under_tmp() {
        let mut meta = metadata("unix");
        let l = layout(Os::Linux, &meta, "command.sh");
        assert_eq!(
            l.folder,
            "/usr/local/share/CentraStage/Packages/da435223-0000-4000-8000-000000000001#"
        );
        assert_eq!(l.script, format!("{}/command.sh", l.folder));
        assert!(
            layout(Os::Macos, &meta, "command.sh")
                .folder
                .starts_with("/Library/Application Support/")
        );
        meta.category = Category::Monitors;
        assert!(
            layout(Os::Macos, &meta, "command.sh")
                .folder
                .starts_with("/tmp/CentraStage/")
        );
    }

    #[test]
    fn a_folder_name_never_leaves_the_packages() {
        let mut meta = metadata("unix");
        for uid in ["../../etc", "a/b", "..", "."] {
            meta.uid = uid.into();
            let name = folder_name(&meta);
            assert!(!name.contains(['/', '.']), "{name}");
        }
        meta.uid.clear();
        meta.name.clear();
        assert_eq!(folder_name(&meta), "component");
    }

    #[test]
    fn script_and_attachments_lie_flat_with_their_modes() {
        let device = FakeDevice::default();
        let meta = metadata("unix");
        let host = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(host.path(), b"from disk").unwrap();
        let on_disk = component::Attachment {
            name: "b.sh".into(),
            content: component::Content::File(host.path().to_owned()),
            size: 9,
            executable: true,
        };
        let view = ComponentView {
            meta: &meta,
            body: b"echo \xff",
            polyglot: false,
            attachments: vec![
                Attachment {
                    name: "a.bin",
                    content: Content::Bytes(b"A"),
                    mode: 0o644,
                },
                Attachment {
                    name: "b.sh",
                    content: Content::Attachment(&on_disk),
                    mode: 0o755,
                },
            ],
        };
        let l = layout(Os::Linux, &meta, "command.sh");
        lay(&device, &l, &view).unwrap();
        assert_eq!(device.file(&l.script), Some((b"echo \xff".to_vec(), 0o755)));
        assert_eq!(
            device.file(&format!("{}/a.bin", l.folder)),
            Some((b"A".to_vec(), 0o644))
        );
        assert_eq!(
            device.file(&format!("{}/b.sh", l.folder)),
            Some((b"from disk".to_vec(), 0o755))
        );
        let writes = device.writes();
        lay(&device, &l, &view).unwrap();
        assert_eq!(
            device.writes(),
            writes + 2,
            "the same script is not written again"
        );
    }

    #[test]
    fn attachments_with_folders_or_the_scripts_name_are_refused() {
        let device = FakeDevice::default();
        let meta = metadata("unix");
        let l = layout(Os::Linux, &meta, "command.sh");
        for name in [
            "../x",
            "/a",
            "a//b",
            "a/../b",
            "a\\b",
            "..",
            "",
            "command.sh",
        ] {
            let attachments = vec![Attachment {
                name,
                content: Content::Bytes(b""),
                mode: 0o644,
            }];
            let view = ComponentView {
                meta: &meta,
                body: b"",
                polyglot: false,
                attachments,
            };
            assert!(lay(&device, &l, &view).is_err(), "{name:?}");
        }
        assert_eq!(device.writes(), 0);
    }
}
