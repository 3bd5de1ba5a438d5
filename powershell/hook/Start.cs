// Compat51: makes PowerShell 7 keep the ways of Windows PowerShell 5.1. README.md beside this file lists the changes.
using System;
using System.Text;

namespace Compat51
{
    /// <summary>
    /// All changes, each by its name. A change first finds everything that it needs and then makes itself, so it is
    /// made whole or not at all; one that cannot be made is named on stderr and the others still hold.
    /// </summary>
    internal static class Start
    {
        /// <summary>5.1's "ANSI" and "OEM" on a device in English: the code pages 1252 and 437.</summary>
        internal static Encoding Ansi, Oem;

        static string refusal;

        internal static void All()
        {
            refusal = Engine.Refusal();
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            Ansi = Encoding.GetEncoding(1252);
            Oem = Encoding.GetEncoding(437);
            Change("names of encodings", Encodings.Make);
            Change("scripts in ANSI", AnsiScripts.Make);
            Change("variables", Variables.Make);
            Change("aliases", Aliases.Make);
            Change("$PSVersionTable", VersionTable.Make);
            Change("layout of errors", ErrorLayout.Make);
            Change("wording of errors", Texts.Make);
            Change("cmdlets", Cmdlets.Make);
        }

        /// <summary>Makes one change, or says on stderr that it is not made and why.</summary>
        internal static void Change(string name, Action make)
        {
            string why = refusal;
            if (why == null)
                try { make(); return; }
                catch (Exception e) { why = e.Message; }
            Console.Error.WriteLine("Compat51: " + name + ": not made: " + why);
        }
    }
}
