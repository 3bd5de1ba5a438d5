//! What a call of tar asks for.

use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Create,
    Extract,
    List,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub mode: Mode,
    pub archive: PathBuf,
    /// Where its files are read or written.
    pub folder: PathBuf,
    pub names: Vec<String>,
    pub verbose: bool,
    pub gzip: bool,
    /// The archive's name says what it is.
    pub by_name: bool,
    pub keep_old: bool,
    pub to_stdout: bool,
    pub strip: usize,
    pub exclude: Vec<String>,
    /// `zip`, `ustar` ...; empty where none is given.
    pub format: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Usage(String),
    NotHere(String),
    Version,
}

impl Order {
    /// Reads a command line, in the old form (`xf a.tar`) too.
    pub fn read(args: &[String]) -> Result<Order, Wrong> {
        let mut order = Order {
            mode: Mode::List,
            archive: PathBuf::new(),
            folder: PathBuf::from("."),
            names: Vec::new(),
            verbose: false,
            gzip: false,
            by_name: false,
            keep_old: false,
            to_stdout: false,
            strip: 0,
            exclude: Vec::new(),
            format: String::new(),
        };
        let mut mode = None;
        let mut args = args.iter().enumerate();
        while let Some((at, arg)) = args.next() {
            let missing = || Wrong::Usage(format!("tar: Option {arg} requires an argument"));
            if let Some(long) = arg.strip_prefix("--") {
                let (name, glued) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (long, None),
                };
                let mut value = || {
                    let next = || args.next().map(|(_, a)| a.clone());
                    glued.clone().or_else(next).ok_or_else(missing)
                };
                match name {
                    "version" => return Err(Wrong::Version),
                    "create" => set(&mut mode, Mode::Create)?,
                    "extract" | "get" => set(&mut mode, Mode::Extract)?,
                    "list" => set(&mut mode, Mode::List)?,
                    "file" => order.archive = PathBuf::from(value()?),
                    "directory" | "cd" => order.folder = order.folder.join(value()?),
                    "verbose" => order.verbose = true,
                    "gzip" | "gunzip" => order.gzip = true,
                    "auto-compress" => order.by_name = true,
                    "keep-old-files" => order.keep_old = true,
                    "to-stdout" => order.to_stdout = true,
                    "strip-components" => order.strip = number(&value()?)?,
                    "exclude" => order.exclude.push(value()?),
                    "format" => order.format = value()?,
                    _ => return Err(Wrong::NotHere(format!("{arg} is not played"))),
                }
                continue;
            }
            let letters = match arg.strip_prefix('-') {
                Some(letters) if !letters.is_empty() => letters,
                None if at == 0 => arg,
                _ => {
                    order.names.push(arg.clone());
                    continue;
                }
            };
            // The old form has all values behind the letters; the other may have one in them.
            let glued = arg.starts_with('-');
            let mut left = letters;
            while let Some(letter) = left.chars().next() {
                left = &left[letter.len_utf8()..];
                let rest = left;
                let mut value = || {
                    if glued && !rest.is_empty() {
                        left = "";
                        return Ok(rest.to_owned());
                    }
                    let next = args.next().map(|(_, a)| a.clone());
                    next.ok_or_else(missing)
                };
                match letter {
                    'c' => set(&mut mode, Mode::Create)?,
                    'x' => set(&mut mode, Mode::Extract)?,
                    't' => set(&mut mode, Mode::List)?,
                    'f' => order.archive = PathBuf::from(value()?),
                    'C' => order.folder = order.folder.join(value()?),
                    'v' => order.verbose = true,
                    'z' => order.gzip = true,
                    'a' => order.by_name = true,
                    'k' => order.keep_old = true,
                    'O' => order.to_stdout = true,
                    // Modes and times of Unix mean nothing here.
                    'm' | 'p' | 'o' => {}
                    _ => return Err(Wrong::NotHere(format!("-{letter} is not played"))),
                }
            }
        }
        order.mode = mode.ok_or_else(|| Wrong::Usage(String::new()))?;
        if order.archive.as_os_str().is_empty() {
            return Err(Wrong::NotHere(
                "an archive on a tape, where -f names none, is not played".into(),
            ));
        }
        if order.archive.as_os_str() == "-" {
            return Err(Wrong::NotHere("an archive on a pipe is not played".into()));
        }
        Ok(order)
    }
}

fn set(mode: &mut Option<Mode>, to: Mode) -> Result<(), Wrong> {
    match mode.replace(to) {
        Some(old) if old != to => Err(Wrong::Usage("tar: Can't specify both -x and -c".to_owned())),
        _ => Ok(()),
    }
}

fn number(text: &str) -> Result<usize, Wrong> {
    text.parse()
        .map_err(|_| Wrong::Usage(format!("tar: Invalid --strip-components argument: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &str) -> Result<Order, Wrong> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Order::read(&args)
    }

    #[test]
    fn lines() {
        for line in [
            "-xf a.zip -C out",
            "xf a.zip -C out",
            "-x -fa.zip --directory=out",
            "--extract --file a.zip -C out",
        ] {
            let order = of(line).unwrap();
            assert_eq!(
                (order.mode, order.archive, order.folder),
                (Mode::Extract, "a.zip".into(), "./out".into()),
                "{line}"
            );
        }
        let order = of("-a -c -f x.zip one two --exclude *.log").unwrap();
        assert!(order.by_name);
        assert_eq!(order.names, ["one", "two"]);
        assert_eq!(order.exclude, ["*.log"]);
        assert!(matches!(of("-xf"), Err(Wrong::Usage(_))));
        assert!(matches!(of("-f x"), Err(Wrong::Usage(_))));
        assert!(matches!(of("-xJf x"), Err(Wrong::NotHere(_))));
        assert_eq!(of("--version"), Err(Wrong::Version));
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused(line in "[ a-zA-Z=-]{0,30}") {
            let _ = of(&line);
        }
    }
}
