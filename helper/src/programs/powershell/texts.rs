//! What Windows PowerShell 5.1 says of a command line. Source of the texts: the strings of the first
//! public PowerShell (CommandLineParameterParserStrings), which were 5.1's.

/// Formats of input and output, as 5.1 lists them.
const FORMATS: &str = "Text\r\nXML\r\nNone\r\n";

pub const MISSING_COMMAND: &str =
    "Cannot process the command because of a missing parameter. A command must follow -Command.";
pub const MISSING_FILE: &str = "The command cannot be run because the File parameter requires a file path. Supply a path for the File parameter and then try the command again.";
pub const MISSING_STYLE: &str = "Cannot process the command because -WindowStyle requires an argument that is normal, hidden, minimized or maximized. Specify one of these argument values and try again.";
pub const MISSING_POLICY: &str = "Cannot process the execution policy because of a missing policy name. A policy name must follow -ExecutionPolicy.";
pub const MISSING_CONFIGURATION: &str = "Cannot process the command because -Configuration requires an argument that is a remote endpoint configuration name. Specify this argument and try again.";
pub const MISSING_ARGUMENTS: &str = "Cannot process the command because -EncodedArguments requires a value. Specify a value for the -EncodedArguments parameter.";
pub const MISSING_VALUE: &str = "Cannot process the command because of a missing parameter.";
pub const BAD_COMMAND: &str = "Cannot process the command because the value specified with -EncodedCommand is not properly encoded. The value must be Base64 encoded.";
pub const BAD_ARGUMENTS: &str = "Cannot process the command because the value specified with -EncodedArguments is not properly encoded. The value must be Base64 encoded.";
pub const TWO_COMMANDS: &str = "Cannot process command because a command is already specified with -Command or -EncodedCommand.";
pub const TWO_APARTMENTS: &str = "Cannot process the command because -STA and -MTA are both specified. Specify either -STA or -MTA.";

/// What `-?` and, after some errors, stdout tells: the syntax.
pub const USAGE: &str = "\r\nPowerShell[.exe] [-PSConsoleFile <file> | -Version <version>]\r\n    \
[-NoLogo] [-NoExit] [-Sta] [-Mta] [-NoProfile] [-NonInteractive]\r\n    \
[-InputFormat {Text | XML}] [-OutputFormat {Text | XML}]\r\n    \
[-WindowStyle <style>] [-EncodedCommand <Base64EncodedCommand>]\r\n    \
[-ConfigurationName <string>]\r\n    \
[-File <filePath> <args>] [-ExecutionPolicy <ExecutionPolicy>]\r\n    \
[-Command { - | <script-block> [-args <arg-array>]\r\n                  \
| <string> [<CommandParameters>] } ]\r\n\r\n\
PowerShell[.exe] -Help | -? | /?\r\n\r\n";

pub fn missing_input_format() -> String {
    format!(
        "Cannot process the command because the -InputFormat parameter requires an argument. Specify a valid format argument for this parameter.  Valid formats are:\r\n{FORMATS}"
    )
}

pub fn missing_output_format() -> String {
    format!(
        "The command cannot be run because no argument has been supplied for the OutputFormat parameter. Specify one of the following formats for this parameter.\r\n{FORMATS}"
    )
}

pub fn bad_format(value: &str) -> String {
    format!(
        "Cannot process the command because of an incorrect parameter value. \"{value}\" is not a valid format.  Valid formats are:\r\n{FORMATS}"
    )
}

pub fn bad_style(value: &str) -> String {
    format!(
        "Processing -WindowStyle '{value}' failed: Cannot convert value \"{value}\" to type \"System.Diagnostics.ProcessWindowStyle\". Error: \"Unable to match the identifier name {value} to a valid enumerator name. Specify one of the following enumerator names and try again:\r\nNormal, Hidden, Minimized, Maximized\"."
    )
}

pub fn no_such_file(path: &str) -> String {
    format!(
        "The argument '{path}' to the -File parameter does not exist. Provide the path to an existing '.ps1' file as an argument to the -File parameter."
    )
}

pub fn no_script(path: &str) -> String {
    format!(
        "Processing -File '{path}' failed because the file does not have a '.ps1' extension. Specify a valid Windows PowerShell script file name, and then try again."
    )
}
