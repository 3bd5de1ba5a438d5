//! Words a fleet is made of.

pub(super) const PLACES: &[&str] = &[
    "Ashford",
    "Birchwood",
    "Bridgefield",
    "Brookside",
    "Calder",
    "Cedar Hill",
    "Clearwater",
    "Copperfield",
    "Cranbrook",
    "Dalton",
    "Eastgate",
    "Elmhurst",
    "Fairmont",
    "Fernleigh",
    "Foxglove",
    "Glenbrook",
    "Granite",
    "Greenacre",
    "Harbour",
    "Hartwell",
    "Hawthorn",
    "Hazelton",
    "Highfield",
    "Hollybrook",
    "Ironwood",
    "Juniper",
    "Kestrel",
    "Kingsley",
    "Lakeside",
    "Larkfield",
    "Linden",
    "Longmeadow",
    "Lowland",
    "Maplewood",
    "Marlowe",
    "Meridian",
    "Millbrook",
    "Moorland",
    "Northgate",
    "Oakfield",
    "Orchard",
    "Pembroke",
    "Pinecrest",
    "Quayside",
    "Redwood",
    "Ridgeway",
    "Rosedale",
    "Sandhurst",
    "Silverdale",
    "Southbank",
    "Stonebridge",
    "Summerfield",
    "Thornton",
    "Valley",
    "Waverley",
    "Westbrook",
    "Whitestone",
    "Willow",
    "Windmill",
    "Woodlands",
    "Yarrow",
];

pub(super) const TRADES: &[&str] = &[
    "Accountants",
    "Animal Clinic",
    "Architects",
    "Bakery",
    "Boatyard",
    "Brewery",
    "Building Supply",
    "Catering",
    "Civil Engineering",
    "Cold Storage",
    "Consulting",
    "Dental Care",
    "Design Studio",
    "Electrical",
    "Estate Agents",
    "Eye Care",
    "Farm Supplies",
    "Financial Planning",
    "Foods",
    "Freight",
    "Furniture",
    "Garden Centre",
    "Glassworks",
    "Health Centre",
    "Hotels",
    "Housing Trust",
    "Insurance",
    "Joinery",
    "Laboratories",
    "Law",
    "Logistics",
    "Machining",
    "Medical Practice",
    "Museum",
    "Packaging",
    "Pharmacy",
    "Plastics",
    "Plumbing",
    "Precision Tools",
    "Printing",
    "Property",
    "Recruitment",
    "Roofing",
    "School",
    "Textiles",
    "Timber",
    "Translations",
];

pub(super) const FORMS: &[&str] = &["", " Ltd", " Group", " Partners"];

pub(super) const FIRST_NAMES: &[&str] = &[
    "Ada", "Anna", "Ben", "Carla", "Chen", "Daniel", "Elena", "Emil", "Farah", "Femke", "George",
    "Grace", "Hana", "Henrik", "Ines", "Ivan", "Jamal", "Jonas", "Kaito", "Karin", "Lars", "Leila",
    "Lucas", "Maria", "Mei", "Miguel", "Nadia", "Nora", "Omar", "Olga", "Paulo", "Petra", "Ravi",
    "Rosa", "Sam", "Sofia", "Tariq", "Tessa", "Viktor", "Yara",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "Abbott", "Almeida", "Andersen", "Bakker", "Berg", "Castro", "Chan", "Costa", "Dekker",
    "Dubois", "Ellis", "Fischer", "Garcia", "Haddad", "Hansen", "Hughes", "Ivanova", "Jansen",
    "Kaya", "Keller", "Kowalski", "Larsen", "Lopez", "Meyer", "Mills", "Moreau", "Nair", "Novak",
    "Okafor", "Olsen", "Patel", "Petrov", "Quinn", "Rossi", "Sato", "Silva", "Svensson", "Tanaka",
    "Visser", "Walsh",
];

pub(super) const WINDOWS: &[(usize, &str)] = &[
    (38, "Microsoft Windows 11 Pro 10.0.26100"),
    (22, "Microsoft Windows 11 Pro 10.0.22631"),
    (12, "Microsoft Windows 11 Enterprise 10.0.26100"),
    (22, "Microsoft Windows 10 Pro 10.0.19045"),
    (4, "Microsoft Windows 10 Enterprise 10.0.19045"),
    (2, "Microsoft Windows 10 Home 10.0.19045"),
];

pub(super) const MACOS: &[(usize, &str)] = &[
    (5, "macOS 15.5.0"),
    (3, "macOS 14.7.6"),
    (1, "macOS 13.7.6"),
];

pub(super) const LINUX: &[(usize, &str)] = &[
    (5, "Ubuntu 24.04.2 LTS"),
    (4, "Ubuntu 22.04.5 LTS"),
    (3, "Debian GNU/Linux 12"),
    (2, "Rocky Linux 9.5"),
];

pub(super) const SERVERS: &[(usize, &str)] = &[
    (5, "Microsoft Windows Server 2022 Standard 10.0.20348"),
    (4, "Microsoft Windows Server 2019 Standard 10.0.17763"),
    (2, "Microsoft Windows Server 2025 Standard 10.0.26100"),
    (2, "Microsoft Windows Server 2016 Standard 10.0.14393"),
];

pub(super) const ESXI: &[(usize, &str)] = &[
    (5, "VMware ESXi 8.0.3 build-24674464"),
    (2, "VMware ESXi 7.0.3 build-24411414"),
];

pub(super) const AGENTS: &[(usize, &str)] = &[
    (90, "4.4.11965.11965"),
    (7, "4.4.11872.11872"),
    (3, "4.4.11640.11640"),
];

pub(super) const ANTIVIRUS: &[(usize, &str)] = &[
    (45, "Windows Defender Antivirus"),
    (30, "Datto AV"),
    (15, "Bitdefender Endpoint Security Tools"),
    (10, "Webroot SecureAnywhere"),
];

/// Maker, model and the kind that the platform tells below the category.
pub(super) const DESKTOPS: &[(&str, &str)] = &[
    ("Dell Inc.", "OptiPlex 7010"),
    ("Dell Inc.", "OptiPlex 5090"),
    ("HP", "HP EliteDesk 800 G6 Desktop Mini PC"),
    ("HP", "HP ProDesk 400 G7 Small Form Factor PC"),
    ("LENOVO", "ThinkCentre M70q Gen 3"),
];

pub(super) const LAPTOPS: &[(&str, &str)] = &[
    ("Dell Inc.", "Latitude 5540"),
    ("Dell Inc.", "Latitude 7430"),
    ("HP", "HP EliteBook 840 G9"),
    ("HP", "HP ProBook 450 G8"),
    ("LENOVO", "ThinkPad T14 Gen 3"),
    ("LENOVO", "ThinkPad E15 Gen 4"),
];

pub(super) const RACKS: &[(&str, &str)] = &[
    ("Dell Inc.", "PowerEdge R450"),
    ("Dell Inc.", "PowerEdge T350"),
    ("HPE", "ProLiant DL360 Gen10"),
    ("HPE", "ProLiant ML350 Gen10"),
    ("VMware, Inc.", "VMware7,1"),
];

pub(super) const APPLES: &[(&str, &str)] = &[
    ("Apple Inc.", "MacBookPro18,3"),
    ("Apple Inc.", "Mac14,2"),
    ("Apple Inc.", "Mac15,12"),
];

pub(super) const PRINTERS: &[(&str, &str)] = &[
    ("HP", "HP LaserJet Pro M404dn"),
    ("HP", "HP Color LaserJet MFP M479fdw"),
    ("Brother", "Brother HL-L6400DW"),
    ("Canon", "Canon iR-ADV C3530"),
    ("KYOCERA", "ECOSYS P3155dn"),
];

/// Kind, and word in the host name.
pub(super) const NETWORK: &[(usize, (&str, &str))] = &[
    (5, ("Switch", "SW")),
    (4, ("Access Point", "AP")),
    (3, ("Firewall", "FW")),
    (2, ("Network Attached Storage", "NAS")),
    (1, ("Uninterruptible Power Supply", "UPS")),
];

pub(super) const PROCESSORS: &[(&str, i32)] = &[
    ("Intel(R) Core(TM) i5-1145G7 @ 2.60GHz", 4),
    ("12th Gen Intel(R) Core(TM) i5-1245U", 10),
    ("13th Gen Intel(R) Core(TM) i7-1365U", 10),
    ("AMD Ryzen 5 PRO 6650U with Radeon Graphics", 6),
    ("Intel(R) Core(TM) i7-10700 CPU @ 2.90GHz", 8),
];

pub(super) const BIG_PROCESSORS: &[(&str, i32)] = &[
    ("Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz", 12),
    ("Intel(R) Xeon(R) Gold 5317 CPU @ 3.00GHz", 12),
    ("Intel(R) Xeon(R) E-2334 CPU @ 3.40GHz", 4),
    ("AMD EPYC 7313P 16-Core Processor", 16),
];

/// Programs of Windows devices, with the versions seen of each.
pub(super) const WINDOWS_SOFTWARE: &[(&str, &[&str])] = &[
    ("7-Zip 24.09 (x64)", &["24.09"]),
    (
        "Adobe Acrobat (64-bit)",
        &["25.001.20474", "24.005.20320", "24.002.20933"],
    ),
    ("Datto RMM", &["4.4.11965", "4.4.11872"]),
    ("Cisco Secure Client", &["5.1.8.105", "5.1.4.74"]),
    ("FileZilla 3.69.1", &["3.69.1"]),
    ("Git", &["2.49.0", "2.47.1.2"]),
    (
        "Google Chrome",
        &["137.0.7151.69", "136.0.7103.114", "133.0.6943.142"],
    ),
    ("Greenshot 1.2.10.6", &["1.2.10.6"]),
    ("KeePass Password Safe 2.58", &["2.58"]),
    (
        "Microsoft 365 Apps for business - en-us",
        &["16.0.18730.20186", "16.0.18526.20168"],
    ),
    ("Microsoft Edge", &["137.0.3296.62", "136.0.3240.92"]),
    (
        "Microsoft Edge WebView2 Runtime",
        &["137.0.3296.62", "136.0.3240.92"],
    ),
    (
        "Microsoft OneDrive",
        &["25.085.0504.0002", "25.075.0420.0002"],
    ),
    (
        "Microsoft Teams",
        &["25122.1415.3698.6812", "25094.310.3616.953"],
    ),
    (
        "Microsoft Visual C++ 2015-2022 Redistributable (x64)",
        &["14.44.35208.0", "14.42.34433.0"],
    ),
    (
        "Microsoft Visual C++ 2015-2022 Redistributable (x86)",
        &["14.44.35208.0", "14.42.34433.0"],
    ),
    (
        "Mozilla Firefox (x64 en-US)",
        &["139.0.1", "138.0.4", "128.11.0"],
    ),
    ("Notepad++ (64-bit x64)", &["8.8.1", "8.7.9"]),
    ("PuTTY release 0.83 (64-bit)", &["0.83.0.0"]),
    ("Splashtop Streamer", &["3.7.4.0", "3.7.2.4"]),
    ("VLC media player", &["3.0.21"]),
    ("Zoom Workplace (64-bit)", &["6.4.10360", "6.3.11042"]),
];

pub(super) const SERVER_SOFTWARE: &[(&str, &[&str])] = &[
    ("Datto RMM", &["4.4.11965", "4.4.11872"]),
    ("Datto Windows Agent", &["3.0.13.4"]),
    ("Microsoft Edge", &["137.0.3296.62", "136.0.3240.92"]),
    ("Microsoft ODBC Driver 17 for SQL Server", &["17.10.6.1"]),
    ("Microsoft SQL Server 2019 (64-bit)", &["15.0.4430.1"]),
    (
        "Microsoft Visual C++ 2015-2022 Redistributable (x64)",
        &["14.44.35208.0", "14.42.34433.0"],
    ),
    ("Notepad++ (64-bit x64)", &["8.8.1", "8.7.9"]),
    ("Veeam Agent for Microsoft Windows", &["6.3.1.1074"]),
    ("VMware Tools", &["12.5.2.24697584", "12.4.5.23787635"]),
];

pub(super) const LINUX_SOFTWARE: &[(&str, &[&str])] = &[
    ("bash", &["5.2.21-2ubuntu4", "5.1-6ubuntu1.1"]),
    ("ca-certificates", &["20240203"]),
    ("coreutils", &["9.4-3ubuntu6", "8.32-4.1ubuntu1.2"]),
    ("curl", &["8.5.0-2ubuntu10.6", "7.81.0-1ubuntu1.20"]),
    ("nginx", &["1.24.0-2ubuntu7.3"]),
    (
        "openssh-server",
        &["1:9.6p1-3ubuntu13.11", "1:8.9p1-3ubuntu0.13"],
    ),
    ("openssl", &["3.0.13-0ubuntu3.5", "3.0.2-0ubuntu1.19"]),
    ("postgresql-16", &["16.9-0ubuntu0.24.04.1"]),
    ("python3", &["3.12.3-0ubuntu2", "3.10.6-1~22.04.1"]),
    ("systemd", &["255.4-1ubuntu8.8", "249.11-0ubuntu3.16"]),
    ("tzdata", &["2025b-0ubuntu0.24.04.1"]),
];

pub(super) const MAC_SOFTWARE: &[(&str, &[&str])] = &[
    ("1Password", &["8.10.76"]),
    ("Firefox", &["139.0.1", "138.0.4"]),
    ("Google Chrome", &["137.0.7151.69", "136.0.7103.114"]),
    ("Keynote", &["14.4"]),
    ("Microsoft Excel", &["16.97.2", "16.96.1"]),
    ("Microsoft Outlook", &["16.97.2", "16.96.1"]),
    ("Microsoft Word", &["16.97.2", "16.96.1"]),
    ("Safari", &["18.5", "17.6"]),
    ("Slack", &["4.43.51"]),
    ("zoom.us", &["6.4.10", "6.3.11"]),
];
