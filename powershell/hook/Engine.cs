// What the changes lean on: the engine's own types and fields, found by name, and its version.
using System;
using System.Management.Automation;
using System.Reflection;

namespace Compat51
{
    /// <summary>PowerShell's engine (System.Management.Automation.dll) by reflection; whatever is not there is named.</summary>
    internal static class Engine
    {
        /// <summary>Members of any kind, private ones too.</summary>
        internal const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

        /// <summary>The version whose private fields the changes were made for; its patches keep them.</summary>
        const int Major = 7, Minor = 6;

        internal static readonly Assembly Own = typeof(PSObject).Assembly;

        /// <summary>Why no change can be made in this engine; null where they can.</summary>
        internal static string Refusal()
        {
            Version here = Own.GetName().Version;
            if (here.Major == Major && here.Minor == Minor) return null;
            return "made for PowerShell " + Major + "." + Minor + ", this is " + here;
        }

        /// <summary>A type of the engine by its full name.</summary>
        internal static Type Type(string name)
        {
            return Found(Own.GetType(name), "type", name);
        }

        /// <summary>A field of any visibility.</summary>
        internal static FieldInfo Field(Type of, string name)
        {
            return Found(of.GetField(name, Any), "field", of.Name + "." + name);
        }

        /// <summary>A method of any visibility, with so many parameters.</summary>
        internal static MethodInfo Method(Type of, string name, int parameters)
        {
            MethodInfo one = null;
            foreach (MethodInfo m in of.GetMethods(Any))
                if (m.Name == name && m.GetParameters().Length == parameters) one = m;
            return Found(one, "method", of.Name + "." + name + " with " + parameters + " parameters");
        }

        /// <summary>The value of a static field as the type that it must have.</summary>
        internal static T Static<T>(Type of, string name) where T : class
        {
            return Found(Field(of, name).GetValue(null) as T, "value of", of.Name + "." + name);
        }

        /// <summary>What was looked for, or an error that names it.</summary>
        internal static T Found<T>(T it, string kind, string name) where T : class
        {
            if (it == null) throw new MissingMemberException("PowerShell has no " + kind + " " + name);
            return it;
        }
    }
}
