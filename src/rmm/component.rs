//! What a component is: metadata, script body, variables, post-conditions, attachments.
//! Fields and tokens are those of exported `.cpt` packages.

use serde::{Deserialize, Serialize};

/// Category of a component; `monitors` cannot be changed later on the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    Applications,
    Scripts,
    Monitors,
}

/// Script language of a component (`installType` in the package).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InstallType {
    Powershell,
    Unix,
    Batch,
    /// A token no export was seen with (VBScript, Python, ...), kept as it stood.
    Other(String),
}

impl InstallType {
    /// The token in `resource.xml`.
    pub fn token(&self) -> &str {
        match self {
            InstallType::Powershell => "powershell",
            InstallType::Unix => "unix",
            InstallType::Batch => "batch",
            InstallType::Other(t) => t,
        }
    }

    /// Reads the token of `resource.xml`; any unknown one is kept as `Other`.
    pub fn from_token(t: &str) -> InstallType {
        match t {
            "powershell" => InstallType::Powershell,
            "unix" => InstallType::Unix,
            "batch" => InstallType::Batch,
            other => InstallType::Other(other.to_owned()),
        }
    }
}

/// Type of a user variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VariableType {
    String,
    Boolean,
    /// "Selection" in the portal, `map` in the package.
    Selection,
    /// Token in packages unknown: no export was seen with one.
    Date,
}

/// One option of a Selection variable: the portal shows the name, the script receives the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionOption {
    pub name: String,
    pub value: String,
}

/// A user variable as the component declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Display order; exports may have gaps.
    pub idx: u32,
    pub name: String,
    pub kind: VariableType,
    pub description: String,
    /// For a Selection this is the option's *name*. Empty and absent are told apart nowhere on the platform.
    pub default: String,
    /// Only for a Selection.
    pub options: Vec<SelectionOption>,
}

/// Where a post-condition looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streams {
    pub stdout: bool,
    pub stderr: bool,
}

/// "Warning Text" of a component: turns a successful job to Warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostCondition {
    pub streams: Streams,
    /// Case-sensitive text.
    pub text: String,
    /// `true`: warn when found; `false`: warn when not found.
    pub found: bool,
}

/// Metadata of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    pub name: String,
    pub category: Category,
    pub description: String,
    /// GUID in lower case; empty when the source has none.
    pub uid: String,
    pub version: u32,
    /// Seconds after which a script still running is terminated.
    pub timeout: u32,
    /// 1 (Basic) to 5 (Super): who sees the component in the portal, not what it may do.
    pub security_level: u8,
    pub install_type: InstallType,
    pub variables: Vec<Variable>,
    pub post_conditions: Vec<PostCondition>,
}
