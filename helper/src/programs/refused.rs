//! Programs that are refused by name, because Wine lacks or only pretends them and no true answer
//! can be given here.

use super::{Call, Ended, Program};

const fn refused(name: &'static str) -> Program {
    Program {
        name,
        folder: "system32",
        run: refuse,
    }
}

pub const PROGRAMS: &[Program] = &[
    refused("at"),
    refused("auditpol"),
    refused("change"),
    refused("chkdsk"),
    refused("cipher"),
    refused("cleanmgr"),
    refused("clip"),
    refused("cmdkey"),
    refused("cmstp"),
    refused("comp"),
    refused("compact"),
    refused("convert"),
    refused("defrag"),
    refused("diskpart"),
    refused("diskshadow"),
    refused("dxdiag"),
    refused("format"),
    refused("ftp"),
    refused("lodctr"),
    refused("logman"),
    refused("logoff"),
    refused("makecab"),
    refused("mode"),
    Program {
        name: "mpcmdrun",
        folder: r"..\Program Files\Windows Defender",
        run: refuse,
    },
    refused("msg"),
    refused("mshta"),
    refused("msinfo32"),
    refused("mstsc"),
    refused("nbtstat"),
    refused("netdom"),
    refused("nltest"),
    refused("odbcconf"),
    refused("openfiles"),
    refused("pathping"),
    refused("perfmon"),
    refused("pnputil"),
    refused("print"),
    refused("regini"),
    refused("replace"),
    refused("runas"),
    refused("sdbinst"),
    refused("secedit"),
    refused("slmgr"),
    refused("ssh"),
    refused("telnet"),
    refused("tracert"),
    refused("tree"),
    refused("tsdiscon"),
    refused("tskill"),
    refused("typeperf"),
    refused("unlodctr"),
    refused("verifier"),
    refused("waitfor"),
    refused("wbadmin"),
    refused("wecutil"),
    refused("wsl"),
    refused("wusa"),
];

/// Why, and of which programs that is so; none of the names twice.
const REASONS: &[(&str, &[&str])] = &[
    (
        "the network of a device is shakedown's own; it has no such tables, hosts or routes to tell",
        &["nbtstat", "pathping", "tracert"],
    ),
    (
        "no other computer is reached from a device",
        &[
            "ftp", "mstsc", "netdom", "nltest", "ssh", "telnet", "waitfor", "wecutil",
        ],
    ),
    (
        "nobody is logged on to the device and nobody sees its desktop",
        &[
            "change", "cmdkey", "dxdiag", "logoff", "msg", "mshta", "msinfo32", "perfmon", "runas",
            "tsdiscon", "tskill",
        ],
    ),
    (
        "the disks of a device are folders; there is nothing to do it to",
        &[
            "cipher",
            "cleanmgr",
            "compact",
            "convert",
            "defrag",
            "diskpart",
            "diskshadow",
            "format",
            "wbadmin",
        ],
    ),
    (
        "the device has no such part of Windows",
        &[
            "auditpol",
            "cmstp",
            "lodctr",
            "logman",
            "mpcmdrun",
            "odbcconf",
            "openfiles",
            "pnputil",
            "regini",
            "sdbinst",
            "secedit",
            "slmgr",
            "typeperf",
            "unlodctr",
            "verifier",
            "wsl",
            "wusa",
        ],
    ),
    (
        "it is not played",
        &[
            "at", "chkdsk", "clip", "comp", "makecab", "mode", "print", "replace", "tree",
        ],
    ),
];

/// Names of the programs that are refused whatever they are asked.
pub fn refused_names() -> impl Iterator<Item = &'static str> {
    REASONS.iter().flat_map(|(_, names)| names.iter().copied())
}

fn refuse(call: &mut Call<'_>) -> Ended {
    let name = call.name;
    let reason = REASONS
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map_or("it is not played", |(reason, _)| reason);
    call.refuse(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_has_one_reason() {
        let names: BTreeSet<&str> = PROGRAMS.iter().map(|p| p.name).collect();
        let reasons: Vec<&str> = REASONS
            .iter()
            .flat_map(|(_, n)| n.iter().copied())
            .collect();
        assert_eq!(reasons.len(), names.len());
        assert_eq!(reasons.into_iter().collect::<BTreeSet<_>>(), names);
    }
}
