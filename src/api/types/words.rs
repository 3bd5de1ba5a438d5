//! The closed sets of words that answers hold.

use crate::rmm::job::{JobStatus, Priority};
pub use crate::rmm::policy::ResponseActionType;
use crate::rmm::words::platform_words;
use crate::rmm::{filter, portal};

platform_words! {
    /// How urgent an alert is.
    AlertPriority {
        /// `Critical`.
        Critical = "Critical",
        /// `High`.
        High = "High",
        /// `Moderate`.
        Moderate = "Moderate",
        /// `Low`.
        Low = "Low",
        /// `Information`.
        Information = "Information",
        /// `Unknown`.
        Unknown = "Unknown",
    }
}
platform_words! {
    /// State of a device's antivirus product.
    AntivirusStatus {
        /// `RunningAndUpToDate`.
        RunningAndUpToDate = "RunningAndUpToDate",
        /// `RunningAndNotUpToDate`.
        RunningAndNotUpToDate = "RunningAndNotUpToDate",
        /// `NotRunning`.
        NotRunning = "NotRunning",
        /// `NotDetected`.
        NotDetected = "NotDetected",
    }
}
platform_words! {
    /// State of a device's patches.
    PatchStatus {
        /// `NoPolicy`.
        NoPolicy = "NoPolicy",
        /// `NoData`.
        NoData = "NoData",
        /// `RebootRequired`.
        RebootRequired = "RebootRequired",
        /// `InstallError`.
        InstallError = "InstallError",
        /// `ApprovedPending`.
        ApprovedPending = "ApprovedPending",
        /// `FullyPatched`.
        FullyPatched = "FullyPatched",
    }
}
platform_words! {
    /// Class of a device; an audit is asked for by it.
    DeviceClass {
        /// A device with an Agent.
        Device = "device",
        /// A printer.
        Printer = "printer",
        /// An ESXi host.
        EsxiHost = "esxihost",
        /// A network device found by the platform.
        RmmNetworkDevice = "rmmnetworkdevice",
        /// Not known.
        Unknown = "unknown",
    }
}
platform_words! {
    /// Where a job stands over all its devices.
    JobState {
        /// Some device has not ended it.
        Active = "active",
        /// It is over on every device.
        Completed = "completed",
    }
}
platform_words! {
    /// Where a job stands on one device.
    JobDeploymentStatus {
        /// The device did not come in time.
        Expired = "Expired",
        /// The device has not begun.
        Pending = "Pending",
        /// It runs.
        Running = "Running",
        /// It ended well.
        Success = "Success",
        /// It ended well, with warnings.
        Warning = "Warning",
        /// It was taken back.
        Retired = "Retired",
        /// It failed.
        Failure = "Failure",
    }
}
platform_words! {
    /// How one component of a job ended.
    ComponentStatus {
        /// It ended well.
        Success = "Success",
        /// It failed.
        Failure = "Failure",
    }
}
platform_words! {
    /// Who made a filter.
    FilterType {
        /// Shipped with the platform.
        RmmDefault = "rmm_default",
        /// Made by a user.
        Custom = "custom",
        /// Belongs to a site.
        Site = "site",
    }
}
platform_words! {
    /// Kind of a proxy.
    ProxyType {
        /// HTTP.
        Http = "http",
        /// SOCKS 4.
        Socks4 = "socks4",
        /// SOCKS 5.
        Socks5 = "socks5",
    }
}
platform_words! {
    /// What an activity is about.
    ActivityEntity {
        /// A device.
        Device = "DEVICE",
        /// A user.
        User = "USER",
    }
}

/// The words of the state's own enums.
macro_rules! same {
    ($($ours:path => $theirs:ident { $($from:ident => $to:ident),+ })+) => {
        $(impl From<$ours> for $theirs {
            fn from(value: $ours) -> Self {
                match value { $(<$ours>::$from => $theirs::$to),+ }
            }
        })+
    };
}

same! {
    Priority => AlertPriority {
        Critical => Critical, High => High, Moderate => Moderate, Low => Low, Information => Information
    }
    JobStatus => JobDeploymentStatus {
        Pending => Pending, Running => Running, Success => Success, Warning => Warning,
        Failure => Failure, Expired => Expired, Retired => Retired
    }
    portal::DeviceClass => DeviceClass {
        Device => Device, Printer => Printer, EsxiHost => EsxiHost,
        RmmNetworkDevice => RmmNetworkDevice, Unknown => Unknown
    }
    portal::ProxyKind => ProxyType { Http => Http, Socks4 => Socks4, Socks5 => Socks5 }
    filter::Kind => FilterType { RmmDefault => RmmDefault, Custom => Custom, Site => Site }
}

impl From<ProxyType> for portal::ProxyKind {
    fn from(value: ProxyType) -> Self {
        match value {
            ProxyType::Http => portal::ProxyKind::Http,
            ProxyType::Socks4 => portal::ProxyKind::Socks4,
            ProxyType::Socks5 => portal::ProxyKind::Socks5,
        }
    }
}
