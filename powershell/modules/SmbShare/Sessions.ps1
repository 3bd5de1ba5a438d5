# Mapped drives, connections and sessions: only what a scenario declares, as no other computer is reached from a device; where it declares
# none, nothing is said of them.

function Select-Declared {
    <#
    .SYNOPSIS
    Rows of a fact as objects; refused by name where it is not declared.
    #>
    param($Cmdlet, [string]$Fact, [string]$Class, [Collections.IDictionary]$Filter)
    $rows = @(Get-DeviceFact $Fact | ForEach-Object { New-DeviceObject -TypeName "$($script:space)$Class" -Row $_ })
    if (-not $rows.Count) {
        Write-DeviceUnavailable $Cmdlet "no other computer is reached from here (declare the fact $Fact)"
        return
    }
    Select-DeviceRow -Cmdlet $Cmdlet -Row $rows -Class $Class -Filter $Filter
}

function Get-SmbMapping {
    <#
    .SYNOPSIS
    Gets mapped drives that a scenario declares.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$LocalPath, [string[]]$RemotePath)
    Select-Declared $PSCmdlet smbMappings MSFT_SmbMapping ([ordered]@{ LocalPath = $LocalPath; RemotePath = $RemotePath })
}

function Get-SmbConnection {
    <#
    .SYNOPSIS
    Gets connections of the SMB client that a scenario declares.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$ServerName)
    Select-Declared $PSCmdlet smbConnections MSFT_SmbConnection ([ordered]@{ ServerName = $ServerName })
}

function Get-SmbSession {
    <#
    .SYNOPSIS
    Gets sessions on the SMB server that a scenario declares.
    #>
    [CmdletBinding()]
    param([string[]]$ClientUserName)
    Select-Declared $PSCmdlet smbSessions MSFT_SmbSession ([ordered]@{ ClientUserName = $ClientUserName })
}
