// ConvertFrom-Json as 5.1 has it: an array comes out as one object, dates in ISO form stay strings.
using System;
using System.Collections.Generic;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace Compat51
{
    /// <summary>The cmdlet with 5.1's reader (JsonText); parameters that are newer are refused as 5.1 refuses them.</summary>
    public class ConvertFromJson51 : ConvertFromJsonCommand
    {
        readonly List<string> lines = new List<string>();

        /// <summary>The cmdlet is a Cmdlet, no PSCmdlet, which cannot ask what was bound: what has not its default was given.</summary>
        protected override void BeginProcessing()
        {
            if (AsHashtable.IsPresent) Newer.Refuse(this, "AsHashtable");
            if (Depth != 1024) Newer.Refuse(this, "Depth");
            if (NoEnumerate.IsPresent) Newer.Refuse(this, "NoEnumerate");
            if (DateKind != JsonDateKind.Default) Newer.Refuse(this, "DateKind");
        }

        protected override void ProcessRecord() { lines.Add(InputObject); }

        /// <summary>Each line is a text of its own where the first one is; else all of them are one text.</summary>
        protected override void EndProcessing()
        {
            if (lines.Count == 0) return;
            bool single = lines.Count == 1, each = single;
            if (!single)
                try { each = Put(JsonText.Read(lines[0])); }
                catch (ArgumentException) { }
            try
            {
                if (single) Put(JsonText.Read(lines[0]));
                else if (each) for (int i = 1; i < lines.Count; i++) Put(JsonText.Read(lines[i]));
                else Put(JsonText.Read(string.Join(Environment.NewLine, lines)));
            }
            catch (ArgumentException e)
            {
                ThrowTerminatingError(new ErrorRecord(e, "System.ArgumentException", ErrorCategory.NotSpecified, null));
            }
        }

        /// <summary>Writes a value; false for null.</summary>
        bool Put(object value)
        {
            object made = Object(value);
            WriteObject(made, false);
            return made != null;
        }

        object Object(object value)
        {
            var items = value as object[];
            if (items != null)
            {
                for (int i = 0; i < items.Length; i++) items[i] = Object(items[i]);
                return items;
            }
            var members = value as JsonMembers;
            if (members == null) return value;
            var made = new PSObject();
            foreach (string name in members.Names)
            {
                PSPropertyInfo same = made.Properties[name];
                if (same != null)
                {
                    var twice = new InvalidOperationException("Cannot convert the JSON string because a dictionary that was converted "
                        + "from the string contains the duplicated keys '" + same.Name + "' and '" + name + "'.");
                    ThrowTerminatingError(new ErrorRecord(twice, "DuplicateKeysInJsonString", ErrorCategory.InvalidOperation, null));
                }
                made.Properties.Add(new PSNoteProperty(name, Object(members[name])));
            }
            return made;
        }
    }

    /// <summary>Parameters that 5.1 does not have.</summary>
    internal static class Newer
    {
        /// <summary>Ends the cmdlet where one of them was bound.</summary>
        internal static void RefuseBound(PSCmdlet cmdlet, params string[] parameters)
        {
            foreach (string name in parameters)
                if (cmdlet.MyInvocation.BoundParameters.ContainsKey(name)) Refuse(cmdlet, name);
        }

        /// <summary>Ends the cmdlet as 5.1 does where this one was given.</summary>
        internal static void Refuse(Cmdlet cmdlet, string name)
        {
            var unknown = new ParameterBindingException("A parameter cannot be found that matches parameter name '" + name + "'.");
            cmdlet.ThrowTerminatingError(new ErrorRecord(unknown, "NamedParameterNotFound", ErrorCategory.InvalidArgument, null));
        }
    }
}
