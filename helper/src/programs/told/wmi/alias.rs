//! Aliases of `wmic`: the class behind each and what `list brief` shows.
//!
//! Source: `wmic alias list brief`, as Microsoft Learn's "wmic" and the role `msft_cli` define them.

/// An alias.
pub struct Alias {
    pub name: &'static str,
    pub class: &'static str,
    /// Properties of `list brief`, in the order they are shown.
    pub brief: &'static [&'static str],
}

const fn alias(name: &'static str, class: &'static str, brief: &'static [&'static str]) -> Alias {
    Alias { name, class, brief }
}

/// Aliases whose classes this device can tell of.
pub const ALIASES: [Alias; 22] = [
    alias("baseboard", "Win32_BaseBoard", &["Manufacturer", "Model", "Name", "SerialNumber", "SKU"]),
    alias("bios", "Win32_BIOS", &["Manufacturer", "Name", "SerialNumber", "SMBIOSBIOSVersion", "Version"]),
    alias(
        "computersystem",
        "Win32_ComputerSystem",
        &["Domain", "Manufacturer", "Model", "Name", "PrimaryOwnerName", "TotalPhysicalMemory"],
    ),
    alias("cpu", "Win32_Processor", &["Caption", "DeviceID", "Manufacturer", "MaxClockSpeed", "Name", "SocketDesignation"]),
    alias("csproduct", "Win32_ComputerSystemProduct", &["IdentifyingNumber", "Name", "UUID", "Vendor", "Version"]),
    alias("diskdrive", "Win32_DiskDrive", &["Caption", "DeviceID", "Model", "Partitions", "Size"]),
    alias("group", "Win32_Group", &["Caption", "Domain", "Name", "SID"]),
    alias("logicaldisk", "Win32_LogicalDisk", &["DeviceID", "DriveType", "FreeSpace", "ProviderName", "Size", "VolumeName"]),
    alias("memorychip", "Win32_PhysicalMemory", &["Capacity", "DeviceLocator", "MemoryType", "Name", "Tag", "TotalWidth"]),
    alias("nic", "Win32_NetworkAdapter", &["AdapterType", "DeviceID", "MACAddress", "Name", "Network Addresses", "ServiceName", "Speed"]),
    alias("nicconfig", "Win32_NetworkAdapterConfiguration", &["DHCPEnabled", "IPAddress", "MACAddress", "ServiceName"]),
    alias("os", "Win32_OperatingSystem", &["BuildNumber", "Organization", "RegisteredUser", "SerialNumber", "SystemDirectory", "Version"]),
    alias("printer", "Win32_Printer", &["DeviceID", "Name", "Status"]),
    alias("process", "Win32_Process", &["HandleCount", "Name", "Priority", "ProcessId", "ThreadCount", "WorkingSetSize"]),
    alias("product", "Win32_Product", &["Caption", "IdentifyingNumber", "Name", "Vendor", "Version"]),
    alias("qfe", "Win32_QuickFixEngineering", &["Description", "FixComments", "HotFixID", "InstallDate", "InstalledBy", "InstalledOn", "Name", "ServicePackInEffect", "Status"]),
    alias("service", "Win32_Service", &["ExitCode", "Name", "ProcessId", "StartMode", "State", "Status"]),
    alias("systemenclosure", "Win32_SystemEnclosure", &["ChassisTypes", "Manufacturer", "Model", "SerialNumber", "SMBIOSAssetTag"]),
    alias("timezone", "Win32_TimeZone", &["Bias", "SettingID", "StandardName"]),
    alias("useraccount", "Win32_UserAccount", &["AccountType", "Caption", "Domain", "Name", "SID"]),
    alias("volume", "Win32_Volume", &["Capacity", "DriveLetter", "FreeSpace", "Label", "Name"]),
    alias("battery", "Win32_Battery", &["DeviceID", "EstimatedChargeRemaining", "Name", "Status"]),
];

/// Windows' other aliases: known names that this device cannot tell of.
pub const OTHERS: [&str; 60] = [
    "alias", "bootconfig", "cdrom", "context", "datafile", "dcomapp", "desktop", "desktopmonitor",
    "devicememoryaddress", "diskquota", "dmachannel", "environment", "fsdir", "idecontroller", "irq",
    "job", "loadorder", "logon", "memcache", "memlogical", "memorychip", "memphysical", "netclient",
    "netlogin", "netprotocol", "netuse", "ntdomain", "ntevent", "nteventlog", "onboarddevice",
    "pagefile", "pagefileset", "partition", "port", "portconnector", "printerconfig", "printjob",
    "quotasetting", "rdaccount", "rdnic", "rdpermissions", "rdtoggle", "recoveros", "registry",
    "scsicontroller", "server", "shadowcopy", "shadowstorage", "share", "softwareelement",
    "softwarefeature", "sounddev", "startup", "sysaccount", "sysdriver", "systemslot", "tapedrive",
    "temperature", "ups", "voltage",
];
