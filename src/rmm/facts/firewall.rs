//! Windows' firewall: properties of `Get-NetFirewallProfile`, `Get-NetFirewallRule` and their filters
//! (Microsoft Learn, NetSecurity module). Rules: a few of those that Windows brings, as scripts ask for
//! them; ports and addresses are lists divided by commas.

use super::Table;
use serde_json::{Value, json};

/// Name, title, group, group's title, enabled, inbound, protocol, local port, remote port, profile, service.
type Rule = (
    &'static str,
    &'static str,
    u16,
    &'static str,
    bool,
    bool,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const RULES: [Rule; 10] = [
    (
        "RemoteDesktop-UserMode-In-TCP",
        "Remote Desktop - User Mode (TCP-In)",
        28752,
        "Remote Desktop",
        false,
        true,
        "TCP",
        "3389",
        "Any",
        "Any",
        "termservice",
    ),
    (
        "RemoteDesktop-UserMode-In-UDP",
        "Remote Desktop - User Mode (UDP-In)",
        28752,
        "Remote Desktop",
        false,
        true,
        "UDP",
        "3389",
        "Any",
        "Any",
        "termservice",
    ),
    (
        "RemoteDesktop-Shadow-In-TCP",
        "Remote Desktop - Shadow (TCP-In)",
        28752,
        "Remote Desktop",
        false,
        true,
        "TCP",
        "Any",
        "Any",
        "Any",
        "Any",
    ),
    (
        "FPS-ICMP4-ERQ-In",
        "File and Printer Sharing (Echo Request - ICMPv4-In)",
        28502,
        "File and Printer Sharing",
        false,
        true,
        "ICMPv4",
        "Any",
        "Any",
        "Any",
        "Any",
    ),
    (
        "FPS-ICMP6-ERQ-In",
        "File and Printer Sharing (Echo Request - ICMPv6-In)",
        28502,
        "File and Printer Sharing",
        false,
        true,
        "ICMPv6",
        "Any",
        "Any",
        "Any",
        "Any",
    ),
    (
        "FPS-SMB-In-TCP",
        "File and Printer Sharing (SMB-In)",
        28502,
        "File and Printer Sharing",
        false,
        true,
        "TCP",
        "445",
        "Any",
        "Any",
        "Any",
    ),
    (
        "WINRM-HTTP-In-TCP",
        "Windows Remote Management (HTTP-In)",
        30267,
        "Windows Remote Management",
        false,
        true,
        "TCP",
        "5985",
        "Any",
        "Domain, Private",
        "Any",
    ),
    (
        "WMI-WINMGMT-In-TCP",
        "Windows Management Instrumentation (WMI-In)",
        34251,
        "Windows Management Instrumentation (WMI)",
        false,
        true,
        "TCP",
        "Any",
        "Any",
        "Any",
        "winmgmt",
    ),
    (
        "CoreNet-DHCP-In",
        "Core Networking - Dynamic Host Configuration Protocol (DHCP-In)",
        25000,
        "Core Networking",
        true,
        true,
        "UDP",
        "68",
        "67",
        "Any",
        "dhcp",
    ),
    (
        "CoreNet-DNS-Out-UDP",
        "Core Networking - DNS (UDP-Out)",
        25000,
        "Core Networking",
        true,
        false,
        "UDP",
        "Any",
        "53",
        "Any",
        "dnscache",
    ),
];

pub(super) fn add(facts: &mut Table) {
    let profiles = ["Domain", "Private", "Public"];
    facts.insert(
        "firewallProfiles".into(),
        profiles
            .iter()
            .map(|name| json!({ "Name": name }))
            .collect(),
    );
    let rules = RULES.iter().map(
        |(name, title, group, display, enabled, inbound, protocol, local, remote, profile, service)| {
            json!({
                "Name": name, "DisplayName": title, "Group": format!("@FirewallAPI.dll,-{group}"), "DisplayGroup": display,
                "Enabled": if *enabled { "True" } else { "False" },
                "Direction": if *inbound { "Inbound" } else { "Outbound" }, "Protocol": protocol, "LocalPort": local,
                "RemotePort": remote, "Profile": profile, "Service": service,
            })
        },
    );
    facts.insert("firewallRules".into(), rules.collect());
}

/// What a profile has that does not say otherwise.
pub(super) fn profile() -> Value {
    json!({
        "Enabled": "True", "DefaultInboundAction": "NotConfigured", "DefaultOutboundAction": "NotConfigured",
        "AllowInboundRules": "NotConfigured", "AllowLocalFirewallRules": "NotConfigured",
        "AllowLocalIPsecRules": "NotConfigured", "AllowUserApps": "NotConfigured", "AllowUserPorts": "NotConfigured",
        "AllowUnicastResponseToMulticast": "NotConfigured", "NotifyOnListen": "True",
        "EnableStealthModeForIPsec": "NotConfigured",
        "LogFileName": r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log", "LogMaxSizeKilobytes": 4096,
        "LogAllowed": "False", "LogBlocked": "False", "LogIgnored": "NotConfigured",
        "DisabledInterfaceAliases": ["NotConfigured"],
    })
}

/// What a rule has that does not say otherwise.
pub(super) fn rule() -> Value {
    json!({
        "DisplayName": "", "Enabled": "True", "Direction": "Inbound", "Action": "Allow", "Profile": "Any",
        "Description": "", "Group": "", "DisplayGroup": "", "Protocol": "Any", "LocalPort": "Any", "RemotePort": "Any",
        "LocalAddress": "Any", "RemoteAddress": "Any", "Program": "Any", "Service": "Any",
    })
}
