//! What the Agent does on Windows devices alone: which program runs a script, SYSTEM's environment,
//! UDFs in the registry, remarks on what Windows scripts trip over.

pub mod asked;
pub mod environment;
pub mod launch;
pub mod notes;
pub mod powershell;
pub mod udf;

/// `C:\ProgramData\CentraStage`, the Agent's own folder `[A]`.
pub const FOLDER: &str = r"C:\ProgramData\CentraStage";

/// Whether a path or key is another one or lies below it; Windows minds no case.
pub fn below(path: &str, above: &str) -> bool {
    let (path, above) = (path.to_lowercase(), above.to_lowercase());
    path.strip_prefix(&above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
}
