use crate::programs::told::fake::Fake;
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({
        "computerSystem": { "Name": "OSAKA-WS01", "Manufacturer": "Dell Inc.", "Model": "OptiPlex 7090",
            "SystemType": "x64-based PC", "PartOfDomain": false, "Domain": "WORKGROUP",
            "TotalPhysicalMemory": 17179869184_u64, "UserName": "OSAKA-WS01\\Ann" },
        "os": { "Caption": "Microsoft Windows 11 Pro", "Version": "10.0.22631", "BuildNumber": "22631", "UBR": 3155,
            "ProductType": 1, "InstallDate": "2024-03-01T08:00:00", "EditionID": "Professional" },
        "bios": { "Manufacturer": "Dell Inc.", "SMBIOSBIOSVersion": "1.14.0", "ReleaseDate": "2023-05-12T00:00:00" },
        "hotfixes": [{ "HotFixID": "KB5034765" }],
        "networkAdapters": [{ "Name": "Ethernet", "InterfaceDescription": "Intel", "Dhcp": true, "IPv4Address": "192.168.1.50", "Status": "Up" }],
        "volumes": [{ "UniqueId": "\\\\?\\Volume{1}\\", "DriveLetter": "C", "FileSystem": "NTFS", "DriveType": "Fixed",
            "Size": 107374182400_u64, "FileSystemLabel": "Windows" }],
        "optionalFeatures": [{ "FeatureName": "TelnetClient", "State": "Disabled", "RestartRequired": "Possible" },
            { "FeatureName": "Microsoft-Hyper-V", "State": "Disabled", "RestartRequired": "Required" }],
    }))
}

fn has(out: &str, lines: &[&str]) {
    for line in lines {
        assert!(out.lines().any(|l| l == *line), "{line:?} is not in\n{out}");
    }
}

#[test]
fn systeminfo_tells_the_facts_and_leaves_out_the_rest() {
    let d = device();
    let out = d.run("systeminfo").out;
    has(
        &out,
        &[
            "Host Name:                 OSAKA-WS01",
            "OS Name:                   Microsoft Windows 11 Pro",
            "OS Version:                10.0.22631 N/A Build 22631",
            "OS Configuration:          Standalone Workstation",
            "Original Install Date:     3/1/2024, 8:00:00 AM",
            "BIOS Version:              Dell Inc. 1.14.0, 5/12/2023",
            "Total Physical Memory:     16,384 MB",
            "Hotfix(s):                 1 Hotfix(s) Installed.",
            "                           [01]: KB5034765",
            "                                 Connection Name: Ethernet",
        ],
    );
    assert!(!out.contains("Processor(s)") && !out.contains("Page File"));
    let csv = d.run("systeminfo /fo csv").out;
    assert!(
        csv.starts_with("\"Host Name\",\"OS Name\",") && csv.lines().count() == 2,
        "{csv}"
    );
    assert_eq!(d.run("systeminfo /fo csv /nh").out.lines().count(), 1);
    assert_eq!(d.run("systeminfo /fo xml").ended.exit, 1);
    assert_eq!(Fake::default().run("systeminfo").ended.how, How::Refused);
}

#[test]
fn who_is_logged_on() {
    let d = device();
    let out = d.run("query user").out;
    assert_eq!(
        out,
        " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME\n ann                   console             1  Active       none\n"
    );
    assert_eq!(d.run("quser").out, out);
    assert!(
        d.run("qwinsta")
            .out
            .contains("\n>services                                    0  Disc  ")
    );
    let nobody = Fake::with(json!({ "computerSystem": { "Name": "X", "UserName": null } }));
    let ran = nobody.run("quser");
    assert_eq!(
        (ran.ended.exit, ran.err.as_str()),
        (1, "No User exists for *\n")
    );
    assert!(nobody.run("query session").out.contains("console"));
    assert_eq!(d.run("query").ended.exit, 1);
}

#[test]
fn power_settings_are_kept() {
    let d = device();
    assert_eq!(
        d.run("powercfg /getactivescheme").out,
        "Power Scheme GUID: 381b4222-f694-41f0-9685-ff5bb260df2e  (Balanced)\n"
    );
    assert_eq!(d.run("powercfg /query").ended.how, How::Refused);
    assert_eq!(d.run("powercfg /setactive SCHEME_MIN").ended.exit, 0);
    assert!(
        d.run("powercfg -list")
            .out
            .contains("(High performance) *\n")
    );
    assert_eq!(
        d.run("powercfg /change standby-timeout-ac 30").ended.exit,
        0
    );
    let out = d
        .run("powercfg /q SCHEME_CURRENT SUB_SLEEP STANDBYIDLE")
        .out;
    has(&out, &["    Current AC Power Setting Index: 0x00000708"]);
    assert_eq!(d.run("powercfg /h off").ended.exit, 0);
    assert_eq!(d.run("powercfg /change nothing-ac 1").ended.exit, 1);
    assert_eq!(d.run("powercfg /setactive nobody").ended.exit, 1);
    assert_eq!(d.run("powercfg /energy").ended.how, How::Refused);
}

#[test]
fn features_and_health_of_the_image() {
    let d = device();
    let out = d.run("dism /online /get-features").out;
    has(
        &out,
        &[
            "Image Version: 10.0.22631.3155",
            "Feature Name : TelnetClient",
            "State : Disabled",
        ],
    );
    assert_eq!(
        d.run("dism /online /enable-feature /featurename:telnetclient /norestart")
            .ended
            .exit,
        0
    );
    has(
        &d.run(
            "DISM /Online /Get-FeatureInfo /FeatureName:TelnetClient"
                .replace("DISM", "dism")
                .as_str(),
        )
        .out,
        &["State : Enabled"],
    );
    assert_eq!(
        d.run("dism /online /enable-feature /featurename:Microsoft-Hyper-V /all /norestart /quiet")
            .ended
            .exit,
        3010
    );
    let unknown = d.run("dism /online /enable-feature /featurename:None");
    assert_eq!(unknown.ended.exit, 0x800f_080c_u32 as i32);
    assert!(unknown.out.contains("Feature name None is unknown."));
    assert!(
        d.run("dism /online /cleanup-image /checkhealth")
            .out
            .contains("No component store corruption detected.")
    );
    assert_eq!(
        d.run("dism /online /add-package /packagepath:x").ended.how,
        How::Refused
    );
    assert_eq!(
        d.run("dism /image:D:\\ /get-features").ended.how,
        How::Refused
    );
}

#[test]
fn volumes_and_their_locks() {
    let d = device();
    assert_eq!(
        d.run("chkntfs C:").out,
        "The type of the file system is NTFS.\nC: is not dirty.\n"
    );
    assert_eq!(d.run("chkntfs X:").ended.exit, 3);
    assert_eq!(d.run("mountvol C:\\ /L").out, "    \\\\?\\Volume{1}\\\n");
    let none = d.run("vssadmin list shadows");
    assert!(none.err.contains("No items found that satisfy the query."));
    has(
        &d.run("manage-bde -status C:").out,
        &[
            "Volume C: [Windows]",
            "    Size:                 100.00 GB",
            "    Conversion Status:    Fully Decrypted",
            "    Protection Status:    Protection Off",
            "    Key Protectors:       None Found",
        ],
    );
    d.put("bitLocker", "c:", json!({ "MountPoint": "C:", "VolumeStatus": "FullyEncrypted", "ProtectionStatus": "On",
        "EncryptionMethod": "XtsAes128", "KeyProtector": [{ "KeyProtectorId": "{2}", "KeyProtectorType": "RecoveryPassword", "RecoveryPassword": "1-2" }] }));
    has(
        &d.run("manage-bde -status").out,
        &[
            "    Protection Status:    Protection On",
            "        Numerical Password",
        ],
    );
    has(
        &d.run("manage-bde -protectors -get C:").out,
        &["        1-2"],
    );
    assert_eq!(d.run("manage-bde -on C:").ended.how, How::Refused);
}

#[test]
fn the_rest() {
    let d = device();
    has(
        &d.run("dsregcmd /status").out,
        &["         AzureAdJoined : NO", "          DomainJoined : NO"],
    );
    let policy = d.run("gpupdate /force");
    assert!(
        policy.ended.exit != 0 && policy.out.is_empty(),
        "nothing is fetched here"
    );
    assert!(d.run("bitsadmin /list").out.contains("Listed 0 job(s).\n"));
    assert_eq!(
        d.run("bitsadmin /getstate x").ended.exit,
        0x8020_0001_u32 as i32
    );
    for line in [
        "winget install x",
        "usoclient StartScan",
        "gpresult /r",
        "bcdedit",
        "bcdedit /set x y",
        "reagentc /info",
        "driverquery",
    ] {
        let ran = d.run(line);
        assert_eq!(
            (ran.ended.how, ran.ended.exit),
            (How::Refused, 120),
            "{line}"
        );
        assert!(ran.err.contains("not played on this device"), "{line}");
    }
}

#[test]
fn a_zone_that_was_set_is_told_by_all() {
    let d = Fake::with(json!({ "os": {}, "computerSystem": { "Name": "PC" },
        "timeZone": { "Id": "UTC", "StandardName": "Coordinated Universal Time", "Bias": 0 } }));
    let zone = format!(r"{}\W. Europe Standard Time", super::zone::ZONES);
    crate::os::values::set_text(true, &zone, "Std", "W. Europe Standard Time", false).unwrap();
    crate::os::values::set_binary(&zone, "TZI", &[0xc4, 0xff, 0xff, 0xff, 0, 0]).unwrap();
    assert_eq!(d.run("tzutil /s 'No such zone'").ended.exit, 1);
    assert_eq!(d.run("tzutil /g").out, "UTC");
    let ran = d.run("tzutil /s 'w. europe standard time'");
    assert_eq!((ran.ended.exit, ran.err.as_str()), (0, ""));
    assert_eq!(d.run("tzutil /g").out, "W. Europe Standard Time");
    assert!(
        d.run("systeminfo")
            .out
            .contains("(UTC+01:00) W. Europe Standard Time")
    );
    let wmi = d.run("wmic timezone get bias,standardname /value").out;
    assert!(
        wmi.contains("Bias=60") && wmi.contains("StandardName=W. Europe"),
        "{wmi}"
    );
}

#[test]
fn system_may_ask_for_filters() {
    let d = device();
    let ran = d.run("fltmc");
    assert_eq!(ran.ended.exit, 0);
    assert!(ran.out.contains("luafv"), "{}", ran.out);
    assert_eq!(d.run("fltmc filters").out, ran.out);
    assert_eq!(d.run("fltmc load x").ended.exit, 120);
}
