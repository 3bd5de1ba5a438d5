// The names that -Encoding takes, and the encoding of scripts.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using System.Text;

namespace Compat51
{
    /// <summary>
    /// -Encoding Byte of 5.1: a mark that the content cmdlets turn into -AsByteStream (Content.cs). Where another
    /// cmdlet would write or read with it, it refuses as 5.1's ValidateSet does.
    /// </summary>
    internal sealed class ByteEncoding : UTF8Encoding
    {
        public override Encoder GetEncoder() { throw No(); }
        public override Decoder GetDecoder() { throw No(); }

        static Exception No()
        {
            return new ArgumentException("Cannot validate argument on parameter 'Encoding'. The argument \"Byte\" does not belong to "
                + "the set \"unknown;string;unicode;bigendianunicode;utf8;utf7;utf32;ascii;default;oem\" specified by the "
                + "ValidateSet attribute. Supply an argument that is in the set and then try the command again.");
        }
    }

    /// <summary>The table behind -Encoding, for all cmdlets of the process.</summary>
    internal static class Encodings
    {
        internal static void Make()
        {
            Type conversion = Engine.Type("System.Management.Automation.EncodingConversion");
            var map = Engine.Static<Dictionary<string, Encoding>>(conversion, "encodingMap");
            map["utf8"] = new UTF8Encoding(true);
            map["default"] = Start.Ansi;
            map["oem"] = Start.Oem;
            map["byte"] = new ByteEncoding();
            foreach (string newer in new[] { "utf8BOM", "utf8NoBOM", "ansi", "bigendianutf32" }) map.Remove(newer);
        }
    }

    /// <summary>
    /// Scripts without a BOM that are no UTF-8 are read by the code page 1252, as 5.1 reads every script without one.
    /// PowerShell 7 reads scripts by Encoding.Default, which is UTF-8: what is put in place here is only what that
    /// encoding does with bytes that are no UTF-8, and only while the engine reads a script.
    /// </summary>
    internal sealed class AnsiScripts : DecoderFallback
    {
        readonly DecoderFallback usual;

        AnsiScripts(DecoderFallback usual) { this.usual = usual; }

        internal static void Make()
        {
            FieldInfo fallback = Engine.Field(typeof(Encoding), "decoderFallback");
            Encoding scripts = Encoding.Default;
            if (scripts.CodePage != Encoding.UTF8.CodePage || ReferenceEquals(scripts, Encoding.UTF8))
                throw new NotSupportedException("Encoding.Default is not an UTF-8 of its own");
            fallback.SetValue(scripts, new AnsiScripts(scripts.DecoderFallback));
        }

        public override int MaxCharCount { get { return 1; } }

        public override DecoderFallbackBuffer CreateFallbackBuffer()
        {
            foreach (StackFrame frame in new StackTrace(false).GetFrames())
            {
                MethodBase method = frame.GetMethod();
                if (method != null && method.DeclaringType == typeof(ExternalScriptInfo)) return new Letters();
            }
            return usual.CreateFallbackBuffer();
        }

        /// <summary>The letters of the code page 1252 for the bytes that are no UTF-8.</summary>
        sealed class Letters : DecoderFallbackBuffer
        {
            string letters = "";
            int next;

            public override int Remaining { get { return letters.Length - next; } }

            public override bool Fallback(byte[] bytes, int index)
            {
                // Where two bytes or more are left from the reader's block before this one (index tells how many), it
                // has room for one letter only: two letters that are UTF-8's beginning of a third, right at a block's end.
                letters = index < -1 ? "\uFFFD" : Start.Ansi.GetString(bytes);
                next = 0;
                return letters.Length > 0;
            }

            public override char GetNextChar() { return next < letters.Length ? letters[next++] : '\0'; }

            public override bool MovePrevious()
            {
                if (next == 0) return false;
                next--;
                return true;
            }

            public override void Reset() { letters = ""; next = 0; }
        }
    }
}
