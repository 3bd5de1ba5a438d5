// The variables and aliases that every runspace of the process starts with, and $PSVersionTable.
using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text;

namespace Compat51
{
    using CmdletTable = Dictionary<string, Tuple<SessionStateCmdletEntry, List<SessionStateAliasEntry>>>;

    /// <summary>5.1's values of preferences; variables that are newer are not there.</summary>
    internal static class Variables
    {
        internal static void Make()
        {
            var entries = Engine.Static<SessionStateVariableEntry[]>(typeof(InitialSessionState), "BuiltInVariables");
            FieldInfo value = Engine.Field(typeof(SessionStateVariableEntry), "<Value>k__BackingField");
            var wanted = new Dictionary<string, object>
            {
                { "ErrorView", "NormalView" },
                { "PSNativeCommandArgumentPassing", "Legacy" },
                { "OutputEncoding", Encoding.ASCII },
            };
            var newer = new HashSet<string> { "IsWindows", "IsLinux", "IsMacOS", "IsCoreCLR" };
            // The table keeps its length: an entry that goes is replaced by one that is there anyway.
            SessionStateVariableEntry spare = Entry(entries, "FormatEnumerationLimit");
            foreach (string name in wanted.Keys) Entry(entries, name);

            for (int i = 0; i < entries.Length; i++)
            {
                object to;
                if (wanted.TryGetValue(entries[i].Name, out to)) value.SetValue(entries[i], to);
                else if (newer.Contains(entries[i].Name)) entries[i] = spare;
            }
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        static SessionStateVariableEntry Entry(SessionStateVariableEntry[] entries, string name)
        {
            return Engine.Found(Array.Find(entries, e => e.Name == name), "variable", name);
        }
    }

    /// <summary>
    /// Aliases of 5.1 whose names are programs, too (sc, curl), or that no module brings: an alias goes before a program,
    /// so they must be there before anything is loaded. They are hung on a cmdlet of the engine's own table, which each
    /// runspace copies.
    /// </summary>
    internal static class Aliases
    {
        static readonly string[,] Names =
        {
            { "sc", "Set-Content" }, { "curl", "Invoke-WebRequest" }, { "wget", "Invoke-WebRequest" }, { "lp", "Out-Printer" },
            { "trcm", "Trace-Command" }, { "ise", "powershell_ise.exe" }, { "asnp", "Add-PSSnapin" }, { "gsnp", "Get-PSSnapin" },
            { "rsnp", "Remove-PSSnapin" }, { "epsn", "Export-PSSession" }, { "ipsn", "Import-PSSession" },
            { "npssc", "New-PSSessionConfigurationFile" }, { "rujb", "Resume-Job" }, { "sujb", "Suspend-Job" },
        };

        /// <summary>The cmdlet of the engine that carries them.</summary>
        const string Carrier = "Where-Object";

        internal static void Make()
        {
            Type helpers = Engine.Type("System.Management.Automation.Runspaces.PSSnapInHelpers");
            MethodInfo analyze = Engine.Method(helpers, "AnalyzePSSnapInAssembly", 8);
            MethodInfo core = Engine.Method(Engine.Type("System.Management.Automation.PSSnapInReader"), "ReadCoreEngineSnapIn", 0);
            var cache = Engine.Static<Lazy<ConcurrentDictionary<Assembly, CmdletTable>>>(helpers, "s_cmdletCache");

            var aliases = new List<SessionStateAliasEntry>();
            for (int i = 0; i < Names.GetLength(0); i++)
            {
                // sc can only be taken away with -Force; curl and wget without, as scripts do.
                var options = Names[i, 0] == "sc"
                    ? ScopedItemOptions.ReadOnly | ScopedItemOptions.AllScope
                    : ScopedItemOptions.None;
                aliases.Add(new SessionStateAliasEntry(Names[i, 0], Names[i, 1], string.Empty, options));
            }
            // What the first runspace would do: the engine's cmdlets are listed once for the process, and later runspaces copy
            // the list, with its aliases.
            var snapin = (PSSnapInInfo)core.Invoke(null, null);
            analyze.Invoke(null, new object[] { Engine.Own, snapin.Name, snapin, null, null, null, null, null });

            CmdletTable cmdlets;
            if (!cache.Value.TryGetValue(Engine.Own, out cmdlets) || !cmdlets.ContainsKey(Carrier))
                throw new MissingMemberException("the engine's table of cmdlets has no " + Carrier);
            cmdlets[Carrier] = Tuple.Create(cmdlets[Carrier].Item1, aliases);
        }
    }

    /// <summary>$PSVersionTable of 5.1; SHAKEDOWN_PSVERSION names another version of it, or 7 for PowerShell's own.</summary>
    internal static class VersionTable
    {
        /// <summary>5.1 of Windows 11, 22H2.</summary>
        const string Usual = "5.1.22621.4391";

        internal static void Make()
        {
            string asked = Environment.GetEnvironmentVariable("SHAKEDOWN_PSVERSION");
            if (asked == "7") return;
            Version version;
            if (!Version.TryParse(string.IsNullOrEmpty(asked) ? Usual : asked, out version) || version.Revision < 0)
                throw new FormatException("SHAKEDOWN_PSVERSION is '" + asked + "': 7 or four numbers, such as " + Usual);
            var table = Engine.Static<Hashtable>(Engine.Type("System.Management.Automation.PSVersionInfo"), "s_psVersionTable");

            table["PSVersion"] = version;
            table["PSEdition"] = "Desktop";
            table["PSCompatibleVersions"] = new[]
            {
                new Version(1, 0), new Version(2, 0), new Version(3, 0), new Version(4, 0), new Version(5, 0), version,
            };
            table["BuildVersion"] = new Version(10, 0, version.Build, version.Revision);
            table["CLRVersion"] = new Version(4, 0, 30319, 42000);
            foreach (string newer in new[] { "GitCommitId", "Platform", "OS" }) table.Remove(newer);
        }
    }
}
