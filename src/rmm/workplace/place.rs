//! Where Workplace keeps its report `[O]`: the vendor's page "Can I monitor Workplace devices with a
//! remote monitoring and management (RMM) tool?".

use crate::rmm::os::Os;

/// Whose report it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner<'o> {
    /// The user's name as that of the profile's folder; none: Workplace Server, on Windows alone.
    pub user: Option<&'o str>,
    /// `TeamName(UserName)`, the account that macOS' place of version 10 is named after.
    pub account: Option<&'o str>,
}

/// The places of a report, the newest version's first; none on a system without Workplace Desktop.
pub fn places(os: Os, owner: &Owner<'_>) -> Vec<String> {
    match (os, owner.user) {
        (Os::Linux, _) | (Os::Macos, None) => Vec::new(),
        (Os::Windows, None) => {
            vec![r"C:\ProgramData\Datto\Common\Status Report - Datto Workplace Server.xml".into()]
        }
        (Os::Windows, Some(user)) => vec![
            format!(
                r"C:\Users\{user}\AppData\Local\Datto\Workplace CloudConnect\Profiles\live\Sessions\0\StatusReport.xml"
            ),
            format!(
                r"C:\Users\{user}\AppData\Local\Datto\Common\Status Report - Datto Workplace.xml"
            ),
        ],
        (Os::Macos, Some(user)) => {
            let preferences = format!("/Users/{user}/Library/Preferences");
            let account = owner.account.map(|account| {
                format!("{preferences}/com.datto.dwc/account_{account}/Status Report.xml")
            });
            let before = format!("{preferences}/com.datto.dwp/Status Report.xml");
            account.into_iter().chain([before]).collect()
        }
    }
}
