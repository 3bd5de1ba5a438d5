//! Windows' own words for its error codes, as programs print them; Wine's differ.

/// Text of a code of `GetLastError()`, with its full stop.
#[must_use]
pub fn error_text(code: u32) -> String {
    let known = match code {
        1 => "Incorrect function.",
        2 => "The system cannot find the file specified.",
        3 => "The system cannot find the path specified.",
        5 => "Access is denied.",
        6 => "The handle is invalid.",
        32 => "The process cannot access the file because it is being used by another process.",
        50 => "The request is not supported.",
        80 => "The file exists.",
        87 => "The parameter is incorrect.",
        123 => "The filename, directory name, or volume label syntax is incorrect.",
        183 => "Cannot create a file when that file already exists.",
        1051 => {
            "A stop control has been sent to a service that other running services are dependent on."
        }
        1052 => "The requested control is not valid for this service.",
        1053 => "The service did not respond to the start or control request in a timely fashion.",
        1055 => "The service database is locked.",
        1056 => "An instance of the service is already running.",
        1057 => {
            "The account name is invalid or does not exist, or the password is invalid for the account name specified."
        }
        1058 => {
            "The service cannot be started, either because it is disabled or because it has no enabled devices associated with it."
        }
        1060 => "The specified service does not exist as an installed service.",
        1061 => "The service cannot accept control messages at this time.",
        1062 => "The service has not been started.",
        1072 => "The specified service has been marked for deletion.",
        1073 => "The specified service already exists.",
        1078 => "The name is already in use as either a service name or a service display name.",
        1332 => "No mapping between account names and security IDs was done.",
        _ => "",
    };
    if known.is_empty() {
        return format!("{}.", std::io::Error::from_raw_os_error(code.cast_signed()));
    }
    known.to_owned()
}
