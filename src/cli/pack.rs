//! `pack` and `unpack`: component folders and `.cpt` packages.

use super::{Exit, Surroundings, print};
use crate::component::{self, Dialect};
use crate::report::changes::{self, size};
use crate::report::clean::{count, one_line};
use crate::report::paint::Paint;
use crate::rmm::event::Note;
use std::path::{Path, PathBuf};

const PACK_HELP: &str =
    "A folder is either one with component.yaml, or an unpacked package (resource.xml).
Equal folders give equal packages.

Examples:
  shakedown pack fixtures/bright-antivirus/deploy-linux
  shakedown pack deploy -o dist/deploy.cpt --dialect old";

/// Arguments of `pack`.
#[derive(Debug, clap::Args)]
#[command(after_help = PACK_HELP)]
pub struct PackArgs {
    /// The component's folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The package to write [default: the folder's name with .cpt, here]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How resource.xml is written: as exports up to about 2024, or as those of 2025
    /// [default: as it is in the folder, else new]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<DialectWord>,
}

/// `--dialect`.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DialectWord {
    Old,
    New,
}

const UNPACK_HELP: &str =
    "Hostile packages (paths that lead out, links, bombs) are refused, and nothing is written then.

Examples:
  shakedown unpack deploy.cpt                     every file byte for byte as it is
  shakedown unpack deploy.cpt -o deploy --readable  a folder with component.yaml, to edit";

/// Arguments of `unpack`.
#[derive(Debug, clap::Args)]
#[command(after_help = UNPACK_HELP)]
pub struct UnpackArgs {
    /// The package
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The folder to write, new or empty [default: the file's name without .cpt, here]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Write component.yaml and a script instead of resource.xml and command.bat
    #[arg(long)]
    readable: bool,
}

/// Packs a folder.
pub fn pack(args: &PackArgs, around: &Surroundings) -> Exit {
    let dialect = match args.dialect {
        None => Dialect::Keep,
        Some(DialectWord::Old) => Dialect::Old,
        Some(DialectWord::New) => Dialect::New,
    };
    let Some(to) = args.output.clone().or_else(|| beside(&args.folder)) else {
        print::stderr(&format!(
            "error: {} has no name to call the package after\n  help: name it with -o FILE.cpt",
            args.folder.display()
        ));
        return Exit::Usage;
    };
    match component::pack(&args.folder, &to, dialect) {
        Ok(report) => {
            let head = format!(
                "{} ({}, uid {})",
                report.path.display(),
                size(report.bytes),
                report.uid
            );
            tell(&head, &report.entries, &report.notes, around);
            Exit::Ok
        }
        Err(error) => {
            print::diagnostic(&error, around);
            Exit::Usage
        }
    }
}

/// Unpacks a package.
pub fn unpack(args: &UnpackArgs, around: &Surroundings) -> Exit {
    let to = args.output.clone().unwrap_or_else(|| {
        let stem = args.file.file_stem().unwrap_or(args.file.as_os_str());
        PathBuf::from(stem)
    });
    let done = if args.readable {
        component::unpack_readable(&args.file, &to)
    } else {
        component::unpack(&args.file, &to)
    };
    match done {
        Ok(report) => {
            let head = report.path.display().to_string();
            tell(&head, &report.files, &report.notes, around);
            Exit::Ok
        }
        Err(error) => {
            print::diagnostic(&error, around);
            Exit::Usage
        }
    }
}

/// The folder's name with `.cpt`, in the current folder. `.` and `..` are asked for their real name.
fn beside(folder: &Path) -> Option<PathBuf> {
    let name = match folder.file_name() {
        Some(name) => name.to_owned(),
        None => folder.canonicalize().ok()?.file_name()?.to_owned(),
    };
    let mut file = name;
    file.push(".cpt");
    Some(PathBuf::from(file))
}

fn tell(head: &str, files: &[(String, u64)], notes: &[Note], around: &Surroundings) {
    let paint = Paint::new(around.color());
    let mut lines = vec![format!(
        "wrote {}, {}",
        one_line(head),
        count(files.len() as u64, "file")
    )];
    for (name, bytes) in files {
        lines.push(format!("  {:>10}  {}", size(*bytes), one_line(name)));
    }
    lines.extend(changes::notes(notes, around.width(), paint));
    print::stderr(&lines.join("\n"));
}
