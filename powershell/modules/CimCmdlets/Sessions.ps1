# Sessions with this device.

function New-CimSession {
    <#
    .SYNOPSIS
    A session with this device.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)][Alias('CN', 'ServerName')][string[]]$ComputerName,
        [Parameter(Position = 1)][pscredential]$Credential, $Authentication, [string]$CertificateThumbprint, [string]$Name,
        [Alias('OT')][uint32]$OperationTimeoutSec, [switch]$SkipTestConnection, [uint32]$Port, $SessionOption
    )
    process {
        $overDcom = $SessionOption -and $SessionOption.Protocol -eq 'Dcom'
        if (-not $overDcom -and -not (Test-CimComputer $PSCmdlet $ComputerName)) { return }
        $computers = if ($ComputerName) { $ComputerName } else { 'localhost' }
        foreach ($computer in $computers) {
            $id = 1 + $script:Sessions.Count
            $session = [pscustomobject]@{ Id = [uint32]$id; Name = $(if ($Name) { $Name } else { "CimSession$id" })
                InstanceId = [guid]::NewGuid()
                ComputerName = $computer; Protocol = $(if ($ComputerName -and -not $overDcom) { 'WSMAN' } else { 'DCOM' }) }
            $session.PSObject.TypeNames.Insert(0, 'Microsoft.Management.Infrastructure.CimSession')
            $session | Add-Member -MemberType ScriptMethod -Name Close -Value { Remove-CimSession -CimSession $this }
            $session | Add-Member -MemberType ScriptMethod -Name Dispose -Value { Remove-CimSession -CimSession $this }
            $refuse = { Stop-Unavailable CimSession.InvokeMethod "$($args[2])" }
            $session | Add-Member -MemberType ScriptMethod -Name InvokeMethod -Value $refuse
            $script:Sessions.Add($session)
            $session
        }
    }
}

function Get-CimSession {
    <#
    .SYNOPSIS
    The sessions that this script made.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$ComputerName, [uint32[]]$Id, [string[]]$Name, [guid[]]$InstanceId)
    $script:Sessions | Where-Object {
        (-not $ComputerName -or $_.ComputerName -in $ComputerName) -and (-not $Id -or $_.Id -in $Id) -and
        (-not $Name -or $_.Name -in $Name) -and (-not $InstanceId -or $_.InstanceId -in $InstanceId)
    }
}

function Remove-CimSession {
    <#
    .SYNOPSIS
    Ends sessions.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'CimSessionSet')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'CimSessionSet')][object[]]$CimSession,
        [Parameter(Mandatory, ParameterSetName = 'ComputerNameSet')][string[]]$ComputerName,
        [Parameter(Mandatory, ParameterSetName = 'SessionIdSet')][uint32[]]$Id,
        [Parameter(Mandatory, ParameterSetName = 'NameSet')][string[]]$Name
    )
    process {
        foreach ($session in @($script:Sessions)) {
            $hit = $session.InstanceId -in $CimSession.InstanceId -or $session.ComputerName -in $ComputerName -or
                $session.Id -in $Id -or $session.Name -in $Name
            if ($hit -and $PSCmdlet.ShouldProcess($session.Name, 'Remove-CimSession')) { $null = $script:Sessions.Remove($session) }
        }
    }
}

function New-CimSessionOption {
    <#
    .SYNOPSIS
    Options for New-CimSession; only the protocol counts here.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][ValidateSet('Dcom', 'Default', 'Wsman')][string]$Protocol = 'Default', [switch]$NoEncryption,
        [switch]$SkipCACheck, [switch]$SkipCNCheck, [switch]$SkipRevocationCheck, [switch]$UseSsl, $Impersonation, $PacketIntegrity,
        $PacketPrivacy, $Culture, $UICulture, [switch]$EncodePortInServicePrincipalName, $Encoding, $HttpPrefix, $MaxEnvelopeSizeKB,
        $ProxyType)
    [pscustomobject]@{ PSTypeName = 'Microsoft.Management.Infrastructure.Options.CimSessionOptions'; Protocol = $Protocol }
}
