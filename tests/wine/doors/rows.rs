//! The doors of each fact that exist without PowerShell, and what they must tell of the odd ones.

/// Facts, and the lines of cmd that tell something of them: each with what its output must have in it.
type Row = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

pub const DOORS: &[Row] = &[
    (
        &["computerSystem"],
        &[
            (
                "wmic computersystem get manufacturer /value",
                "Manufacturer=Bright & Co.",
            ),
            ("wmic computersystem get model /value", "Model=B-1 (odd)"),
            ("wmic computersystem get domain /value", "Domain=BRIGHTWG"),
            (
                "wmic computersystem get username /value",
                "UserName=DOORS\\ann",
            ),
            (
                "wmic computersystem get totalphysicalmemory /value",
                "TotalPhysicalMemory=5368709120",
            ),
            ("systeminfo", "System Manufacturer:       Bright & Co.\n"),
            ("systeminfo", "System Model:              B-1 (odd)\n"),
            ("systeminfo", "Domain:                    BRIGHTWG\n"),
            ("systeminfo", "Total Physical Memory:     5,120 MB\n"),
        ],
    ),
    (
        &["bios", "computerSystemProduct"],
        &[
            (
                "wmic bios get smbiosbiosversion /value",
                "SMBIOSBIOSVersion=9.8.7",
            ),
            (
                "wmic csproduct get uuid /value",
                "UUID=0DD00DD0-0000-4000-8000-00000000B00B",
            ),
            ("systeminfo", "9.8.7, "),
        ],
    ),
    (
        &["os", "currentVersion"],
        &[
            ("wmic os get buildnumber /value", "BuildNumber=20123"),
            (
                "wmic os get organization /value",
                "Organization=Bright & Sons",
            ),
            ("systeminfo", "Build 20123\n"),
            ("systeminfo", "Registered Organization:   Bright & Sons\n"),
            (
                r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuild"#,
                "20123\n",
            ),
            (
                r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuild /reg:32"#,
                "20123\n",
            ),
            (
                r#"reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v RegisteredOrganization"#,
                "Bright & Sons\n",
            ),
        ],
    ),
    (
        &["processors"],
        &[
            ("wmic cpu get name /value", "Name=Bright CPU 9000"),
            ("wmic cpu get numberofcores /value", "NumberOfCores=3"),
        ],
    ),
    (
        &["volumes", "bitLocker"],
        &[
            (
                "wmic logicaldisk where deviceid='Q:' get volumename /value",
                "VolumeName=Bright Data",
            ),
            (
                "wmic logicaldisk where deviceid='C:' get freespace /value",
                "FreeSpace=82678120448",
            ),
            ("fsutil volume diskfree C:", "82,678,120,448"),
            ("manage-bde -status C:", "Protection On"),
        ],
    ),
    (
        &["networkAdapters"],
        &[
            ("ipconfig /all", "10.9.8.7"),
            ("ipconfig /all", "02-AA-BB-CC-DD-EE"),
            ("ipconfig /all", "10.9.8.2"),
            ("getmac", "02-AA-BB-CC-DD-EE"),
            (
                "wmic nic get macaddress /value",
                "MACAddress=02:AA:BB:CC:DD:EE",
            ),
            ("wmic nicconfig get ipaddress /value", "10.9.8.7"),
            ("netsh interface ip show addresses", "10.9.8.7"),
            ("systeminfo", "[01]: 10.9.8.7"),
            ("route print", "10.9.8.1"),
        ],
    ),
    (
        &["batteries", "printers", "antivirusProducts", "hotfixes"],
        &[
            (
                "wmic path win32_battery get estimatedchargeremaining /value",
                "EstimatedChargeRemaining=41",
            ),
            ("wmic printer get name /value", "Name=Bright Printer"),
            (
                r"wmic /namespace:\\root\securitycenter2 path antivirusproduct get displayname /value",
                "displayName=Bright Antivirus",
            ),
            ("wmic qfe get hotfixid /value", "HotFixID=KB9990001"),
            ("systeminfo", "[01]: KB9990001\n"),
        ],
    ),
    (
        &["localUsers", "localGroups", "userProfiles"],
        &[
            ("net user ann", "Ann O'Neil"),
            ("net user ann", "*Bright Ops"),
            ("net localgroup \"Bright Ops\"", "\nann\n"),
            ("net localgroup", "*Event Log Readers\n"),
            (
                "wmic useraccount where name='ann' get fullname /value",
                "FullName=Ann O'Neil",
            ),
            (
                "wmic group where name='Bright Ops' get name /value",
                "Name=Bright Ops",
            ),
            (
                "wmic path win32_userprofile get localpath /value",
                r"LocalPath=C:\Users\ann",
            ),
        ],
    ),
    (
        &["optionalFeatures", "smbShares"],
        &[
            ("dism /online /get-features", "BrightFeature"),
            ("net share", "bright$"),
        ],
    ),
    (
        &["scheduledTasks"],
        &[
            (
                r"schtasks /query /tn \Bright\Scan /fo list /v",
                r"C:\bright.exe /scan",
            ),
            (
                r"schtasks /query /fo csv",
                r#""\Microsoft\Windows\Defrag\ScheduledDefrag""#,
            ),
        ],
    ),
    (
        &["events", "eventLogs"],
        &[
            (
                "wevtutil qe Application /q:*[System[EventID=77]] /f:text",
                "odd event",
            ),
            (
                "wevtutil qe Application /q:*[System[Level=1]] /f:text",
                "Level: Critical\n",
            ),
            (
                "wevtutil qe System /q:*[System[EventID=6005]] /f:text",
                "The Event log service was started.",
            ),
            ("wevtutil el", "Microsoft-Windows-Bits-Client/Operational\n"),
            ("wevtutil gl \"Windows PowerShell\"", "maxSize: 15728640\n"),
            (
                "wevtutil gl Microsoft-Windows-TaskScheduler/Operational",
                "enabled: false\n",
            ),
        ],
    ),
    (
        &["timeZone"],
        &[
            ("tzutil /g", "Tokyo Standard Time"),
            ("wmic timezone get bias /value", "Bias=540"),
            ("systeminfo", "(UTC+09:00) Tokyo Standard Time\n"),
            // Clocks run in UTC whatever is declared, and the registry tells the clocks' offset.
            (
                r"reg query HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation /v ActiveTimeBias",
                "ActiveTimeBias    REG_DWORD    0x0\n",
            ),
            // The zone that stands first: were it not found there, every start would look for long.
            (
                r"reg query HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation /v TimeZoneKeyName",
                "TimeZoneKeyName    REG_SZ    (UTC)\n",
            ),
        ],
    ),
    (&["azureAd"], &[("dsregcmd /status", "AzureAdJoined : YES")]),
    (
        &["baseBoard"],
        &[("wmic baseboard get product /value", "Product=Bright Board")],
    ),
    (&["bcd"], &[("bcdedit /enum", "Bright Boot\n")]),
    (
        &["disks"],
        &[("wmic diskdrive get model /value", "Model=Bright SSD")],
    ),
    (
        &["dnsCache"],
        &[("ipconfig /displaydns", "cached.bright.example\n")],
    ),
    (
        &["dnsRecords"],
        &[("nslookup bright.example", "Address:  10.9.8.21\n")],
    ),
    (&["drivers"], &[("driverquery", "brightdrv")]),
    (
        &["firewallProfiles"],
        &[("netsh advfirewall show publicprofile", "OFF\n")],
    ),
    (
        &["firewallRules"],
        &[(
            "netsh advfirewall firewall show rule name=\"Bright In\"",
            "8443\n",
        )],
    ),
    (
        &["imageHealth"],
        &[(
            "dism /online /cleanup-image /checkhealth",
            "The component store is repairable.\n",
        )],
    ),
    (
        &["licensingProducts"],
        &[(
            "wmic path softwarelicensingproduct get name /value",
            "Name=Bright Licence",
        )],
    ),
    (
        &["machineSid"],
        &[(
            "wmic useraccount where name='ann' get sid /value",
            "SID=S-1-5-21-7-8-9-",
        )],
    ),
    (
        &["neighbors"],
        &[("arp -a", "10.9.8.99             02-aa-00-00-00-99")],
    ),
    (
        &["pageFiles"],
        &[(
            "wmic path win32_pagefileusage get name /value",
            "Name=C:\\bright.sys",
        )],
    ),
    (
        &["physicalMemory"],
        &[(
            "wmic memorychip get partnumber /value",
            "PartNumber=BR-DDR5",
        )],
    ),
    (
        &["physicalMemoryArrays"],
        &[(
            "wmic path win32_physicalmemoryarray get memorydevices /value",
            "MemoryDevices=7",
        )],
    ),
    (
        &["sessions"],
        &[("query user", "ann                   console             3")],
    ),
    (
        &["shadowCopies"],
        &[(
            "vssadmin list shadows",
            "Shadow Copy ID: {0dd00dd0-0000-4000-8000-00000000c0de}",
        )],
    ),
    (
        &["systemEnclosure"],
        &[(
            "wmic systemenclosure get smbiosassettag /value",
            "SMBIOSAssetTag=BRIGHT-TAG",
        )],
    ),
    (
        &["videoControllers"],
        &[(
            "wmic path win32_videocontroller get name /value",
            "Name=Bright GPU",
        )],
    ),
    (
        &["windowsRE"],
        &[("reagentc /info", "Windows RE status:         Disabled\n")],
    ),
    (
        &["wmi"],
        &[(
            "wmic path win32_bright get answer /value",
            "Answer=forty-two",
        )],
    ),
];

/// Facts that PowerShell's modules alone ask for, besides the helper's own door.
pub const POWERSHELL_ALONE: &[&str] = &[
    "appxPackages",
    "appxProvisioned",
    "capabilities",
    "defender",
    "defenderPreference",
    "defenderThreats",
    "dnsSuffixSearchList",
    "driverStore",
    "eventProviders",
    "firmware",
    "gallery",
    "installedModules",
    "packageProviders",
    "partitions",
    "pnpDevices",
    "printJobs",
    "printerDrivers",
    "printerPorts",
    "psRepositories",
    "reachableDomains",
    "reliabilityRecords",
    "restorePoints",
    "smbConnections",
    "smbServer",
    "systemRestore",
    "tcpConnections",
    "tpm",
    "virtualDisks",
    "vpnConnections",
    "windowsFeatures",
    "windowsPackages",
    "winrm",
];

/// Facts whose other door refuses by name where they are declared: its form with entries is not known.
pub const REFUSED_ELSEWHERE: &[(&str, &str)] = &[
    ("smbMappings", "net use"),
    ("smbOpenFiles", "net file"),
    ("smbSessions", "net session"),
];
