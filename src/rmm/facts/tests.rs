use super::declared::{Antivirus, Chassis, Disk, Hotfix, User, Volume};
use super::*;

fn id() -> Identity<'static> {
    Identity {
        hostname: "web-01",
        domain: "",
        serial: "SHKD1",
        mac: "02:00:5e:10:00:01",
        seed: 7,
    }
}

#[test]
fn every_release_has_all_that_is_always_asked_for() {
    for release in WindowsRelease::ALL {
        let facts = Facts::of(release, &id(), &Declared::default());
        for name in ALWAYS {
            assert!(!facts.get(name).is_null(), "{release:?} has no {name}");
        }
        for name in DECLARED {
            assert!(facts.get(name).is_null(), "{release:?} declares {name}");
        }
        let known = |n: &String| ALWAYS.contains(&n.as_str()) || BY_RELEASE.contains(&n.as_str());
        assert!(facts.0.keys().all(known), "{:?}", facts.0.keys());
        let caption = facts.text("os", "Caption");
        assert!(caption.starts_with("Microsoft Windows "), "{caption}");
        let server = facts.get("os")["ProductType"] == 3;
        assert_eq!(server, release.is_server());
        assert_eq!(
            facts.text("os", "BuildNumber"),
            facts.text("currentVersion", "CurrentBuild")
        );
        assert_eq!(
            facts.text("os", "EditionID"),
            facts.text("currentVersion", "EditionID")
        );
    }
}

#[test]
fn what_is_declared_is_told_by_every_fact_that_tells_of_it() {
    let declared = Declared {
        edition: Some("datacenter".into()),
        build: Some("20349".into()),
        maker: Some("Bright".into()),
        model: Some("B1".into()),
        chassis: Some(Chassis::Virtual),
        user: Some("ann".into()),
        memory: Some(8 << 30),
        antivirus: Some(vec![Antivirus {
            name: "Bright Antivirus".into(),
            running: Some(false),
            up_to_date: Some(false),
        }]),
        hotfixes: Some(vec![Hotfix {
            id: "KB1".into(),
            installed: Some("2026-01-09".into()),
            description: None,
        }]),
        users: vec![User {
            name: "ann".into(),
            admin: true,
            ..User::default()
        }],
        more: BTreeMap::from([("os".into(), json!({ "Organization": "Contoso" }))]),
        ..Declared::default()
    };
    let identity = Identity {
        domain: "corp.example",
        ..id()
    };
    let f = Facts::of(WindowsRelease::Server2022, &identity, &declared);
    assert_eq!(
        f.text("os", "Caption"),
        "Microsoft Windows Server 2022 Datacenter"
    );
    assert_eq!(f.text("os", "Version"), "10.0.20349");
    assert_eq!(f.text("os", "Organization"), "Contoso");
    assert_eq!(f.text("currentVersion", "CurrentBuild"), "20349");
    assert_eq!(f.text("computerSystem", "Domain"), "corp.example");
    assert_eq!(f.get("computerSystem")["DomainRole"], 3);
    assert_eq!(f.text("computerSystem", "UserName"), r"WEB-01\ann");
    assert_eq!(f.get("computerSystem")["TotalPhysicalMemory"], 8_u64 << 30);
    assert_eq!(f.get("os")["TotalVisibleMemorySize"], 8 << 20);
    assert_eq!(f.text("baseBoard", "Manufacturer"), "Bright");
    assert_eq!(f.get("antivirusProducts")[0]["productState"], 393_488);
    assert_eq!(f.get("hotfixes")[0]["InstalledOn"], "1/9/2026");
    assert_eq!(f.get("hotfixes")[0]["InstalledBy"], r"NT AUTHORITY\SYSTEM");
    assert!(
        f.get("hotfixes")[0]
            .get("Status")
            .is_some_and(|v| v.is_null())
    );
    assert_eq!(
        f.get("localGroups")[0]["Members"],
        json!(["Administrator", "ann"])
    );
    assert_eq!(
        f.get("networkAdapters")[0]["MacAddress"],
        "02-00-5E-10-00-01"
    );
    assert_eq!(f.text("bios", "SerialNumber"), "SHKD1");
}

#[test]
fn windows_11_names_itself_10_in_the_registry_alone() {
    let f = Facts::of(WindowsRelease::Windows11, &id(), &Declared::default());
    assert_eq!(f.text("currentVersion", "ProductName"), "Windows 10 Pro");
    assert_eq!(f.text("os", "Caption"), "Microsoft Windows 11 Pro");
    let old = Facts::of(WindowsRelease::Server2012R2, &id(), &Declared::default());
    assert_eq!(old.text("currentVersion", "CurrentVersion"), "6.3");
    assert!(old.get("currentVersion")["CurrentMajorVersionNumber"].is_null());
}

#[test]
fn the_same_seed_gives_the_same_machine() {
    let make = |seed| {
        Facts::of(
            WindowsRelease::Windows10,
            &Identity { seed, ..id() },
            &Declared::default(),
        )
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1).get("machineSid"), make(2).get("machineSid"));
}

#[test]
fn what_other_facts_tell_of_is_plugged_in() {
    let f = Facts::of(WindowsRelease::Windows11, &id(), &Declared::default());
    let devices = f.get("pnpDevices").as_array().unwrap();
    let of = |class: &str| devices.iter().filter(|d| d["Class"] == class).count();
    assert_eq!(
        of("Net"),
        f.get("networkAdapters").as_array().unwrap().len()
    );
    assert_eq!(of("DiskDrive"), f.get("disks").as_array().unwrap().len());
    assert_eq!(of("Processor"), 16);
    assert_eq!(of("Battery"), 0);
    let net = devices.iter().find(|d| d["Class"] == "Net").unwrap();
    assert_eq!(
        net["InstanceId"],
        f.get("networkAdapters")[0]["PnPDeviceID"]
    );
    assert!(devices.iter().all(|d| d["ClassGuid"].is_string()));
    let laptop = Declared {
        chassis: Some(Chassis::Laptop),
        more: BTreeMap::from([(
            "pnpDevices".into(),
            json!([{ "InstanceId": "USB\\X\\1", "Problem": 43 }]),
        )]),
        ..Declared::default()
    };
    let f = Facts::of(WindowsRelease::Windows11, &id(), &laptop);
    let declared = &f.get("pnpDevices")[0];
    assert_eq!(
        (&declared["Problem"], &declared["Present"]),
        (&json!(43), &json!(true))
    );
}

fn windows(declared: &Declared) -> Facts {
    Facts::of(WindowsRelease::Windows11, &id(), declared)
}

fn more(name: &str, value: Value) -> Declared {
    Declared {
        more: BTreeMap::from([(name.into(), value)]),
        ..Declared::default()
    }
}

#[test]
fn no_fact_is_declared_twice_and_servers_have_what_is_theirs() {
    let mut all: Vec<&str> = names().collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
    let of = |release| Facts::of(release, &id(), &Declared::default());
    let roles = of(WindowsRelease::Server2022);
    assert!(roles.get("windowsFeatures").is_array());
    assert!(
        windows(&Declared::default())
            .get("windowsFeatures")
            .is_null()
    );
    let old = of(WindowsRelease::Server2012R2);
    for name in [
        "defender",
        "capabilities",
        "appxPackages",
        "appxProvisioned",
    ] {
        assert!(old.get(name).is_null(), "{name}");
        assert!(!roles.get(name).is_null(), "{name}");
    }
    assert_eq!(old.get("smbServer")["EnableSMB1Protocol"], true);
    assert_eq!(roles.get("smbServer")["EnableSMB1Protocol"], false);
}

#[test]
fn a_row_declared_in_part_is_told_whole() {
    let f = windows(&more(
        "firewallRules",
        json!([{ "Name": "X", "enabled": "False" }]),
    ));
    let rule = &f.get("firewallRules")[0];
    assert_eq!(rule["enabled"], "False");
    assert!(rule["Enabled"].is_null(), "one name in one case");
    assert_eq!(rule["Direction"], "Inbound");
    let f = windows(&more(
        "networkAdapters",
        json!([{ "Name": "LAN", "MacAddress": "00-1A-2B-3C-4D-5E", "DnsServers": ["9.9.9.9"] }]),
    ));
    let adapter = &f.get("networkAdapters")[0];
    assert_eq!(adapter["IPv6Address"], "fe80::21a:2bff:fe3c:4d5e");
    assert_eq!(adapter["DhcpDnsServers"], json!(["9.9.9.9"]));
    assert_eq!(adapter["PowerManagement"]["WakeOnPattern"], "Enabled");
}

#[test]
fn volumes_lie_on_partitions_that_do_not_overlap() {
    let volume = |letter: &str, size| Volume {
        letter: Some(letter.into()),
        size: Some(size),
        ..Volume::default()
    };
    let declared = Declared {
        disks: vec![Disk::default(), Disk::default()],
        volumes: vec![
            volume("C", 100 << 30),
            volume("D", 50 << 30),
            volume("E", 20 << 30),
        ],
        ..Declared::default()
    };
    for f in [windows(&Declared::default()), windows(&declared)] {
        let rows = f.get("partitions").as_array().unwrap();
        let at = |r: &Value, name: &str| r[name].as_u64().unwrap();
        for (a, b) in rows
            .iter()
            .flat_map(|a| rows.iter().map(move |b| (a, b)))
            .filter(|(a, b)| a["Id"] != b["Id"] && a["DiskNumber"] == b["DiskNumber"])
        {
            let apart = at(a, "Offset") + at(a, "Size") <= at(b, "Offset")
                || at(b, "Offset") + at(b, "Size") <= at(a, "Offset");
            assert!(apart, "{a} {b}");
        }
        let letters = f.get("volumes").as_array().unwrap();
        for v in letters.iter().filter(|v| v["DriveLetter"].is_string()) {
            assert!(
                rows.iter().any(|r| r["Volume"] == v["UniqueId"]),
                "{v} is on no partition"
            );
        }
    }
    let f = windows(&declared);
    assert_eq!(f.get("bitLocker")[1]["MountPoint"], "D:");
    assert_eq!(f.get("bitLocker")[1]["VolumeType"], "Data");
    assert_eq!(f.get("smbShares")[2]["Name"], "D$");
}

#[test]
fn defender_gives_way_to_another_antivirus_on_clients_alone() {
    let declared = Declared {
        antivirus: Some(vec![Antivirus {
            name: "Bright Antivirus".into(),
            ..Antivirus::default()
        }]),
        ..Declared::default()
    };
    let client = windows(&declared);
    assert_eq!(client.text("defender", "AMRunningMode"), "Not running");
    assert_eq!(client.get("defender")["RealTimeProtectionEnabled"], false);
    let server = Facts::of(WindowsRelease::Server2022, &id(), &declared);
    assert_eq!(server.text("defender", "AMRunningMode"), "Normal");
    let old = Declared {
        antivirus: Some(vec![Antivirus {
            name: "Windows Defender".into(),
            up_to_date: Some(false),
            ..Antivirus::default()
        }]),
        ..Declared::default()
    };
    let f = windows(&old);
    assert_eq!(f.get("defender")["DefenderSignaturesOutOfDate"], true);
    assert_eq!(f.get("defender")["AntivirusSignatureAge"], 14);
}

#[test]
fn what_follows_from_a_declared_fact_follows_it() {
    let f = windows(&more("tpm", json!({ "TpmPresent": false })));
    assert_eq!(f.get("tpm")["TpmReady"], false);
    assert!(f.get("tpm")["ManufacturerIdTxt"].is_null());
    let f = windows(&more("appxPackages", json!([{ "Name": "Bright.App" }])));
    assert_eq!(f.get("appxPackages")[0]["Architecture"], "X64");
    assert_eq!(
        f.get("appxProvisioned"),
        &json!([{ "DisplayName": "Bright.App", "Version": "1.0.0.0", "PublisherId": "8wekyb3d8bbwe", "Architecture": 9,
            "ResourceId": "~", "PackageName": "Bright.App_1.0.0.0_neutral_~_8wekyb3d8bbwe" }])
    );
    let declared = Declared {
        printers: vec![super::declared::Printer {
            name: "P1".into(),
            driver: Some("Bright Print".into()),
            port: Some("IP_1".into()),
            shared: true,
        }],
        ..Declared::default()
    };
    let f = windows(&declared);
    let has = |fact: &str, name: &str| {
        let rows = f.get(fact).as_array().unwrap();
        rows.iter().any(|r| r["Name"] == name)
    };
    assert!(has("printerDrivers", "Bright Print"));
    assert!(has("printerPorts", "IP_1"));
    assert!(has("smbShares", "print$"));
}

#[test]
fn every_fact_is_in_the_page_of_facts_and_nothing_else() {
    let page = include_str!("../../../docs/facts.md");
    let rows = page.lines().filter(|l| l.starts_with("| `"));
    let told: Vec<&str> = rows
        .flat_map(|l| l.split('|').nth(1).unwrap_or_default().split('`'))
        .filter(|w| w.chars().all(char::is_alphanumeric) && !w.is_empty())
        .collect();
    let missing: Vec<&str> = names().filter(|n| !told.contains(n)).collect();
    assert!(missing.is_empty(), "not in docs/facts.md: {missing:?}");
    let known: Vec<&str> = names().collect();
    let strange: Vec<&&str> = told.iter().filter(|t| !known.contains(t)).collect();
    assert!(strange.is_empty(), "no facts: {strange:?}");
}

#[test]
fn logs_tasks_and_groups_are_windows_own_and_what_is_declared() {
    let declared = Declared {
        groups: vec![("event log readers".into(), vec!["ann".into()])],
        tasks: vec![declared::Task {
            path: r"\microsoft\windows\defrag\scheduleddefrag".into(),
            run: "x.exe".into(),
            ..declared::Task::default()
        }],
        events: vec![declared::LogEvent {
            source: "Bright".into(),
            level: Some("Critical".into()),
            ..declared::LogEvent::default()
        }],
        ..Declared::default()
    };
    for release in WindowsRelease::ALL {
        let facts = Facts::of(release, &id(), &declared);
        let has = |fact: &str, field: &str, part: &str| {
            let rows = facts.get(fact).as_array().into_iter().flatten();
            let text = |r: &Value| match field {
                "" => r.as_str().map(str::to_owned),
                _ => r[field].as_str().map(str::to_owned),
            };
            rows.filter_map(text).filter(|t| t.contains(part)).count()
        };
        let defender = usize::from(!facts.get("defender").is_null());
        let log = "Windows Defender/Operational";
        assert_eq!(has("eventLogs", "name", log), defender, "{release:?}");
        assert_eq!(has("eventProviders", "", "Windows Defender"), defender);
        let manager = usize::from(release.is_server());
        assert_eq!(has("scheduledTasks", "taskName", "ServerManager"), manager);
        // The declared task stands in the place of Windows' own.
        assert_eq!(has("scheduledTasks", "taskName", "ScheduledDefrag"), 0);
        assert_eq!(has("scheduledTasks", "execute", "x.exe"), 1);
        assert_eq!(has("localGroups", "Name", "Event Log Readers"), 1);
        assert_eq!(has("localGroups", "Name", "event log readers"), 0);
        let events = facts.get("events").as_array().unwrap();
        let last = events.last().unwrap();
        assert_eq!(
            (&last["source"], &last["level"]),
            (&json!("Bright"), &json!(1))
        );
        assert!(events.iter().any(|e| e["id"] == 6005));
    }
}
