use super::filter::read;
use super::wmic::into_file;
use crate::programs::Call;
use crate::programs::told::fake::{Fake, Ran};
use crate::programs::told::row::Row;
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({
        "computerSystem": { "Name": "OSAKA-WS01", "Manufacturer": "Dell Inc.", "Model": "OptiPlex 7090",
            "UserName": null, "TotalPhysicalMemory": 17179869184_u64 },
        "os": { "Caption": "Microsoft Windows 11 Pro", "Version": "10.0.22631", "BuildNumber": "22631",
            "ProductType": 1, "InstallDate": "2024-03-01T08:00:00" },
        "bios": { "SerialNumber": "7XK2R13" },
        "volumes": [{ "UniqueId": "v", "DriveLetter": "C", "FileSystem": "NTFS", "DriveType": "Fixed",
            "Size": 500, "SizeRemaining": 300, "FileSystemLabel": "Windows" }],
        "networkAdapters": [{ "Name": "Ethernet", "InterfaceDescription": "Intel(R) I219-LM", "ifIndex": 10,
            "MacAddress": "02-00-5E-10-00-01", "IPv4Address": "192.168.1.50", "PrefixLength": 24,
            "Gateway": "192.168.1.1", "DnsServers": ["192.168.1.1"], "Dhcp": true, "Status": "Up" }],
        "localUsers": [{ "Name": "ann", "Rid": 1001, "Enabled": false }],
        "machineSid": "S-1-5-21-1-2-3",
        "antivirusProducts": [{ "displayName": "Windows Defender", "productState": 397568 }],
        "wmi": { "root\\dcim\\sysman:DCIM_Chassis": [{ "ChassisID": "x" }], "Win32_Tpm": false },
    }))
}

fn raw(d: &Fake, line: &str) -> Ran {
    let mut ran = d.run(line);
    ran.out = ran.out.replace('\r', "");
    ran
}

#[test]
fn a_file_gets_utf_16_with_one_mark_at_its_beginning() {
    let device = device();
    for begins in [true, false] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut call = Call {
            name: "wmic",
            args: Vec::new(),
            line: "os get BuildNumber /value",
            device: &device,
            out: &mut out,
            err: &mut err,
        };
        assert_eq!(into_file(&mut call, begins).exit, 0);
        assert_eq!(out.starts_with(&[0xff, 0xfe]), begins);
        let units: Vec<u16> = out
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        let text = String::from_utf16(&units).unwrap();
        assert!(text.contains("\r\nBuildNumber=22631\r\n"), "{text:?}");
        assert!(!text.contains("\r\r\n"), "{text:?}");
    }
}

#[test]
fn aliases_give_properties_of_facts() {
    let d = device();
    let out = |line: &str| {
        let ran = raw(&d, line);
        assert_eq!((ran.ended.exit, ran.err.as_str()), (0, ""), "{line}");
        ran.out
    };
    assert_eq!(
        out("wmic bios get serialnumber"),
        "SerialNumber  \n7XK2R13       \n\n"
    );
    assert_eq!(
        out("wmic bios get serialnumber /value"),
        "\n\nSerialNumber=7XK2R13\n\n\n\n"
    );
    assert_eq!(
        out("wmic os get Version,Caption /format:csv"),
        "\nNode,Caption,Version\nOSAKA-WS01,Microsoft Windows 11 Pro,10.0.22631\n"
    );
    assert!(
        out("wmic os get installdate /value").contains("InstallDate=20240301080000.000000+000\n")
    );
    assert!(out("wmic path Win32_OperatingSystem get LocalDateTime").contains("+000"));
    assert_eq!(
        out("wmic computersystem get username /value"),
        "\n\nUserName=\n\n\n\n"
    );
    assert_eq!(
        out("wmic logicaldisk where DeviceID=\"C:\" get FreeSpace,Size"),
        "FreeSpace  Size  \n300        500   \n\n"
    );
    let nic =
        out("wmic nicconfig where IPEnabled=TRUE get IPAddress,MACAddress,IPSubnet /format:list");
    assert!(nic.contains("IPAddress={\"192.168.1.50\"}\nIPSubnet={\"255.255.255.0\"}\nMACAddress=02:00:5E:10:00:01\n"), "{nic}");
    assert!(
        out("wmic useraccount where (name='ANN' and disabled=true) get sid /value")
            .contains("SID=S-1-5-21-1-2-3-1001")
    );
    assert!(
        out(
            "wmic /namespace:\\\\root\\SecurityCenter2 path AntiVirusProduct get displayName /value"
        )
        .contains("displayName=Windows Defender")
    );
    assert!(
        out("wmic /namespace:\\\\root\\dcim\\sysman path DCIM_Chassis get ChassisID").contains("x")
    );
}

#[test]
fn real_wmic_ends_lines_with_two_carriage_returns() {
    let d = device();
    let out = d.run("wmic bios get serialnumber").out;
    assert_eq!(out, "SerialNumber  \r\n7XK2R13       \r\n\r\n");
}

#[test]
fn what_is_wrong_ends_as_on_windows() {
    let d = device();
    let ran = raw(&d, "wmic frobnicate get x");
    assert_eq!(
        (ran.ended.exit, ran.err.as_str()),
        (44135, "frobnicate - Alias not found.\n")
    );
    let ran = raw(&d, "wmic bios where (((( get x");
    assert_eq!(ran.ended.exit, 0x8004_1017_u32 as i32);
    assert_eq!(
        ran.err,
        "Node - OSAKA-WS01\nERROR:\nDescription = Invalid query\n"
    );
    let ran = raw(&d, "wmic path Win32_Tpm get x");
    assert_eq!(ran.ended.exit, 0x8004_1010_u32 as i32);
    let ran = raw(&d, "wmic logicaldisk where DriveType=5 get size");
    assert_eq!(
        (ran.ended.exit, ran.err.as_str()),
        (0, "No Instance(s) Available.\n")
    );
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let d = device();
    for line in [
        "wmic sounddev get name",
        "wmic bios get frobnicate",
        "wmic path Win32_Fan get name",
        "wmic /node:other bios get name",
        "wmic bios get serialnumber /format:htable",
        "wmic cpu get name",
    ] {
        let ran = raw(&d, line);
        assert_eq!(ran.ended.how, How::Refused, "{line}: {ran:?}");
        assert_ne!(ran.ended.exit, 0);
        assert!(
            ran.err
                .starts_with("shakedown: wmic: not played on this device: "),
            "{line}"
        );
    }
}

#[cfg(windows)]
#[test]
fn processes_are_those_of_the_machine() {
    let ran = raw(&device(), "wmic process get name");
    assert_eq!((ran.ended.exit, ran.err.as_str()), (0, ""));
    let own = std::env::current_exe().expect("the test has a file");
    let own = own.file_name().expect("a file has a name");
    let own = own.to_string_lossy().to_lowercase();
    assert!(ran.out.to_lowercase().contains(&own), "{own}: {}", ran.out);
}

#[cfg(not(windows))]
#[test]
fn processes_that_cannot_be_read_are_refused() {
    let ran = raw(&device(), "wmic process get name");
    assert_eq!(ran.ended.how, How::Refused, "{ran:?}");
    assert_ne!(ran.ended.exit, 0);
}

#[test]
fn a_reboot_over_wmi_is_told() {
    let d = device();
    let ran = raw(&d, "wmic os where frobnicated=true call reboot");
    assert_eq!(ran.ended.how, How::Refused);
    let ran = raw(&d, "wmic os call Win32Shutdown 6");
    assert_eq!(ran.ended.exit, 0, "{ran:?}");
    assert!(
        ran.out.contains("Method execution successful.") && ran.out.contains("ReturnValue = 0;")
    );
    assert_eq!(
        d.notes.borrow()[0],
        (
            "reboot".into(),
            json!({ "by": "wmic", "kind": "reboot", "force": true })
        )
    );
}

#[test]
fn conditions_are_wql() {
    let row = Row::of(json!({ "Name": "Bright Agent", "Size": 10, "On": true, "Gone": null }));
    for (text, meets) in [
        ("name = 'bright agent'", true),
        ("name like '%agent'", true),
        ("name like 'b_ight%'", true),
        ("name like '[a-c]right%'", true),
        ("not name like '%x%'", true),
        ("size > 9 and size <= 10", true),
        ("size <> 10 or on = true", true),
        ("(on = false)", false),
        ("gone is null", true),
        ("name is not null", true),
        ("size < 9", false),
    ] {
        assert_eq!(read(text).unwrap().meets(&row), meets, "{text}");
    }
    for bad in [
        "",
        "name",
        "name =",
        "= 1",
        "name = 'x",
        "(name=1",
        "name=1 name=2",
    ] {
        assert_eq!(read(bad), None, "{bad}");
    }
}

proptest::proptest! {
    #[test]
    fn rubbish_is_no_condition_and_no_panic(text in "[a-c =<>'\"%()\\[\\]\\\\]{0,60}") {
        if let Some(condition) = read(&text) {
            condition.meets(&Row::of(json!({ "a": "b", "b": 1 })));
        }
        super::line::words(&text);
    }
}
