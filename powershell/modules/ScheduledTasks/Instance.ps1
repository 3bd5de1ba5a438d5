# Objects that look like instances of the TaskScheduler namespace, errors of the service, addresses and accounts.

function New-TaskInstance {
    # An object that looks like a CIM instance of the TaskScheduler namespace.
    param([string]$Class, [Collections.IDictionary]$Property)
    $Property['PSComputerName'] = $null
    $instance = [pscustomobject]$Property
    $instance.PSObject.TypeNames.Clear()
    foreach ($type in "Microsoft.Management.Infrastructure.CimInstance#Root/Microsoft/Windows/TaskScheduler/$Class",
        "Microsoft.Management.Infrastructure.CimInstance#$Class", 'Microsoft.Management.Infrastructure.CimInstance',
        'System.Management.Automation.PSCustomObject', 'System.Object') { $instance.PSObject.TypeNames.Add($type) }
    $instance.PSObject.Members.Add([psscriptmethod]::new('ToString', [scriptblock]::Create("'$Class'")))
    $instance.PSObject.Members.Add([psnoteproperty]::new('CimClass', [pscustomobject]@{ CimClassName = $Class }))
    $instance
}

function Get-TaskClass {
    param($Instance)
    if ($null -eq $Instance) { return '' }
    [string]($Instance.PSObject.TypeNames | Where-Object { $_ -match 'TaskScheduler/(MSFT_\w+)$' } |
        ForEach-Object { $Matches[1] } | Select-Object -First 1)
}

function ConvertTo-XmlDuration {
    param($Span)
    if ($null -eq $Span -or $Span -eq '') { return $null }
    [Xml.XmlConvert]::ToString([timespan]$Span)
}

function ConvertTo-Boundary {
    # New-ScheduledTaskTrigger writes times in UTC ("Synchronize across time zones").
    param([datetime]$At)
    $At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [cultureinfo]::InvariantCulture)
}

function New-TaskError {
    # HRESULT errors of the service: message and FullyQualifiedErrorId as the CIM cmdlets give them. Code: 0x80070002 and the like.
    param([string]$Code, [string]$Message, [string]$Category = 'NotSpecified', $Target)
    $exception = [Microsoft.Management.Infrastructure.CimException]::new($Message)
    [Management.Automation.ErrorRecord]::new($exception, "HRESULT $($Code.ToLowerInvariant())", $Category, $Target)
}

function New-FileNotFoundError {
    param([string]$TaskName)
    New-TaskError '0x80070002' 'The system cannot find the file specified. ' ObjectNotFound $TaskName
}

function New-TaskNotFoundError {
    param([string]$Property, [string]$Value)
    $message = "No MSFT_ScheduledTask objects found with property '$Property' equal to '$Value'.  " +
        'Verify the value of the property and retry.'
    $null = [Reflection.Assembly]::Load('Microsoft.PowerShell.Commands.Management')             # where the exception's type lives
    $exception = [Microsoft.PowerShell.Cmdletization.Cim.CimJobException]::new($message)
    [Management.Automation.ErrorRecord]::new($exception, "CmdletizationQuery_NotFound_$Property", 'ObjectNotFound', $Value)
}

function Resolve-TaskAddress {
    # Folder and name from what was given: the name may hold folders ("Microsoft\Windows\X").
    param([string]$TaskName, [string]$TaskPath)
    $full = ('\' + $TaskPath.Trim('\') + '\' + $TaskName.Trim('\')) -replace '\\+', '\'
    $cut = $full.LastIndexOf('\')
    @{ path = $full.Substring(0, $cut + 1); name = $full.Substring($cut + 1); key = $full.ToLowerInvariant(); uri = $full }
}

function Get-PresentUser {
    # Who is logged on at the console, DOMAIN\name, or nothing.
    $computer = Invoke-Device -Ask facts -Name computerSystem
    if ($computer -and $computer['UserName']) { [string]$computer['UserName'] }
}

function Resolve-TaskAccount {
    # An account as the XML names it, a SID or COMPUTER\name, or nothing where the device knows no such account.
    param([string]$Name)
    if ($Name -match '^S-1-[\d-]+$') { return $Name }
    $short = $Name.Split('\')[-1].Trim()
    if ($short -eq 'LocalSystem') { return 'S-1-5-18' }
    foreach ($sid in $script:wellKnownSids.Keys) {
        if ($script:wellKnownSids[$sid] -eq $short -or $script:wellKnownSids[$sid].Replace(' ', '') -eq $short) { return $sid }
    }
    $machine = [Environment]::MachineName
    $local = -not $Name.Contains('\') -or $Name.Split('\')[0] -in '.', $machine
    if ($local) {
        foreach ($user in Get-DeviceTable -Name localUsers -Key Name) {
            if ($user['Name'] -eq $short) { return "$machine\$($user['Name'])" }
        }
    }
    foreach ($group in Get-DeviceTable -Name localGroups -Key Name) {
        if ($group['Name'] -eq $short -and $group['Sid']) { return [string]$group['Sid'] }
    }
    $present = Get-PresentUser
    if ($present -and ($present -eq $Name -or $present.Split('\')[-1] -eq $Name)) { return $present }
    try { ([Security.Principal.NTAccount]::new($Name)).Translate([Security.Principal.SecurityIdentifier]).Value } catch { $null = $_ }
}
