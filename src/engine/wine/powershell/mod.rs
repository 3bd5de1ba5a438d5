//! PowerShell as a layer of Windows devices: what this binary lays over the official release, where
//! the layers lie in the cache, and their use by devices. `setup powershell` makes them.
//!
//! ```text
//!  powershell-release-VERSION/         the release as it came, described in ...VERSION.json
//!  powershell-VERSION-DIGEST/          pfx/drive_c/pwsh and modules: what devices get
//!  powershell-server-VERSION-DIGEST/   modules that Windows Server alone has
//!  powershell-VERSION-DIGEST.json      last, when it was proved on a device
//! ```
//! DIGEST is that of our own files: a shakedown with others finds no layer of its own, and `setup
//! powershell` lays its files over the release that is there. Files that releases and layers share
//! are one file on the disk.

pub mod files;
pub mod layer;
pub mod ready;
pub mod release;

/// `C:\pwsh`, where PowerShell itself lies, below a layer and on the device.
pub const HOME: &str = "pfx/drive_c/pwsh";
/// `C:\Program Files\PowerShell\Modules`, below a layer.
pub const MODULES: &str = "pfx/drive_c/Program Files/PowerShell/Modules";
/// What all names in the cache begin with.
pub const PREFIX: &str = "powershell-";
