# What the device is: fixes and Get-ComputerInfo.

function Get-HotFix {
    <#
    .SYNOPSIS
    Installed fixes: the rows of Win32_QuickFixEngineering.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Default')]
    param([Parameter(ParameterSetName = 'Default', Position = 0)][Alias('HFID')][string[]]$Id,
        [Parameter(ParameterSetName = 'Description')][string[]]$Description,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('CN', '__Server', 'IPAddress')][string[]]$ComputerName,
        [pscredential]$Credential)
    process {
        $found = @(foreach ($fix in Get-WmiObject -Class Win32_QuickFixEngineering) {
                if ($Id -and $fix.HotFixID -notin $Id) { continue }
                if ($Description -and -not @($Description | Where-Object { $fix.Description -like $_ }).Count) { continue }
                $fix
            })
        if (-not $found.Count -and ($Id -or $Description)) {
            $exception = [ArgumentException]::new("Cannot find the requested hotfix on the 'localhost' computer. Verify the input and " +
                'run the command again.')
            $record = [Management.Automation.ErrorRecord]::new($exception, 'GetHotFixNoEntriesFound', 'ObjectNotFound', $null)
            Write-ComputerError $PSCmdlet $record
        }
        $found
    }
}

function Get-InfoValue {
    <#
    .SYNOPSIS
    The values of Get-ComputerInfo that the device knows, by name; the rest of 5.1's names come out empty.
    #>
    $system = Get-CimInstance -ClassName Win32_ComputerSystem
    $os = Get-CimInstance -ClassName Win32_OperatingSystem
    $bios = Get-CimInstance -ClassName Win32_BIOS
    $current = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $installed = if ($current.InstallDate) { [DateTimeOffset]::FromUnixTimeSeconds($current.InstallDate).LocalDateTime }
    $values = [ordered]@{
        WindowsBuildLabEx = $current.BuildLabEx; WindowsCurrentVersion = $current.CurrentVersion; WindowsEditionId = $current.EditionID
        WindowsInstallationType = $current.InstallationType; WindowsInstallDateFromRegistry = $installed
        WindowsProductId = $current.ProductId; WindowsProductName = $current.ProductName
        WindowsRegisteredOrganization = $current.RegisteredOrganization; WindowsRegisteredOwner = $current.RegisteredOwner
        WindowsSystemRoot = $current.SystemRoot; WindowsVersion = $current.ReleaseId; OSDisplayVersion = $current.DisplayVersion
        BiosSeralNumber = $bios.SerialNumber
    }
    foreach ($name in 'Manufacturer', 'Name', 'ReleaseDate', 'SMBIOSBIOSVersion', 'SMBIOSMajorVersion', 'SMBIOSMinorVersion',
        'SMBIOSPresent', 'Status', 'Version', 'BIOSVersion', 'Caption', 'Description', 'FirmwareType', 'PrimaryBIOS') {
        $values[$(if ($name -eq 'BIOSVersion') { 'BiosBIOSVersion' } else { "Bios$name" })] = $bios.$name
    }
    foreach ($name in 'AdminPasswordStatus', 'AutomaticManagedPagefile', 'BootupState', 'Caption', 'ChassisSKUNumber', 'CurrentTimeZone',
        'DaylightInEffect', 'Description', 'DNSHostName', 'Domain', 'DomainRole', 'HypervisorPresent', 'Manufacturer',
        'Model', 'Name', 'NumberOfLogicalProcessors', 'NumberOfProcessors', 'PartOfDomain', 'PCSystemType',
        'PrimaryOwnerName', 'Roles', 'Status', 'SystemFamily', 'SystemSKUNumber', 'SystemType', 'ThermalState',
        'TotalPhysicalMemory', 'UserName', 'WakeUpType', 'Workgroup') { $values["Cs$name"] = $system.$name }
    if ($null -ne $system.TotalPhysicalMemory) { $values.CsPhyicallyInstalledMemory = [uint64]($system.TotalPhysicalMemory / 1024) }
    $values.CsProcessors = @(Get-CimInstance -ClassName Win32_Processor)
    $rename = @{ Caption = 'Name'; OSType = 'Type'; OSLanguage = 'Language'; OSArchitecture = 'Architecture' }
    foreach ($name in 'Caption', 'OSType', 'OperatingSystemSKU', 'Version', 'CSDVersion', 'BuildNumber', 'BootDevice', 'SystemDevice',
        'SystemDirectory', 'SystemDrive', 'WindowsDirectory', 'CountryCode', 'CurrentTimeZone', 'Locale', 'LocalDateTime',
        'LastBootUpTime', 'BuildType', 'CodeSet', 'TotalVisibleMemorySize', 'FreePhysicalMemory', 'TotalVirtualMemorySize',
        'FreeVirtualMemory', 'SizeStoredInPagingFiles', 'FreeSpaceInPagingFiles', 'InstallDate', 'Manufacturer',
        'MaxNumberOfProcesses', 'MaxProcessMemorySize', 'NumberOfLicensedUsers', 'NumberOfProcesses', 'NumberOfUsers',
        'Organization', 'OSArchitecture', 'OSLanguage', 'ProductSuite', 'ProductType', 'RegisteredUser', 'SerialNumber',
        'ServicePackMajorVersion', 'ServicePackMinorVersion', 'Status') {
        $as = if ($rename[$name]) { $rename[$name] } else { $name }
        $values["Os$as"] = $os.$name
    }
    if ($os.LastBootUpTime) { $values.OsUptime = [datetime]::Now - $os.LastBootUpTime }
    $values.OsHotFixes = @(Get-WmiObject -Class Win32_QuickFixEngineering)
    $values.KeyboardLayout = [cultureinfo]::CurrentCulture.Name
    $values.TimeZone = (Get-TimeZone).DisplayName
    $values.LogonServer = "\\$([Environment]::MachineName)"
    $values.PowerPlatformRole = if ($system.PCSystemType -eq 2) { 'Mobile' } else { 'Desktop' }
    foreach ($name in 'HyperVisorPresent', 'HyperVRequirementDataExecutionPreventionAvailable',
        'HyperVRequirementSecondLevelAddressTranslation', 'HyperVRequirementVirtualizationFirmwareEnabled',
        'HyperVRequirementVMMonitorModeExtensions', 'DeviceGuardSmartStatus', 'DeviceGuardRequiredSecurityProperties',
        'DeviceGuardAvailableSecurityProperties', 'DeviceGuardSecurityServicesConfigured',
        'DeviceGuardSecurityServicesRunning', 'DeviceGuardCodeIntegrityPolicyEnforcementStatus',
        'DeviceGuardUserModeCodeIntegrityPolicyEnforcementStatus') { $values[$name] = $null }
    $values.HyperVisorPresent = $system.HypervisorPresent
    $values
}

function Get-ComputerInfo {
    <#
    .SYNOPSIS
    System and operating system properties in one object.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Property)
    $values = Get-InfoValue
    if (-not $Property) {
        $whole = [pscustomobject]$values
        $whole.PSObject.TypeNames.Insert(0, 'Microsoft.PowerShell.Commands.ComputerInfo')
        return $whole
    }
    $chosen = [ordered]@{}
    foreach ($pattern in $Property) {
        foreach ($name in $values.Keys) { if ($name -like $pattern) { $chosen[$name] = $values[$name] } }
    }
    [pscustomobject]$chosen
}
