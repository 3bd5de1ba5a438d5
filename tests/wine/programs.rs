//! The programs of a device: done truly, answered, or refused by name; none pretended.

use super::device::{boot, check, run, text};
use super::stores;
use libtest_mimic::Failed;
use shakedown::rmm::observed::Exit;
use shakedown_helper::programs::{REFUSED, refused_names};

/// A line of cmd, its exit code, and what its stdout and stderr have in them.
type Row = (&'static str, i32, &'static str, &'static str);

/// What Windows' own gives for each, by Microsoft's reference pages of the commands.
const ROWS: &[Row] = &[
    ("echo one| find /i \"ONE\"", 0, "one", ""),
    ("echo one| find /c \"two\"", 1, "0", ""),
    (
        "find /c \"a\" C:\\windows\\win.ini",
        0,
        "---------- C:\\WINDOWS\\WIN.INI: 2",
        "",
    ),
    ("echo one| findstr /v two", 0, "one", ""),
    ("echo one| findstr /x on", 1, "", ""),
    ("echo a1| findstr /r \"^[a-z][0-9]$\"", 0, "a1", ""),
    ("findstr", 2, "", "FINDSTR: Bad command line"),
    (
        "tasklist | find \"services.exe\"",
        0,
        "Services                   0",
        "",
    ),
    (
        "tasklist /fi \"imagename eq nope.exe\"",
        0,
        "INFO: No tasks are running",
        "",
    ),
    (
        "tasklist /m",
        120,
        "",
        "shakedown: tasklist: /M (modules) is not played",
    ),
    (
        "taskkill /f /im nope.exe",
        128,
        "",
        "ERROR: The process \"nope.exe\" not found.",
    ),
    ("sc query nope", 1060, "FAILED 1060", ""),
    (
        "sc queryex EventLog",
        0,
        "STATE              : 4  RUNNING",
        "",
    ),
    (
        "sc create bv binPath= C:\\bv.exe start= auto",
        0,
        "[SC] CreateService SUCCESS",
        "",
    ),
    (
        "sc config bv start= disabled",
        0,
        "[SC] ChangeServiceConfig SUCCESS",
        "",
    ),
    ("sc qc bv", 0, "START_TYPE         : 4   DISABLED", ""),
    ("sc start bv", 1058, "FAILED 1058", ""),
    ("sc delete bv", 0, "[SC] DeleteService SUCCESS", ""),
    (
        "cscript //nologo C:\\none.vbs",
        1,
        "",
        "Input Error: Can not find script file",
    ),
    (
        "echo WScript.Echo 1/0 >C:\\bad.vbs& cscript //nologo C:\\bad.vbs",
        1,
        "",
        "shakedown: cscript: C:\\bad.vbs ended by an error",
    ),
    (
        "echo WScript.Echo(\"js \" + 1); >C:\\js.txt& cscript //nologo //e:jscript C:\\js.txt",
        0,
        "js 1",
        "",
    ),
    (
        "echo x>C:\\x.wsf& cscript C:\\x.wsf",
        120,
        "",
        "runs no .wsf files",
    ),
    (
        "reg add HKLM\\SOFTWARE\\Q /v Big /t REG_QWORD /d 5 /f",
        0,
        "",
        "",
    ),
    (
        "reg query HKLM\\SOFTWARE\\Q",
        0,
        "Big    REG_QWORD    0x5",
        "",
    ),
    (
        "reg query HKLM\\SOFTWARE /s /f big /v",
        0,
        "End of search: ",
        "",
    ),
    (
        "reg query HKLM\\SOFTWARE /s /f no-such-text",
        1,
        "0 match(es) found.",
        "",
    ),
    ("msiexec /i C:\\none.msi /qn", 1619, "", ""),
    ("msiexec /i C:\\windows\\win.ini /qn", 1620, "", ""),
    (
        "msiexec /i C:\\windows\\win.ini /qn /l*v C:\\none\\x.log",
        1622,
        "",
        "",
    ),
    ("msiexec /p C:\\none.msp /qn", 1635, "", ""),
    ("msiexec /frob /qn", 1639, "", ""),
    (
        "msiexec /x {11111111-2222-3333-4444-555555555555} /qn",
        1605,
        "",
        "",
    ),
    (
        "msiexec /f {11111111-2222-3333-4444-555555555555} /qn",
        1605,
        "",
        "",
    ),
    ("timeout /t 1", 1, "", "Input redirection is not supported"),
    (
        "echo n| C:\\windows\\system32\\choice.exe /c yn",
        2,
        "[Y,N]?N",
        "",
    ),
    (
        "setx BRIGHT yes /m",
        0,
        "SUCCESS: Specified value was saved.",
        "",
    ),
    (
        "reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment\" /v BRIGHT",
        0,
        "REG_SZ    yes",
        "",
    ),
    ("whoami", 0, "nt authority\\system", ""),
    ("whoami /user", 0, "S-1-5-18", ""),
    (
        "whoami /priv",
        120,
        "",
        "shakedown: whoami: /priv is not played",
    ),
    (
        "<nul set /p x=abc> C:\\abc.txt& certutil -hashfile C:\\abc.txt MD5",
        0,
        "900150983cd24fb0d6963f7d28e17f72",
        "",
    ),
    (
        "certutil -hashfile C:\\nope",
        -2_147_024_894,
        "0x80070002",
        "",
    ),
    (
        "certutil -importpfx x",
        120,
        "",
        "shakedown: certutil: -importpfx in this form is not played",
    ),
    ("certutil -store Root 0", 0, "Cert Hash(sha1): ", ""),
    (
        "ipconfig /all",
        0,
        "IPv4 Address. . . . . . . . . . . : 192.168.1.50",
        "",
    ),
    ("getmac /nh", 0, r"\Device\Tcpip_{", ""),
    ("sfc /verifyonly", 0, "", ""),
    ("w32tm /resync", -2_147_023_834, "(0x80070426)", ""),
    (
        "icacls C:\\windows /deny Everyone:F",
        120,
        "",
        "shakedown: icacls: not played on this device: a list of C:\\windows",
    ),
    (
        "netsh winsock reset",
        120,
        "",
        "shakedown: netsh: not played on this device: winsock reset",
    ),
    (
        "robocopy C:\\windows C:\\copy /copyall",
        120,
        "",
        "shakedown: robocopy: /copyall is not played",
    ),
    (
        "curl -sS http://nope.invalid/",
        6,
        "",
        "curl: (6) Could not resolve host",
    ),
    (
        "curl -sS http://127.0.0.1:9/",
        7,
        "",
        "curl: (7) Failed to connect",
    ),
    (
        "curl -F a=b http://127.0.0.1/",
        120,
        "",
        "shakedown: curl: option -F is not played",
    ),
    (
        "C:\\windows\\syswow64\\sc.exe query nope",
        1060,
        "FAILED 1060",
        "",
    ),
    (
        "C:\\windows\\system32\\WindowsPowerShell\\v1.0\\powershell.exe -Command exit 0",
        120,
        "",
        "PowerShell is not set up on this device",
    ),
    (
        "C:\\windows\\syswow64\\WindowsPowerShell\\v1.0\\powershell.exe -Command exit 0",
        120,
        "",
        "PowerShell is not set up on this device",
    ),
    (
        "pwsh -Command exit 0",
        120,
        "",
        "shakedown: pwsh: PowerShell is not set up on this device",
    ),
];

pub fn done() -> Result<(), Failed> {
    let device = stores::boot("programs")?;
    for row in ROWS {
        let (line, code, stdout, stderr) = row;
        let outcome = run(&device, line)?;
        let fits = outcome.exit == Exit::Code(*code)
            && text(&outcome.stdout).contains(stdout)
            && text(&outcome.stderr).contains(stderr)
            && (!stderr.is_empty() || outcome.stderr.is_empty());
        check(
            fits,
            (
                row,
                outcome.exit,
                text(&outcome.stdout),
                text(&outcome.stderr),
            ),
        )?;
    }
    Ok(())
}

pub fn refused() -> Result<(), Failed> {
    let device = boot("refused")?;
    for name in refused_names() {
        // On Windows neither, it lies where PATH does not lead.
        let line = match name {
            "mpcmdrun" => r#""C:\Program Files\Windows Defender\MpCmdRun.exe""#,
            name => name,
        };
        let outcome = run(&device, line)?;
        let said = text(&outcome.stderr);
        let told = said.contains(&format!("shakedown: {name}: "));
        let failed = outcome.exit == Exit::Code(REFUSED);
        check(
            told && failed && outcome.stdout.is_empty(),
            (name, outcome.exit, said),
        )?;
    }
    Ok(())
}
