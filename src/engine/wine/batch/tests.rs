use super::*;
use proptest::prelude::*;

fn mended(script: &str) -> String {
    String::from_utf8(prepare(script.as_bytes()).body).unwrap()
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
        "exit",
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
    let found = quirks(b"@echo off\ndel x\nif exist y del y\ngoto nowhere\n");
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
        prop_assert_eq!(lines(&prepare(&body).body), lines(&body));
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
        let prepared = prepare(script.as_bytes());
        let mended = prepared.quirks.iter().any(|q| q.reach == Reach::Mended);
        prop_assert_eq!(mended, prepared.body != script.as_bytes());
        let again = prepare(&prepared.body);
        prop_assert_eq!(again.body.len() >= prepared.body.len(), true);
    }
}
