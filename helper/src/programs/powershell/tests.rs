use super::settings::{OF_7, OF_51};
use super::*;
use proptest::prelude::*;

/// The script of these tests is the one file that is there, besides a text file.
fn file(path: &str) -> File {
    let there = [r"C:\w\a.ps1", r"C:\w\a b.PS1", r"C:\w\note.txt"];
    if there.iter().any(|t| t.eq_ignore_ascii_case(path)) {
        File::There
    } else {
        File::Missing
    }
}

/// What follows PowerShell's own name.
fn run(typed: &str) -> String {
    match translate(typed, file) {
        Order::Run(line) => {
            let name = format!("\"{PWSH}\"");
            line.strip_prefix(&name).unwrap().trim_start().to_owned()
        }
        said @ Order::Say { .. } => panic!("{typed}: {said:?}"),
    }
}

/// stdout, stderr, exit code.
fn say(typed: &str) -> (String, String, u32) {
    match translate(typed, file) {
        Order::Say { out, err, exit } => (out, err, exit),
        Order::Run(line) => panic!("{typed}: {line}"),
    }
}

/// What 5.1 is given, and what PowerShell 7 gets.
const FORMS: &[(&str, &str)] = &[
    ("", ""),
    ("1+1", "-Command 1+1"),
    ("  1+1", "-Command 1+1"),
    ("\"1+1\"", "-Command \"1+1\""),
    ("Get-Date -Format s", "-Command Get-Date -Format s"),
    (r"C:\w\a.ps1 -Name x", r"-Command C:\w\a.ps1 -Name x"),
    ("& 'C:\\w\\a b.ps1'", "-Command & 'C:\\w\\a b.ps1'"),
    ("-Foo bar", "-Command -Foo bar"),
    ("-NoProfile -Foo bar", "-NoProfile -Command -Foo bar"),
    ("-NoProfile", "-NoProfile"),
    ("-noprofile 2+2", "-NoProfile -Command 2+2"),
    ("-nop 2+2", "-NoProfile -Command 2+2"),
    ("/nop /c 2+2", "-NoProfile -Command 2+2"),
    ("--nop --command 2+2", "-NoProfile -Command 2+2"),
    ("\u{2013}NoProfile \u{2014}c 2", "-NoProfile -Command 2"),
    (
        "-NoLogo -NonInteractive -c 1",
        "-NoLogo -NonInteractive -Command 1",
    ),
    ("-nol -noni -c 1", "-NoLogo -NonInteractive -Command 1"),
    ("-noexit -c 1", "-NoExit -Command 1"),
    ("-noe -c 1", "-NoExit -Command 1"),
    ("-no -c 1", "-Command -no -c 1"),
    ("-imp -c 1", "-Command 1"),
    ("-ImportSystemModules -c 1", "-Command 1"),
    ("-s", "-ServerMode"),
    ("-s -NoLogo -NoProfile", "-ServerMode -NoLogo -NoProfile"),
    ("-st -c 1", "-Command -st -c 1"),
    ("-sta -c 1", "-STA -Command 1"),
    ("-MTA -c 1", "-MTA -Command 1"),
    (
        "-Version 2.0 -NoProfile -Command 2+2",
        "-NoProfile -Command 2+2",
    ),
    ("-v 2 -c 1", "-Command 1"),
    ("-version 5.1", ""),
    (r#"-PSConsoleFile "C:\w\x y.psc1" -c 1"#, "-Command 1"),
    ("-ps x.psc1 -c 1", "-Command 1"),
    ("-w hidden -c 1", "-WindowStyle \"hidden\" -Command 1"),
    ("-WindowStyle Hid -c 1", "-WindowStyle \"Hid\" -Command 1"),
    ("-window 1 -c 1", "-WindowStyle \"1\" -Command 1"),
    (
        "-ExecutionPolicy Bypass -c 1",
        "-ExecutionPolicy \"Bypass\" -Command 1",
    ),
    ("-ex bypass -c 1", "-ExecutionPolicy \"bypass\" -Command 1"),
    (
        "-exec bypass -c 1",
        "-ExecutionPolicy \"bypass\" -Command 1",
    ),
    (
        "-ep RemoteSigned -c 1",
        "-ExecutionPolicy \"RemoteSigned\" -Command 1",
    ),
    ("-OutputFormat XML -c 1", "-OutputFormat \"XML\" -Command 1"),
    ("-o text -c 1", "-OutputFormat \"text\" -Command 1"),
    ("-of text -c 1", "-OutputFormat \"text\" -Command 1"),
    ("-InputFormat None -c 1", "-InputFormat \"None\" -Command 1"),
    ("-in text -c 1", "-InputFormat \"text\" -Command 1"),
    ("-if text -c 1", "-InputFormat \"text\" -Command 1"),
    ("-i text", "-Command -i text"),
    (
        "-ConfigurationName x -c 1",
        "-ConfigurationName \"x\" -Command 1",
    ),
    ("-config x -c 1", "-ConfigurationName \"x\" -Command 1"),
    ("-enc NQArADUA", "-EncodedCommand \"NQArADUA\""),
    ("-e NQArADUA", "-EncodedCommand \"NQArADUA\""),
    ("-ec NQArADUA", "-EncodedCommand \"NQArADUA\""),
    (
        "-EncodedCommand \"NQAr ADUA\"",
        "-EncodedCommand \"NQAr ADUA\"",
    ),
    (
        "-NoP -NonI -W Hidden -Exec Bypass -Enc NQArADUA",
        "-NoProfile -NonInteractive -WindowStyle \"Hidden\" -ExecutionPolicy \"Bypass\" -EncodedCommand \"NQArADUA\"",
    ),
    (
        "-enc NQArADUA -NoProfile",
        "-EncodedCommand \"NQArADUA\" -NoProfile",
    ),
    (
        "-enc NQArADUA -EncodedArguments NQA=",
        "-EncodedCommand \"NQArADUA\" -EncodedArguments \"NQA=\"",
    ),
    ("-ea NQA= -c 1", "-EncodedArguments \"NQA=\" -Command 1"),
    ("-c -", "-Command -"),
    ("-NoProfile -Command -", "-NoProfile -Command -"),
    ("-c & {1;2}", "-Command & {1;2}"),
    ("-c \"& {'a  b'}\"", "-Command \"& {'a  b'}\""),
    (
        "-c Write-Output \\\"a b\\\"",
        "-Command Write-Output \\\"a b\\\"",
    ),
    (
        "-c \"Write-Output \"\"a b\"\"\"",
        "-Command \"Write-Output \"\"a b\"\"\"",
    ),
    (r"-c 'C:\x\' + \\srv\s", r"-Command 'C:\x\' + \\srv\s"),
    ("-Command exit 3010", "-Command exit 3010"),
    ("-Command throw 1", "-Command throw 1"),
    ("-Command -Foo", "-Command -Foo"),
    ("-c größe; 漢字 😀", "-Command größe; 漢字 😀"),
    (r"-File C:\w\a.ps1", r"-File C:\w\a.ps1"),
    (r"-f c:\W\A.PS1 1 2", r"-File c:\W\A.PS1 1 2"),
    (
        r#"-ExecutionPolicy Bypass -File "C:\w\a b.ps1" -Name "x y" -F"#,
        r#"-ExecutionPolicy "Bypass" -File "C:\w\a b.ps1" -Name "x y" -F"#,
    ),
    (
        r#"-File C:\w\a.ps1 -Path "C:\x y\\" """#,
        r#"-File C:\w\a.ps1 -Path "C:\x y\\" """#,
    ),
    (
        r"-File C:\w\a.ps1 -Command 1",
        r"-File C:\w\a.ps1 -Command 1",
    ),
    ("-File -", "-File -"),
    (r"-File ~\a.ps1", r"-File ~\a.ps1"),
    (r#"-n"o"p -c 1"#, "-NoProfile -Command 1"),
    ("\"\" -c 1", "-Command 1"),
    (
        r#"-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\w\a.ps1""#,
        r#"-NoProfile -NonInteractive -ExecutionPolicy "Bypass" -File "C:\w\a.ps1""#,
    ),
];

#[test]
fn each_form_keeps_its_meaning() {
    for (typed, wanted) in FORMS {
        assert_eq!(run(typed), *wanted, "{typed}");
    }
}

#[test]
fn what_5_1_refuses_is_refused_with_its_code_and_text() {
    let rows = [
        ("-c", "A command must follow -Command."),
        ("-NoProfile -Command", "A command must follow -Command."),
        ("-enc", "A command must follow -Command."),
        ("-enc not-base64", "-EncodedCommand is not properly encoded"),
        ("-enc NQArADU", "-EncodedCommand is not properly encoded"),
        ("-enc NQArADUA -c 1", "already specified with -Command"),
        ("-enc NQArADUA 1+1", "already specified with -Command"),
        (
            "-enc NQArADUA -e NQArADUA",
            "already specified with -Command",
        ),
        ("-ea ?", "-EncodedArguments is not properly encoded"),
        ("-ea", "-EncodedArguments requires a value"),
        ("-File", "the File parameter requires a file path"),
        (
            r"-File C:\nope.ps1",
            r"The argument 'C:\nope.ps1' to the -File parameter does not exist.",
        ),
        (
            r"-File C:\w\note.txt",
            r"Processing -File 'C:\w\note.txt' failed because the file does not have a '.ps1' extension.",
        ),
        ("-WindowStyle", "-WindowStyle requires an argument"),
        ("-w big -c 1", "Processing -WindowStyle 'big' failed"),
        ("-w m -c 1", "Processing -WindowStyle 'm' failed"),
        (
            "-ExecutionPolicy",
            "A policy name must follow -ExecutionPolicy.",
        ),
        (
            "-OutputFormat",
            "has been supplied for the OutputFormat parameter",
        ),
        ("-of json -c 1", "\"json\" is not a valid format."),
        (
            "-InputFormat",
            "the -InputFormat parameter requires an argument",
        ),
        ("-if yaml", "\"yaml\" is not a valid format."),
        ("-config", "-Configuration requires an argument"),
        ("-Version", "because of a missing parameter."),
        ("-sta -mta -c 1", "-STA and -MTA are both specified"),
    ];
    for (typed, wanted) in rows {
        let (_, err, exit) = say(typed);
        assert!(
            err.contains(wanted) && err.ends_with("\r\n"),
            "{typed}: {err}"
        );
        assert_eq!(exit, 0xFFFD_0000, "{typed}");
    }
}

#[test]
fn help_is_no_error() {
    for typed in ["-?", "/?", "-h", "-Help", "-NoProfile -help -c 1"] {
        let (out, err, exit) = say(typed);
        assert!(out.contains("PowerShell[.exe] -Help | -? | /?"), "{out}");
        assert_eq!((err.as_str(), exit), ("", 0));
    }
}

#[test]
fn settings_stand_back_behind_the_jobs_own() {
    let env = [
        ("no_color".to_owned(), String::new()),
        ("SHAKEDOWN_compat51".into(), "0".into()),
    ];
    let with = OF_51.applied(&env);
    let named = |name: &str| -> Vec<&str> {
        let same = with.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        same.map(|(_, v)| v.as_str()).collect()
    };
    assert_eq!(named("NO_COLOR"), [""]);
    assert_eq!(named("DOTNET_TieredPGO"), ["0"]);
    assert_eq!(named("SHAKEDOWN_COMPAT51"), Vec::<&str>::new());
    assert!(
        OF_7.applied(&env)
            .contains(&("SHAKEDOWN_compat51".into(), "0".into()))
    );
    assert!(
        OF_7.missing(|_| false)
            .contains(&("SHAKEDOWN_COMPAT51", "0"))
    );
}

#[cfg(not(windows))]
struct Nobody;

#[cfg(not(windows))]
impl crate::programs::Ask for Nobody {
    fn ask(&self, _: &Question) -> Result<Answer, String> {
        Ok(Answer::Done)
    }
}

#[cfg(not(windows))]
#[test]
fn without_powershell_both_are_refused_by_name() {
    for (run, name) in [
        (powershell as fn(&mut Call<'_>) -> Ended, "powershell"),
        (pwsh, "pwsh"),
    ] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let ended = run(&mut Call {
            name,
            args: Vec::new(),
            line: "-c exit 0",
            device: &Nobody,
            out: &mut out,
            err: &mut err,
        });
        assert_eq!(
            (ended.exit, ended.how),
            (120, crate::protocol::ask::How::Refused)
        );
        let told = String::from_utf8(err).unwrap();
        assert_eq!(told, format!("shakedown: {name}: {NOT_SET_UP}\r\n"));
    }
}

#[test]
fn the_32_bit_one_is_known_by_its_folder() {
    let below =
        |folder: &str| format!(r"C:\windows\{folder}\WindowsPowerShell\v1.0\powershell.exe");
    assert!(is_narrow(Path::new(&below("SysWOW64"))));
    assert!(!is_narrow(Path::new(&below("System32"))));
}

proptest! {
    #[test]
    fn a_quoted_argument_comes_back(text in "[ -~ä\\\\\"]{0,24}") {
        let line = format!("{} rest", line::quoted(&text));
        prop_assert_eq!(line::next(&line), (text, "rest"));
    }

    #[test]
    fn a_command_is_kept_byte_for_byte(command in "[!-~ä漢][ -~ä漢😀\\\\\"]{0,40}") {
        let Order::Run(line) = translate(&format!("-nop -c {command}"), file) else {
            return Err(TestCaseError::fail("refused"));
        };
        prop_assert_eq!(line, format!("\"{PWSH}\" -NoProfile -Command {command}"));
    }

    #[test]
    fn no_line_is_too_odd(typed in "[-/ a-zA-Z0-9\"\\\\?–=.]{0,60}") {
        match translate(&typed, file) {
            Order::Run(line) => prop_assert!(line.contains(PWSH)),
            Order::Say { exit, .. } => prop_assert!(exit == 0 || exit == 0xFFFD_0000),
        }
    }
}
