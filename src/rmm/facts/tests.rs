use super::declared::{Antivirus, Chassis, Hotfix, User};
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
