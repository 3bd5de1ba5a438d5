use crate::programs::told::fake::Fake;
use crate::protocol::ask::How;
use serde_json::json;

fn device() -> Fake {
    Fake::with(json!({
        "computerSystem": { "Name": "OSAKA-WS01", "PartOfDomain": false },
        "networkAdapters": [{
            "Name": "Ethernet", "InterfaceDescription": "Intel(R) I219-LM", "ifIndex": 10,
            "InterfaceGuid": "{AB}", "MacAddress": "02-00-5E-10-00-01", "Status": "Up",
            "MediaType": "802.3", "Dhcp": true, "IPv4Address": "192.168.1.50", "PrefixLength": 24,
            "Gateway": "192.168.1.1", "DnsServers": ["192.168.1.1", "1.1.1.1"], "DnsSuffix": "",
            "NetworkCategory": "Private", "InterfaceMetric": 25,
        }],
        "dnsRecords": [{ "Name": "bright.example", "Type": "A", "IPAddress": "203.0.113.9" }],
    }))
}

/// The same facts through every door.
#[test]
fn every_program_tells_the_same_adapter() {
    let d = device();
    for (line, has) in [
        (
            "ipconfig",
            "   IPv4 Address. . . . . . . . . . . : 192.168.1.50\n",
        ),
        (
            "ipconfig /all",
            "   Physical Address. . . . . . . . . : 02-00-5E-10-00-01\n",
        ),
        (
            "ipconfig /all",
            "   DNS Servers . . . . . . . . . . . : 192.168.1.1\n                                       1.1.1.1\n",
        ),
        ("ipconfig /all", "   Primary Dns Suffix  . . . . . . . : \n"),
        ("getmac", "02-00-5E-10-00-01   \\Device\\Tcpip_{AB}"),
        (
            "getmac /fo csv /nh",
            "\"02-00-5E-10-00-01\",\"\\Device\\Tcpip_{AB}\"\n",
        ),
        ("getmac /v /fo list", "Connection Name:  Ethernet\n"),
        (
            "route print",
            "          0.0.0.0          0.0.0.0      192.168.1.1     192.168.1.50     25\n",
        ),
        (
            "netsh interface ip show config",
            "    IP Address:                           192.168.1.50\n",
        ),
        (
            "netsh int ipv4 show addresses Ethernet",
            "192.168.1.0/24 (mask 255.255.255.0)",
        ),
        (
            "netsh interface show interface",
            "Connected      Dedicated        Ethernet\n",
        ),
        (
            "nslookup bright.example",
            "Name:    bright.example\nAddress:  203.0.113.9\n",
        ),
    ] {
        let ran = d.run(line);
        assert_eq!((ran.ended.exit, ran.ended.how), (0, How::Facts), "{line}");
        assert!(ran.out.contains(has), "{line}: {}", ran.out);
    }
    assert_eq!(d.run("netsh wlan show interfaces").ended.exit, 1);
    assert_eq!(d.run("netsh int ip show config nope").ended.exit, 1);
}

#[test]
fn what_no_fact_holds_is_refused() {
    let d = device();
    for line in [
        "arp -a",
        "route add 10.0.0.0 mask 255.0.0.0 192.168.1.1",
        "ipconfig /release",
        "ipconfig /displaydns",
        "nslookup a b",
        "nslookup",
        "netsh",
        "netsh winsock reset",
        "netsh firewall set opmode disable",
        "netsh int ip set dns Ethernet static 1.1.1.1",
        "netsh advfirewall reset",
        "netsh advfirewall firewall set rule group=x new enable=yes",
        "getmac /s other",
    ] {
        let ran = d.run(line);
        assert_eq!(
            (ran.ended.exit, ran.ended.how),
            (120, How::Refused),
            "{line}"
        );
    }
}

#[test]
fn neighbours_are_told_where_declared() {
    let d = device();
    d.put("neighbors", "192.168.1.1", json!({ "IPAddress": "192.168.1.1", "LinkLayerAddress": "00-11-22-33-44-55", "ifIndex": 10, "State": "Reachable" }));
    let out = d.run("arp -a").out;
    assert!(out.contains("Interface: 192.168.1.50 --- 0xa\n"), "{out}");
    assert!(
        out.contains("  192.168.1.1           00-11-22-33-44-55     dynamic \n"),
        "{out}"
    );
    assert_eq!(d.run("arp -a 10.0.0.1").ended.exit, 1);
}

#[test]
fn rules_of_the_firewall_are_kept_shown_changed_and_deleted() {
    let d = device();
    let add = "netsh advfirewall firewall add rule 'name=Bright In' dir=in action=allow protocol=TCP localport=443,8000-8010 profile=domain,private";
    let ran = d.run(add);
    assert_eq!((ran.ended.exit, ran.out.as_str()), (0, "Ok.\n\n"));
    let out = d
        .run("netsh advfirewall firewall show rule 'name=Bright In'")
        .out;
    for line in [
        "Rule Name:                            Bright In\n",
        "Enabled:                              Yes\n",
        "Profiles:                             Domain,Private\n",
        "LocalPort:                            443,8000-8010\n",
        "Action:                               Allow\n",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
    let ran = d.run("netsh advfirewall firewall set rule 'name=bright in' new enable=no");
    assert_eq!(ran.out, "\nUpdated 1 rule(s).\nOk.\n\n");
    assert_eq!(d.store("firewallRules")[0]["Enabled"], "False");
    let ran = d.run("netsh advfirewall firewall delete rule 'name=Bright In'");
    assert_eq!(
        (ran.ended.exit, ran.out.as_str()),
        (0, "\nDeleted 1 rule(s).\nOk.\n\n")
    );
    let ran = d.run("netsh advfirewall firewall delete rule 'name=Bright In'");
    assert_eq!(
        (ran.ended.exit, ran.out.as_str()),
        (1, "\nNo rules match the specified criteria.\n\n")
    );
    for wrong in [
        "dir=in action=allow",
        "name=a dir=up action=allow",
        "name=a dir=in",
        "name=a dir=in action=allow localport=1",
        "name=a dir=in action=allow protocol=tcp localport=x",
    ] {
        let ran = d.run(&format!("netsh advfirewall firewall add rule {wrong}"));
        assert_eq!((ran.ended.exit, ran.ended.how), (1, How::Facts), "{wrong}");
    }
}

#[test]
fn profiles_are_on_until_they_are_switched_off() {
    let d = device();
    let state = |d: &Fake, which: &str| d.run(&format!("netsh advfirewall show {which} state")).out;
    let on = "State                                 ON\n";
    assert_eq!(state(&d, "allprofiles").matches(on).count(), 3);
    assert_eq!(
        d.run("netsh advfirewall set currentprofile state off").out,
        "Ok.\n\n"
    );
    assert!(state(&d, "privateprofile").contains("OFF\n"));
    assert_eq!(state(&d, "allprofiles").matches(on).count(), 2);
}
