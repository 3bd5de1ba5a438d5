# Compiles, once, inside the layer that `setup powershell` makes, what is C#: the startup hook and the types of modules. Run by
# PowerShell itself before pwsh.runtimeconfig.json names the hook: a named hook that is not there lets no process start.
#
#   C:\pwsh\pwsh.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File compile.ps1 -Hook FOLDER
#
# A line `made PATH` is written for each DLL; 0 where all were made, else 1 with the compiler's words on stderr and none of them left.
# Manifests, pwsh.runtimeconfig.json and what goes where are the harness's business, not this script's.
param(
    # The folder with the hook's *.cs.
    [Parameter(Mandatory)][string]$Hook,
    # Where modules lie; each with a types.cs gets a Shakedown.Types.dll beside it, which its manifest names.
    [string[]]$Modules = @("$env:ProgramFiles\PowerShell\Modules"),
    # The hook's DLL, as pwsh.runtimeconfig.json will name it.
    [string]$Output = "$PSHOME\Compat51.dll"
)
$ErrorActionPreference = 'Stop'
$made = New-Object System.Collections.Generic.List[string]

function Build-Library {
    <#
    .SYNOPSIS
    Compiles files of C# into a DLL and writes where it is.
    #>
    param([string[]]$Path, [string]$Library, [string[]]$References)
    if (-not $Path) { throw "there is no C# for $Library" }
    if ([IO.File]::Exists($Library)) { [IO.File]::Delete($Library) }
    $more = @{}
    if ($References) { $more.ReferencedAssemblies = $References }
    $made.Add($Library)
    # Without -IgnoreWarnings a warning is an error. Every error is told, each by its first line: file, place and words.
    $quiet = @{ IgnoreWarnings = $true; WarningAction = 'SilentlyContinue'; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'said' }
    $said = $null
    try { Add-Type -Path $Path -OutputAssembly $Library -OutputType Library @quiet @more } catch { if (-not $said) { throw } }
    if ($said) { throw (@($said | ForEach-Object { ([string]$_ -split '\r?\n')[0] }) -join "`n") }
    if (-not [IO.File]::Exists($Library)) { throw "Add-Type made no $Library" }
    "made $Library"
}

try {
    # .NET's own reference assemblies, the engine and the modules whose cmdlets the hook derives from.
    $references = @([IO.Directory]::GetFiles("$PSHOME\ref", '*.dll'))
    foreach ($name in 'System.Management.Automation', 'Microsoft.PowerShell.Commands.Utility', 'Microsoft.PowerShell.Commands.Management') {
        $references += "$PSHOME\$name.dll"
    }
    foreach ($root in $Modules) {
        foreach ($module in [IO.Directory]::GetDirectories($root)) {
            $types = "$module\types.cs"
            if ([IO.File]::Exists($types)) { Build-Library -Path $types -Library "$module\Shakedown.Types.dll" }
        }
    }
    Build-Library -Path ([IO.Directory]::GetFiles($Hook, '*.cs')) -Library $Output -References $references
} catch {
    foreach ($library in $made) { if ([IO.File]::Exists($library)) { [IO.File]::Delete($library) } }
    [Console]::Error.WriteLine("compile: $($_.Exception.Message)")
    exit 1
}
exit 0
