// How errors are written: 5.1's layout, and its words where PowerShell 7 has others.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Reflection;
using System.Resources;

namespace Compat51
{
    /// <summary>
    /// The view of ErrorRecord, as 5.1's PowerShellCore.format.ps1xml has it: the last two lines are indented by four and
    /// a line of one blank ends it. Lines are not broken at the console's width, which 5.1 does.
    /// </summary>
    internal static class ErrorLayout
    {
        /// <summary>The files whose views the engine has built in, and whether they are help's.</summary>
        static readonly string[] Files =
        {
            "Certificate.format", "Diagnostics.Format", "DotNetTypes.format", "Event.Format", "FileSystem.format", "Help.format",
            "HelpV3.format", "PowerShellCore.format", "PowerShellTrace.format", "Registry.format", "WSMan.Format",
        };

        static Func<IEnumerable<ExtendedTypeDefinition>> original;

        internal static void Make()
        {
            Type holder = Engine.Type("Microsoft.PowerShell.Commands.Internal.Format.TypeInfoDataBaseManager");
            FieldInfo table = Engine.Field(holder, "s_builtinGenerators");
            Type generator = Engine.Found(holder.GetNestedType("TypeGenerator", BindingFlags.NonPublic), "type", "TypeGenerator");
            Type tuple = table.FieldType.GetGenericArguments()[1];
            Delegate ours = Delegate.CreateDelegate(generator, typeof(ErrorLayout).GetMethod("CoreFormats", Engine.Any));
            string home = Path.GetDirectoryName(Engine.Own.Location);
            // The engine fills the table at its first use, where it is empty: it is filled here, the other views as they are.
            var views = (IDictionary)Activator.CreateInstance(table.FieldType, StringComparer.OrdinalIgnoreCase);
            foreach (string file in Files)
            {
                MethodInfo build = Engine.Method(Views(file), "GetFormatData", 0);
                Delegate its = Delegate.CreateDelegate(generator, build);
                if (file == "PowerShellCore.format")
                {
                    Type function = typeof(Func<IEnumerable<ExtendedTypeDefinition>>);
                    original = (Func<IEnumerable<ExtendedTypeDefinition>>)Delegate.CreateDelegate(function, build);
                    its = ours;
                }
                bool help = file.StartsWith("Help", StringComparison.Ordinal);
                views[Path.Combine(home, file + ".ps1xml")] = Activator.CreateInstance(tuple, help, its);
            }
            table.SetValue(null, views);
        }

        /// <summary>The class of a file's views: Registry.format is Registry_Format_Ps1Xml.</summary>
        static Type Views(string file)
        {
            string name = file.Substring(0, file.IndexOf('.'));
            return Engine.Type("System.Management.Automation.Runspaces." + name + "_Format_Ps1Xml");
        }

        static IEnumerable<ExtendedTypeDefinition> CoreFormats()
        {
            foreach (ExtendedTypeDefinition d in original())
            {
                if (d.TypeName != "System.Management.Automation.ErrorRecord") { yield return d; continue; }
                yield return new ExtendedTypeDefinition(d.TypeName, new[] { new FormatViewDefinition("ErrorInstance",
                    CustomControl.Create(true).StartEntry().AddScriptBlockExpressionBinding(ErrorText).EndEntry().EndControl()) });
            }
        }

        const string ErrorText = @"
            Set-StrictMode -Off
            $err = $_; $inv = $err.InvocationInfo
            if (!$inv -and $err.ErrorRecord -and $err.ErrorRecord.InvocationInfo) { $err = $err.ErrorRecord; $inv = $err.InvocationInfo }
            $text = if ($err.ErrorDetails -and $err.ErrorDetails.Message) { $err.ErrorDetails.Message } else { $err.Exception.Message }
            $id = $err.FullyQualifiedErrorId
            if ($id -eq 'NativeCommandErrorMessage') { return $err.Exception.Message }
            if ($ErrorView -eq 'CategoryView') { return $err.CategoryInfo.GetMessage() }
            $nl = [Environment]::NewLine
            $front = ''
            if ($inv -and $inv.MyCommand) {
                $front = switch ($inv.MyCommand.CommandType) {
                    'ExternalScript' { if ($inv.MyCommand.Path) { $inv.MyCommand.Path + ' : ' }; break }
                    'Script' { if ($inv.MyCommand.ScriptBlock) { $inv.MyCommand.ScriptBlock.ToString() + ' : ' }; break }
                    default {
                        if ($inv.InvocationName -match '^[&.]?$') { if ($inv.MyCommand.Name) { $inv.MyCommand.Name + ' : ' } }
                        else { $inv.InvocationName + ' : ' }
                    }
                }
            } elseif ($inv -and $inv.InvocationName) { $front = $inv.InvocationName + ' : ' }
            $where = ''
            if ($inv -and ($inv.MyCommand -or $err.CategoryInfo.Category -ne 'ParserError')) {
                $where = $inv.PositionMessage
                if ($where) { $where = $nl + $where }
            }
            if ($err.PSMessageDetails) { $where = ' : ' + $err.PSMessageDetails + $where }
            $category = if ($null -ne $err.ErrorCategory_Message) { $err.ErrorCategory_Message } else { $err.CategoryInfo }
            $lines = @(""+ CategoryInfo          : $category"", ""+ FullyQualifiedErrorId : $id"")
            if ($err.OriginInfo -and $err.OriginInfo.PSComputerName) {
                $lines += '+ PSComputerName        : ' + $err.OriginInfo.PSComputerName
            }
            foreach ($line in $lines) { $where += $nl + '    ' + $line }
            $front + $text + $where.Replace([string][char]0x2026, '...') + $nl + ' '
        ";
    }

    /// <summary>5.1's wording where PowerShell 7 has another.</summary>
    internal static class Texts
    {
        internal static void Make()
        {
            Replace("DiscoveryExceptions", "CommandNotFoundException",
                "The term '{0}' is not recognized as the name of a cmdlet, function, script file, or operable program. "
                + "Check the spelling of the name, or if a path was included, verify that the path is correct and try again.");
        }

        static void Replace(string table, string name, string text)
        {
            Type type = Engine.Own.GetType(table) ?? Engine.Type("System.Management.Automation." + table);
            FieldInfo manager = Engine.Field(type, "resourceMan");
            var ours = manager.GetValue(null) as Texts51;
            if (ours == null)
            {
                PropertyInfo usual = Engine.Found(type.GetProperty("ResourceManager", Engine.Any), "property", table + ".ResourceManager");
                ours = new Texts51(((ResourceManager)usual.GetValue(null)).BaseName, type.Assembly);
                ours.Own[name] = text;
                manager.SetValue(null, ours);
                return;
            }
            ours.Own[name] = text;
        }
    }

    /// <summary>A table of PowerShell's messages with some of them replaced.</summary>
    internal sealed class Texts51 : ResourceManager
    {
        internal readonly Dictionary<string, string> Own = new Dictionary<string, string>();

        internal Texts51(string name, Assembly from) : base(name, from) { }

        public override string GetString(string name, CultureInfo culture)
        {
            string own;
            return Own.TryGetValue(name, out own) ? own : base.GetString(name, culture);
        }
    }
}
