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

/// Command lines of 5.1 and what PowerShell 7 gets; the tests of devices take them too.
const FORMS: &str = include_str!("forms.txt");

#[test]
fn each_form_keeps_its_meaning() {
    let rows = FORMS.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<_> = rows.map(|row| row.split_once(" => ").unwrap()).collect();
    assert!(rows.len() > 69, "{}", rows.len());
    for (typed, wanted) in rows {
        assert_eq!(run(typed), wanted, "{typed}");
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
