// JSON as 5.1 reads it: by JavaScriptSerializer of .NET Framework, with its latitude and its words.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Compat51
{
    /// <summary>The members of an object in the order of the text; of two with the same name the later one's value holds.</summary>
    internal sealed class JsonMembers
    {
        internal readonly List<string> Names = new List<string>();
        readonly Dictionary<string, object> values = new Dictionary<string, object>(StringComparer.Ordinal);

        internal object this[string name]
        {
            get { return values[name]; }
            set { if (!values.ContainsKey(name)) Names.Add(name); values[name] = value; }
        }
    }

    /// <summary>
    /// Reads one text. Objects come as JsonMembers, arrays as object[], numbers as Int32, Int64, Decimal or, with an
    /// exponent or out of range, Double; "\/Date(0)\/" as DateTime in UTC. Names and strings may stand in single quotes,
    /// names without any. What is wrong is an ArgumentException in the serializer's words.
    /// </summary>
    internal sealed class JsonText
    {
        /// <summary>Deepest nesting; the limit that 5.1's ConvertFrom-Json sets.</summary>
        const int Deepest = 1024;

        const string DateStart = "\"\\/Date(";
        static readonly Regex Date = new Regex(@"\G""\\/Date\((?<ms>-?[0-9]+)(?:[a-zA-Z]|(?:\+|-)[0-9]{4})?\)\\/""");

        readonly string text;
        int at;

        JsonText(string text) { this.text = text; }

        /// <summary>The value of a text; null of a blank one.</summary>
        internal static object Read(string text)
        {
            var reader = new JsonText(text);
            object value = reader.Value(0);
            if (reader.Next() != null) throw Primitive(text.Substring(reader.at - 1));
            return value;
        }

        object Value(int depth)
        {
            if (++depth > Deepest) throw Wrong("RecursionLimit exceeded.");
            char? c = Next();
            if (c == null) return null;
            at--;
            if (string.CompareOrdinal(text, at, DateStart, 0, DateStart.Length) == 0)
            {
                Match date = Date.Match(text, at);
                long ms;
                if (date.Success && long.TryParse(date.Groups["ms"].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out ms))
                {
                    at += date.Length;
                    return new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(ms * 10000);
                }
                return Text();
            }
            if (c == '{') return Members(depth);
            if (c == '[') return Items(depth);
            if (c == '"' || c == '\'') return Text();
            return Simple();
        }

        object Items(int depth)
        {
            var items = new List<object>();
            at++;
            bool more = false;
            char? c;
            while ((c = Next()) != null && c != ']')
            {
                at--;
                items.Add(Value(depth));
                more = false;
                c = Next();
                if (c == ']') break;
                more = true;
                if (c != ',') throw Wrong("Invalid array passed in, ',' expected.");
            }
            if (more) throw Wrong("Invalid array passed in, extra trailing ','.");
            if (c != ']') throw Wrong("Invalid array passed in, ']' expected.");
            return items.ToArray();
        }

        object Members(int depth)
        {
            JsonMembers members = null;
            at++;
            char? c;
            while ((c = Next()) != null)
            {
                at--;
                if (c == ':') throw Wrong("Invalid object passed in, member name expected.");
                string name = null;
                if (c != '}')
                {
                    name = c == '"' || c == '\'' ? Text() : Word();
                    if (Next() != ':') throw Wrong("Invalid object passed in, ':' or '}' expected.");
                }
                if (members == null)
                {
                    members = new JsonMembers();
                    if (name == null) { c = Next(); break; }
                }
                object value = Value(depth);        // behind a trailing comma stands '}', which is no value
                members[name] = value;
                c = Next();
                if (c == '}') break;
                if (c != ',') throw Wrong("Invalid object passed in, ':' or '}' expected.");
            }
            if (c != '}') throw Wrong("Invalid object passed in, ':' or '}' expected.");
            return members;
        }

        string Text()
        {
            char quote = text[at++];
            var read = new StringBuilder();
            while (at < text.Length)
            {
                char c = text[at++];
                if (c == quote) return Whole(read);
                if (c != '\\') { read.Append(c); continue; }
                if (at == text.Length) break;
                c = text[at++];
                switch (c)
                {
                    case '\\': case '"': case '\'': case '/': read.Append(c); break;
                    case 'b': read.Append('\b'); break;
                    case 'f': read.Append('\f'); break;
                    case 'n': read.Append('\n'); break;
                    case 'r': read.Append('\r'); break;
                    case 't': read.Append('\t'); break;
                    case 'u': read.Append(Unit()); break;
                    default: throw Wrong("Unrecognized escape sequence.");
                }
            }
            throw Wrong("Unterminated string passed in.");
        }

        char Unit()
        {
            int unit;
            string digits = at + 4 > text.Length ? "" : text.Substring(at, 4);
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                throw new FormatException("Input string was not in a correct format.");
            at += 4;
            return (char)unit;
        }

        /// <summary>Halves of surrogate pairs that stand alone become U+FFFD.</summary>
        static string Whole(StringBuilder read)
        {
            for (int i = 0; i < read.Length; i++)
            {
                if (!char.IsSurrogate(read[i])) continue;
                if (char.IsHighSurrogate(read[i]) && i + 1 < read.Length && char.IsLowSurrogate(read[i + 1])) i++;
                else read[i] = '\uFFFD';
            }
            return read.ToString();
        }

        string Word()
        {
            int from = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || ".-_+".IndexOf(text[at]) >= 0)) at++;
            return text.Substring(from, at - from);
        }

        object Simple()
        {
            string word = Word();
            if (word == "null") return null;
            if (word == "true") return true;
            if (word == "false") return false;
            if (word.IndexOf("e", StringComparison.OrdinalIgnoreCase) < 0)
            {
                int i; long l; decimal m;
                if (word.IndexOf('.') < 0)
                {
                    if (int.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out i)) return i;
                    if (long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out l)) return l;
                }
                if (decimal.TryParse(word, NumberStyles.Number, CultureInfo.InvariantCulture, out m)) return m;
            }
            double d;
            // .NET Framework takes no number out of range; .NET gives infinity.
            bool number = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out d);
            if (number && !(double.IsInfinity(d) && word.IndexOfAny("0123456789".ToCharArray()) >= 0)) return d;
            throw Primitive(word);
        }

        /// <summary>The next letter that is no blank, or null at the end; the place is then behind it.</summary>
        char? Next()
        {
            while (at < text.Length)
                if (!char.IsWhiteSpace(text[at++])) return text[at - 1];
            return null;
        }

        ArgumentException Wrong(string what) { return new ArgumentException(what + " (" + at + "): " + text); }

        static ArgumentException Primitive(string word) { return new ArgumentException("Invalid JSON primitive: " + word + "."); }
    }
}
