//! The switches of Windows PowerShell 5.1.

/// What a switch means, and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Stands alone; goes on under this name.
    Flag(&'static str),
    /// `-Sta` and `-Mta`, of which one command line has one.
    Apartment(&'static str),
    /// With a value; both go on.
    Value(&'static str, Check),
    /// Stands alone; PowerShell 7 has no such thing.
    Dropped,
    /// Likewise with a value.
    DroppedValue,
    /// Command in Base64.
    Encoded,
    /// The rest of the line is a command.
    Command,
    /// The rest of the line is a script and its arguments.
    Script,
    Help,
}

/// What 5.1 demands of a value at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    InputFormat,
    OutputFormat,
    WindowStyle,
    /// Arguments in Base64.
    Arguments,
    Policy,
    Configuration,
}

struct Switch {
    name: &'static str,
    /// The shortest form that 5.1 takes, in letters.
    least: usize,
    kind: Kind,
}

const fn switch(name: &'static str, least: usize, kind: Kind) -> Switch {
    Switch { name, least, kind }
}

/// In 5.1's order: the first that fits counts.
const SWITCHES: &[Switch] = &[
    switch("version", 1, Kind::DroppedValue),
    switch("psconsolefile", 2, Kind::DroppedValue),
    switch("help", 1, Kind::Help),
    switch("?", 1, Kind::Help),
    switch("noexit", 3, Kind::Flag("-NoExit")),
    switch("importsystemmodules", 3, Kind::Dropped),
    switch("noprofile", 3, Kind::Flag("-NoProfile")),
    switch("nologo", 3, Kind::Flag("-NoLogo")),
    switch("noninteractive", 4, Kind::Flag("-NonInteractive")),
    switch("servermode", 1, Kind::Flag("-ServerMode")),
    switch("command", 1, Kind::Command),
    switch(
        "windowstyle",
        1,
        Kind::Value("-WindowStyle", Check::WindowStyle),
    ),
    switch("file", 1, Kind::Script),
    switch(
        "outputformat",
        1,
        Kind::Value("-OutputFormat", Check::OutputFormat),
    ),
    switch("of", 1, Kind::Value("-OutputFormat", Check::OutputFormat)),
    switch(
        "inputformat",
        2,
        Kind::Value("-InputFormat", Check::InputFormat),
    ),
    switch("if", 2, Kind::Value("-InputFormat", Check::InputFormat)),
    switch(
        "executionpolicy",
        2,
        Kind::Value("-ExecutionPolicy", Check::Policy),
    ),
    switch("ep", 2, Kind::Value("-ExecutionPolicy", Check::Policy)),
    switch("encodedcommand", 1, Kind::Encoded),
    switch("ec", 1, Kind::Encoded),
    switch(
        "encodedarguments",
        8,
        Kind::Value("-EncodedArguments", Check::Arguments),
    ),
    switch("ea", 2, Kind::Value("-EncodedArguments", Check::Arguments)),
    switch(
        "configurationname",
        6,
        Kind::Value("-ConfigurationName", Check::Configuration),
    ),
    switch("sta", 3, Kind::Apartment("-STA")),
    switch("mta", 3, Kind::Apartment("-MTA")),
];

/// Every character that PowerShell takes for a dash.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// What an argument stands for; none: 5.1 takes it for the beginning of a command.
pub fn find(argument: &str) -> Option<Kind> {
    let argument = argument.trim();
    let key = argument.strip_prefix(|c| is_dash(c) || c == '/')?;
    let key = key.strip_prefix(is_dash).unwrap_or(key).to_lowercase();
    let fits = |s: &&Switch| s.name.starts_with(&key) && key.len() >= s.least;
    SWITCHES.iter().find(fits).map(|s| s.kind)
}
