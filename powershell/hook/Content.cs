// Get-Content, Set-Content and Add-Content as 5.1 has them: ANSI by default, and -Encoding Byte.
using System;
using System.IO;
using System.Management.Automation;
using System.Reflection;
using System.Text;
using Microsoft.PowerShell.Commands;

namespace Compat51
{
    /// <summary>What the three cmdlets share.</summary>
    internal static class FileContent
    {
        static FieldInfo named;

        /// <summary>Finds the field that remembers whether -Encoding was given.</summary>
        internal static void Find()
        {
            named = Engine.Field(typeof(FileSystemContentDynamicParametersBase), "<WasStreamTypeSpecified>k__BackingField");
        }

        /// <summary>Settles the encoding once the parameters are bound; parameters of other providers are let be.</summary>
        internal static void Settle(object parameters, Func<Encoding> standard)
        {
            var p = parameters as FileSystemContentDynamicParametersBase;
            if (p == null) return;
            if (p.Encoding is ByteEncoding)
            {
                p.Encoding = Encoding.Default;
                named.SetValue(p, false);
                p.AsByteStream = true;
            }
            else if (!p.WasStreamTypeSpecified && !p.AsByteStream) p.Encoding = standard();
        }

        /// <summary>Add-Content without -Encoding goes on in the encoding that the file's BOM names.</summary>
        internal static Encoding OfFile(PSCmdlet cmdlet, string[] path)
        {
            try
            {
                ProviderInfo provider; PSDriveInfo drive;
                string file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path[0], out provider, out drive);
                if (provider.Name != "FileSystem" || !File.Exists(file)) return Start.Ansi;
                byte[] b = new byte[3]; int n;
                using (var f = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)) n = f.Read(b, 0, 3);
                if (n >= 2 && b[0] == 0xFF && b[1] == 0xFE) return Encoding.Unicode;
                if (n >= 2 && b[0] == 0xFE && b[1] == 0xFF) return Encoding.BigEndianUnicode;
                if (n == 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF) return new UTF8Encoding(true);
            }
            catch (Exception) { }       // the cmdlet itself will say what is wrong with the path
            return Start.Ansi;
        }
    }

    /// <summary>Get-Content: without a BOM and -Encoding the file is ANSI.</summary>
    public class GetContent51 : GetContentCommand, IDynamicParameters
    {
        object own;
        object IDynamicParameters.GetDynamicParameters() { return own = GetDynamicParameters(); }
        protected override void BeginProcessing() { FileContent.Settle(own, () => Start.Ansi); base.BeginProcessing(); }
    }

    /// <summary>Set-Content: ANSI without -Encoding.</summary>
    public class SetContent51 : SetContentCommand, IDynamicParameters
    {
        object own;
        object IDynamicParameters.GetDynamicParameters() { return own = GetDynamicParameters(); }
        protected override void BeginProcessing() { FileContent.Settle(own, () => Start.Ansi); base.BeginProcessing(); }
    }

    /// <summary>Add-Content: the encoding of the file's BOM, or ANSI.</summary>
    public class AddContent51 : AddContentCommand, IDynamicParameters
    {
        object own;
        object IDynamicParameters.GetDynamicParameters() { return own = GetDynamicParameters(); }
        protected override void BeginProcessing() { FileContent.Settle(own, () => FileContent.OfFile(this, Path)); base.BeginProcessing(); }
    }
}
