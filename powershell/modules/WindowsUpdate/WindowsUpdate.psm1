# WindowsUpdate: its one command reads traces that a played device has not.

function Get-WindowsUpdateLog {
    <#
    .SYNOPSIS
    Refused: the traces of Windows Update.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$ETLPath, [Parameter(Position = 1)][string]$LogPath, [switch]$IncludeAllLogs,
        [switch]$ForceFlush, [string]$ProcessingType, [string]$SymbolServer)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'the traces of Windows Update'
}
