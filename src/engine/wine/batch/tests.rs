use super::*;
use proptest::prelude::*;

fn mended(script: &str) -> String {
    String::from_utf8(prepare(script.as_bytes(), "10.0.22631.3155").body).unwrap()
}

fn rules(script: &str) -> Vec<&'static str> {
    quirks(script.as_bytes()).iter().map(|q| q.rule).collect()
}

#[test]
fn a_bare_exit_b_becomes_what_keeps_the_errorlevel() {
    assert_eq!(mended("exit /b\r\n"), "goto :eof\r\n");
    assert_eq!(mended("x || EXIT/B & y"), "x || goto :eof & y");
    assert_eq!(mended("if a==b (\nexit /b\n)"), "if a==b (\ngoto :eof\n)");
    assert_eq!(mended("(x & exit /b)"), "(x & goto :eof)");
    assert_eq!(
        mended("if errorlevel 1 exit /b"),
        "if errorlevel 1 goto :eof"
    );
}

#[test]
fn an_exit_with_a_code_or_in_text_stays() {
    for script in [
        "exit /b 0\r\n",
        "exit /b %errorlevel%",
        "exit /b %a%%b%",
        "exit 3",
        "echo exit /b",
        "rem exit /b",
        ":: exit /b",
        "cmd /c \"exit /b\"",
        "for /f %%i in ('exit /b') do rem",
        "setlocal DisableExtensions\nexit /b",
        "goto x\n$a; exit /b\n",
    ] {
        assert_eq!(mended(script), script);
    }
}

#[test]
fn a_code_that_may_be_empty_and_a_bare_exit_keep_the_errorlevel() {
    assert_eq!(
        mended("exit /b %rc%\r\n"),
        "if \"%rc%\"==\"\" (goto :eof) else exit /b %rc%\r\n"
    );
    assert_eq!(
        mended("x || exit !rc!"),
        "x || if \"!rc!\"==\"\" (call exit %%errorlevel%%) else exit !rc!"
    );
    assert_eq!(mended("exit\r\n"), "call exit %%errorlevel%%\r\n");
    assert_eq!(mended("(call)"), "(cmd /c exit 1)");
    assert_eq!(mended("(call )\ncall\n"), "(call )\ncall\n");
}

#[test]
fn names_with_a_loop_variable_are_fetched_before_the_command() {
    const ON: &str = "@echo off\r\nsetlocal EnableDelayedExpansion\r\n";
    const ROUTINE: &str = "@goto :eof\r\n:shakedown_value\r\n@set \"shakedown_value_%~1=!%~2!\"&exit /b %errorlevel%\r\n";
    for (from, to) in [
        (
            "for %%i in (1) do echo !a%%i! !b! !s:%%i=x!\r\n",
            "for %%i in (1) do call :shakedown_value 1 \"a%%i\"&call :shakedown_value 2 \"s:%%i=x\"&echo !shakedown_value_1! !b! !shakedown_value_2!\r\n",
        ),
        (
            "for %%i in (1) do (\r\n  if \"!a%%i!\"==\"x\" >f echo !%%i!\r\n)\r\n",
            "for %%i in (1) do (\r\n  call :shakedown_value 1 \"a%%i\"&if \"!shakedown_value_1!\"==\"x\" call :shakedown_value 1 \"%%i\"&>f echo !shakedown_value_1!\r\n)\r\n",
        ),
        (
            "for %%i in (1) do a && echo !a%%i!\r\n",
            "for %%i in (1) do a && (call :shakedown_value 1 \"a%%i\"&echo !shakedown_value_1!)\r\n",
        ),
    ] {
        assert_eq!(mended(&format!("{ON}{from}")), format!("{ON}{to}{ROUTINE}"));
        assert_eq!(
            rules(&format!("{ON}{from}")),
            ["delayed-for", "delayed-for"]
        );
    }
    for same in [
        "for %%i in (1) do echo %%i !a! %%i\r\n",
        "for %%i in (1) do echo ^!a%%i^!\r\n",
        "echo !a%x%!\r\n",
        "endlocal\r\nfor %%i in (1) do echo Hi! %%i!\r\n",
    ] {
        let script = format!("{ON}{same}");
        assert_eq!(mended(&script), script);
    }
    let off = "@echo off\r\nfor %%i in (1) do echo Hi! %%i!\r\n";
    assert_eq!(rules(off), Vec::<&str>::new());
}

#[test]
fn names_with_a_loop_variable_that_stay_make_the_result_unjudged() {
    for script in [
        "setlocal EnableDelayedExpansion\nfor %%i in (1) do echo !s:\"=%%i!\n",
        "setlocal EnableDelayedExpansion\nfor %%i in (1) do (echo x\n) >!f%%i!\n",
        "setlocal EnableDelayedExpansion\nendlocal\n:sub\nfor %%i in (1) do echo !a%%i!\n",
        "setlocal EnableDelayedExpansion\nfindstr x \"%~f0\"\nfor %%i in (1) do echo !a%%i!\n",
    ] {
        let left: Vec<_> = quirks(script.as_bytes())
            .into_iter()
            .filter(|q| q.reach == Reach::Unjudged)
            .collect();
        assert_eq!(left.len(), 1, "{script}");
        assert_eq!(left[0].rule, "delayed-for-left");
        assert!(left[0].line >= 2);
        assert_eq!(
            mended(script).trim_end().lines().count(),
            script.lines().count()
        );
    }
}

#[test]
fn parts_that_may_begin_past_the_end_are_fetched() {
    const ON: &str = "@echo off\r\nsetlocal EnableDelayedExpansion\r\n";
    for (from, to) in [
        (
            "echo !s:~3! !s:~0,2! !s:~-2!\r\n",
            "call :shakedown_part 1 \"s\" \"3\" \"\"&echo !shakedown_value_1! !s:~0,2! !s:~-2!\r\n",
        ),
        (
            "if not \"!s:~%n%,1!\"==\"\" (\r\nset /a n+=1\r\n)\r\n",
            "call :shakedown_part 1 \"s\" \"%n%\" \"1\"&if not \"!shakedown_value_1!\"==\"\" (\r\nset /a n+=1\r\n)\r\n",
        ),
        (
            "for %%i in (1) do echo !a%%i:~%%i,2!\r\n",
            "for %%i in (1) do call :shakedown_part 1 \"a%%i\" \"%%i\" \"2\"&echo !shakedown_value_1!\r\n",
        ),
        (
            "call set \"c=%%s:~%n%,1%%\"\r\n",
            "call :shakedown_part 1 \"s\" \"%n%\" \"1\"&call set \"c=%%shakedown_value_1%%\"\r\n",
        ),
        (
            "for %%i in (1) do call echo %%s:~%%i,1%%\r\n",
            "for %%i in (1) do call :shakedown_part 1 \"s\" \"%%i\" \"1\"&call echo %%shakedown_value_1%%\r\n",
        ),
    ] {
        let whole = mended(&format!("{ON}{from}"));
        assert!(
            whole.starts_with(&format!("{ON}{to}@goto :eof\r\n:shakedown_part\r\n")),
            "{whole}"
        );
        assert_eq!(rules(&format!("{ON}{from}")), ["substring", "substring"]);
    }
}

#[test]
fn parts_that_are_expanded_before_the_command_are_told() {
    let left = |script: &str| -> Vec<Reach> {
        let all = quirks(script.as_bytes()).into_iter();
        let left = all.filter(|q| q.rule == "substring-left");
        left.map(|q| q.reach).collect()
    };
    assert_eq!(left("echo %d:~3%\n"), [Reach::Course]);
    assert_eq!(left("set d=abc\necho %d:~3%\n"), [Reach::Course]);
    assert_eq!(left("set \"d=abcd\"\necho %d:~3%\n"), []);
    assert_eq!(left("set d=a%x%cd\necho %d:~3%\n"), [Reach::Course]);
    assert_eq!(left("echo %d:~0,3% %d:~-2% %CD:~3% %d: ~=%\n"), []);
    for known in ["echo !CD:~3! !time:~6,2!\n", "call echo %%date:~10%%\n"] {
        let script = format!("setlocal EnableDelayedExpansion\n{known}");
        assert_eq!(mended(&script), script);
        assert_eq!(left(&script), []);
    }
    assert_eq!(left("rem %d:~3%\necho !d:~3!\n"), []);
    let taken = "setlocal EnableDelayedExpansion\nfindstr x \"%~f0\"\n:l\n";
    assert_eq!(
        left(&format!("{taken}if \"!s:~%n%,1!\"==\"\" goto l\n")),
        [Reach::Unjudged]
    );
    assert_eq!(left(&format!("{taken}echo !s:~4!\n")), [Reach::Course]);
}

#[test]
fn what_the_script_does_not_go_by_is_not_told() {
    for script in [
        "del x\r\nping localhost\r\n",
        "del x 2>nul\r\nping localhost\r\nexit /b\r\n",
        "del x 2>nul\r\necho done\r\nexit /b 0\r\n",
        "<nul set /p \"=text\"\r\nexit /b 0\r\n",
        "set /p a=\r\nexit /b 0\r\n",
        ">l.txt echo x\r\nfor /f %%i in (l.txt) do rem\r\n",
        "reg query HKLM\\X | find \"REG_SZ\"\r\n",
    ] {
        let told = quirks(script.as_bytes());
        let told = told.iter().filter(|q| q.reach >= Reach::Course).count();
        assert_eq!(told, 0, "{script}");
    }
    for (script, rule) in [
        (
            "del x 2>nul\r\nif errorlevel 1 echo y\r\nexit /b 0\r\n",
            "del",
        ),
        ("del x >nul || echo y\r\n", "del"),
        ("set /p a=<f.txt\r\nexit /b 0\r\n", "set-p"),
        ("set /p a= || goto :eof\r\n", "set-p"),
        ("for /f %%i in (l.txt) do rem\r\n", "for-f-eol"),
        ("copy a b | find \"1 file(s) copied\"\r\n", "words-read"),
    ] {
        assert!(rules(script).contains(&rule), "{script}");
    }
}

#[test]
fn lines_that_may_begin_with_a_semicolon_are_told() {
    for script in [
        "echo ;c> f.txt\nfor /f \"delims=\" %%i in (f.txt) do echo %%i\n",
        ">f.txt echo a\n>>f.txt echo %x%\nfor /f %%i in (f.txt) do echo %%i\n",
        "(\necho a\necho ;b\n)> f.txt\nfor /f \"usebackq\" %%i in (\"f.txt\") do echo %%i\n",
        "for /f %%i in ('type f.txt') do echo %%i\n",
        "for /f \"usebackq\" %%i in (`type f.txt 2^>nul ^| more`) do echo %%i\n",
        "for /f %%i in (\"; text\") do echo %%i\n",
        "for /f %%i in ('echo ;x') do echo %%i\n",
    ] {
        assert!(rules(script).contains(&"for-f-eol"), "{script}");
    }
    for script in [
        "(\necho a\necho b\n)> f.txt\nfor /f \"usebackq\" %%i in (\"f.txt\") do echo %%i\n",
        "ipconfig > f.txt\nfor /f %%i in ('type f.txt') do echo %%i\n",
        "for /f %%i in (\"%x%\") do echo %%i\n",
        "for /f %%i in ('echo x') do echo %%i\n",
    ] {
        assert!(!rules(script).contains(&"for-f-eol"), "{script}");
    }
}

#[test]
fn a_variable_that_surely_has_a_value_needs_no_quotes() {
    for script in [
        "set n=0\nif %n% gtr 3 echo x\n",
        "setup /S\nset \"n=%ErrorLevel%\"\nif %n%==3010 echo x\n",
        "@set \"n=a\"\nset /a n+=1\nif %N%==a echo x\n",
        "set /a n=1+2, m=4\n:l\nif %m% equ 4 goto l\n",
    ] {
        assert!(!rules(script).contains(&"if-unquoted"), "{script}");
    }
    for script in [
        "set n=\nif %n% gtr 3 echo x\n",
        "set n=%1\nif %n% gtr 3 echo x\n",
        "if a==b set n=0\nif %n% gtr 3 echo x\n",
        "if a==b goto l\nset n=0\n:l\nif %n% gtr 3 echo x\n",
        "set n=0\nset n=\nif %n% gtr 3 echo x\n",
        "set n=0\nset /p n=x\nif %n% gtr 3 echo x\n",
        "x && set n=0\nif %n% gtr 3 echo x\n",
        "setlocal\nset n=0\nendlocal\nif %n% gtr 3 echo x\n",
        "if %n% gtr 3 echo x\nset n=0\n",
    ] {
        assert!(rules(script).contains(&"if-unquoted"), "{script}");
    }
}

#[test]
fn words_that_wine_says_otherwise_are_told_where_they_are_read() {
    let told = |script: &str, rule: &str| -> Vec<(usize, Reach)> {
        let all = quirks(script.as_bytes()).into_iter();
        let of = all.filter(|q| q.rule == rule);
        of.map(|q| (q.line, q.reach)).collect()
    };
    const ON: Reach = Reach::Unjudged;
    let script = "dir /s C:\\d | find \"File(s)\"\nxcopy a b /i | findstr /c:\"File(s) copied\"\nfor /f %%a in ('dir C:\\d ^| find \"Dir(s)\"') do rem\ndir /b | find \"bytes\"\ndir | find \"x.txt\"\n";
    assert_eq!(told(script, "words-read"), [(1, ON), (2, ON), (3, ON)]);
    let script = "reg export HKLM\\X C:\\o.reg /y\ntype C:\\o.reg\ntype \"C:\\o.reg\" | find \"x\"\ntype C:\\p.txt\n";
    assert_eq!(told(script, "type-utf16"), [(2, Reach::Course), (3, ON)]);
    let script = "wmic os get caption > w.txt\nfor /f %%i in ('type w.txt') do rem\n";
    assert_eq!(told(script, "type-utf16"), [(2, ON)]);
    const WMIC: &str =
        "for /f \"tokens=2 delims==\" %%a in ('wmic bios get serialnumber /value') do";
    for (rest, found) in [
        ("set S=%%a\nif \"%S%\"==\"x\" echo y\n", true),
        ("if \"%%a\"==\"x\" echo y\n", true),
        ("set S=%%a\necho %S%\n", false),
        (
            "for /f %%b in (\"%%a\") do set S=%%b\nif \"%S%\"==\"x\" echo y\n",
            false,
        ),
    ] {
        let script = format!("{WMIC} {rest}");
        assert_eq!(!told(&script, "wmic-cr").is_empty(), found, "{script}");
    }
}

#[test]
fn a_choice_is_asked_by_the_program() {
    assert_eq!(
        mended("choice /c yn /d y /t 1\n"),
        "choice.exe /c yn /d y /t 1\n"
    );
    assert_eq!(mended("echo y| choice"), "echo y| choice.exe");
    for script in ["choice.exe /c yn\n", "choicex\n", "echo choice\n"] {
        assert_eq!(mended(script), script);
    }
}

#[test]
fn a_child_with_delayed_expansion_is_told() {
    let script = "for %%i in (1) do cmd /v:on /c \"echo !x%%i!\"\n";
    let found = quirks(script.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].rule, found[0].reach),
        ("delayed-for-left", Reach::Unjudged)
    );
    assert_eq!(mended(script), script);
}

#[test]
fn parentheses_behind_if_are_escaped_and_others_are_not() {
    assert_eq!(mended("if a==b echo x (y) z"), "if a==b echo x ^(y^) z");
    assert_eq!(
        mended("if a==b (c) else echo x (y)"),
        "if a==b (c) else echo x ^(y^)"
    );
    assert_eq!(
        mended("if a==b (\necho x (y^)\n)"),
        "if a==b (\necho x ^(y^)\n)"
    );
    for script in [
        "echo x (y)",
        "if a==b echo \"x (y)\"",
        "if a==b echo x ^(y^)",
        "if a==b echo %ProgramFiles(x86):~0,2%",
        "for %%i in (a b) do echo x (y)",
        "if exist \"%ProgramFiles(x86)%\" (echo y)",
    ] {
        assert_eq!(mended(script), script);
    }
}

#[test]
fn a_block_of_one_command_keeps_its_redirections() {
    assert_eq!(mended("(echo x>&2) 2>nul"), "(if 1==1 echo x>&2) 2>nul");
    assert_eq!(
        mended("(echo x>f.txt) >nul 2>&1"),
        "(if 1==1 echo x>f.txt) >nul 2>&1"
    );
    assert_eq!(
        mended("for %%i in (a) do (echo %%i>&2) 2>&1\r\n"),
        "for %%i in (a) do ((if 1==1 echo %%i>&2) 2>&1)\r\n"
    );
    for script in [
        "(echo x) >f",
        "(echo x>&2)",
        "(\necho x>&2\n) 2>nul",
        "(a>f & b) >g",
    ] {
        assert_eq!(mended(script), script);
    }
}

#[test]
fn other_words_are_mended() {
    assert_eq!(mended("echo(x"), "echo.x");
    assert_eq!(mended("(echo(x)"), "(echo.x)");
    assert_eq!(
        mended("if not cmdextversion 2 goto a\n:a"),
        "if not 2 geq 2 goto a\n:a"
    );
    assert_eq!(mended("color 0a\r\n"), "rem color 0a\r\n");
    assert_eq!(rules("color 0a & cls"), ["color-chained"]);
}

#[test]
fn what_is_left_is_told_with_its_line() {
    let found = quirks(b"@echo off\ndel x 2>nul\nif exist y del y\ngoto nowhere\n");
    let found: Vec<_> = found.iter().map(|q| (q.line, q.rule)).collect();
    assert_eq!(found, [(2, "del"), (4, "label")]);
    assert_eq!(rules("@echo off\nif %x%==1 rem"), ["if-unquoted"]);
    assert_eq!(rules("for /f %%i in ('ver') do rem"), ["ver"]);
    assert_eq!(rules("for /f %%i in (\"text\") do rem"), Vec::<&str>::new());
    assert_eq!(rules("xcopy a.txt b.txt"), ["xcopy-asks"]);
    assert_eq!(rules("xcopy a b /e /i >nul"), Vec::<&str>::new());
}

#[test]
fn text_behind_the_end_of_the_script_is_not_read() {
    let script = "@echo off\r\ngoto :eof\r\nif (x) echo(y) exit /b\r\ndel z\r\n";
    assert_eq!(mended(script), script);
    assert_eq!(rules(script), Vec::<&str>::new());
}

#[test]
fn wines_own_words_are_known() {
    let told = told("x\nSyntax error: unexpected (\nFile not found.\nFile not found.\n");
    assert_eq!(told.len(), 2);
    assert!(told[0].course.is_some());
}

proptest! {
    #[test]
    fn any_bytes_are_taken_and_lines_are_kept(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let lines = |b: &[u8]| b.iter().filter(|&&c| c == b'\n').count();
        prop_assert_eq!(lines(&prepare(&body, "10.0").body), lines(&body));
    }

    #[test]
    fn batch_like_text_is_taken_and_what_has_no_quirk_stays(
        words in prop::collection::vec(prop::sample::select(vec![
            "if", "not", "exist", "a==b", "(", ")", "else", "for", "/f", "%%i", "in", "do", "echo",
            "echo(", "exit", "/b", "&", "&&", "|", "^", "\"", ">", "2>&1", ">nul", "%x%", "%", ":l",
            "goto", "call", "set", "/p", "\r\n", " ", "cmdextversion", "2", "color", "rem", "'", "é",
        ]), 0..60)
    ) {
        let script = words.join(" ");
        let prepared = prepare(script.as_bytes(), "10.0.22631.3155");
        let mended = prepared.quirks.iter().any(|q| q.reach == Reach::Mended);
        prop_assert_eq!(mended, prepared.body != script.as_bytes());
        let again = prepare(&prepared.body, "10.0");
        prop_assert_eq!(again.body.len() >= prepared.body.len(), true);
    }
}
