// 5.1's defaults of cmdlets: given to each instance that the engine makes, so that they stay real cmdlets.
using System;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Text;
using Microsoft.PowerShell.Commands;

namespace Compat51
{
    /// <summary>The engine's table of how a cmdlet's instance is made; a cmdlet is put in when its assembly is loaded.</summary>
    internal static class Cmdlets
    {
        static ConcurrentDictionary<Type, Func<Cmdlet>> makers;

        internal static void Make()
        {
            Type processor = Engine.Type("System.Management.Automation.CommandProcessor");
            makers = Engine.Static<ConcurrentDictionary<Type, Func<Cmdlet>>>(processor, "s_constructInstanceCache");
            AppDomain.CurrentDomain.AssemblyLoad += (sender, e) => Loaded(e.LoadedAssembly.GetName().Name);
        }

        static void Loaded(string assembly)
        {
            if (assembly == "Microsoft.PowerShell.Commands.Utility")
            {
                Start.Change("Out-File, Tee-Object, Export-Clixml", Utility.Files);
                Start.Change("Export-Csv, ConvertTo-Csv", Utility.Csv);
                Start.Change("ConvertFrom-Json, ConvertTo-Json", Utility.Json);
                Start.Change("Invoke-WebRequest, Invoke-RestMethod", Utility.Web);
            }
            else if (assembly == "Microsoft.PowerShell.Commands.Management")
            {
                Start.Change("Get-Content, Set-Content, Add-Content", Management.Content);
            }
        }

        /// <summary>Instances of a cmdlet are made so from now on.</summary>
        internal static void Put<T>(Func<Cmdlet> with) where T : Cmdlet { makers[typeof(T)] = with; }
    }

    /// <summary>Cmdlets of Microsoft.PowerShell.Commands.Utility.dll: touched only when it is loaded.</summary>
    internal static class Utility
    {
        internal static void Files()
        {
            Cmdlets.Put<OutFileCommand>(() => new OutFileCommand { Encoding = Encoding.Unicode });
            Cmdlets.Put<TeeObjectCommand>(() => new TeeObjectCommand { Encoding = Encoding.Unicode });
            Cmdlets.Put<ExportClixmlCommand>(() => new ExportClixmlCommand { Encoding = Encoding.Unicode });
        }

        internal static void Csv()
        {
            Cmdlets.Put<ExportCsvCommand>(() => new ExportCsvCommand { Encoding = Encoding.ASCII, NoTypeInformation = false });
            Cmdlets.Put<ConvertToCsvCommand>(() => new ConvertToCsvCommand { NoTypeInformation = false });
        }

        internal static void Json()
        {
            Cmdlets.Put<ConvertFromJsonCommand>(() => new ConvertFromJson51());
            Cmdlets.Put<ConvertToJsonCommand>(() => new ConvertToJson51());
        }

        internal static void Web()
        {
            WebErrors.Find();
            Cmdlets.Put<InvokeWebRequestCommand>(() => new InvokeWebRequest51());
            Cmdlets.Put<InvokeRestMethodCommand>(() => new InvokeRestMethod51());
        }
    }

    /// <summary>Cmdlets of Microsoft.PowerShell.Commands.Management.dll: touched only when it is loaded.</summary>
    internal static class Management
    {
        internal static void Content()
        {
            FileContent.Find();
            Cmdlets.Put<GetContentCommand>(() => new GetContent51());
            Cmdlets.Put<SetContentCommand>(() => new SetContent51());
            Cmdlets.Put<AddContentCommand>(() => new AddContent51());
        }
    }
}
