# The time zone: what Set-TimeZone stored, else the fact `timeZone`.

function Get-TimeZone {
    <#
    .SYNOPSIS
    The zone of the device, or zones by name.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param([Parameter(ParameterSetName = 'Id', Mandatory, ValueFromPipeline, ValueFromPipelineByPropertyName)][string[]]$Id,
        [Parameter(ParameterSetName = 'ListAvailable', Mandatory)][switch]$ListAvailable,
        [Parameter(ParameterSetName = 'Name', Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name)
    process {
        if (-not ($Id -or $Name -or $ListAvailable)) {
            $set = (Get-MachineState).timeZone
            if (-not $set) { $set = (Invoke-Device -Ask facts -Name timeZone).Id }
            return [TimeZoneInfo]::FindSystemTimeZoneById($set)
        }
        $null = [Reflection.Assembly]::Load('Microsoft.PowerShell.Commands.Management')
        & ([Management.Automation.CmdletInfo]::new('Get-TimeZone', [Microsoft.PowerShell.Commands.GetTimeZoneCommand])) @PSBoundParameters
    }
}

function Set-TimeZone {
    <#
    .SYNOPSIS
    Sets the device's zone: recorded and answered by Get-TimeZone; clocks of running programs keep theirs.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Name')]
    param([Parameter(ParameterSetName = 'Id', Mandatory, ValueFromPipelineByPropertyName)][string]$Id,
        [Parameter(ParameterSetName = 'InputObject', Mandatory, Position = 0, ValueFromPipeline)][TimeZoneInfo]$InputObject,
        [Parameter(ParameterSetName = 'Name', Mandatory, Position = 0)][string]$Name, [switch]$PassThru)
    process {
        $zone = $InputObject
        foreach ($one in [TimeZoneInfo]::GetSystemTimeZones()) {
            if ($zone) { break }
            $byName = $Name -and $Name -in $one.StandardName, $one.DaylightName
            if ($byName -or ($Id -and $one.Id -eq $Id)) { $zone = $one }
        }
        if (-not $zone) {
            $exception = [TimeZoneNotFoundException]::new("The time zone ID '$Id$Name' was not found on the local computer.")
            $record = [Management.Automation.ErrorRecord]::new($exception, 'TimeZoneNotFound', 'ObjectNotFound', "$Id$Name")
            $PSCmdlet.ThrowTerminatingError($record)
        }
        if (-not $PSCmdlet.ShouldProcess($zone.DisplayName)) { return }
        Set-MachineState @{ timeZone = $zone.Id }
        $key = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SYSTEM\CurrentControlSet\Control\TimeZoneInformation')
        $key.SetValue('TimeZoneKeyName', $zone.Id, 'String')
        $key.SetValue('StandardName', $zone.StandardName, 'String')
        $key.SetValue('DaylightName', $zone.DaylightName, 'String')
        $key.SetValue('Bias', [int](-$zone.BaseUtcOffset.TotalMinutes), 'DWord')
        $key.Dispose()
        if ($PassThru) { $zone }
    }
}
