# Commands for repositories.

function Get-PSRepository {
    <#
    .SYNOPSIS
    Gets repositories.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name = '*')
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    $rows = @(Get-DeviceTable -Name psRepositories -Key Name)
    foreach ($one in $Name) {
        $hit = @($rows | Where-Object { $_['Name'] -like $one })
        if (-not $hit.Count -and -not [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($one)) {
            $text = "No repository with the name '$one' was found."
            $PSCmdlet.WriteError((New-DeviceError $text 'UnableToFindRepository' ObjectNotFound $one))
        }
        foreach ($row in $hit) {
            New-DeviceObject -TypeName Microsoft.PowerShell.Commands.PSRepository -Row ([ordered]@{
                    Name = $row['Name']
                    SourceLocation = $row['SourceLocation']
                    Trusted = $row['InstallationPolicy'] -eq 'Trusted'
                    Registered = $true
                    InstallationPolicy = $row['InstallationPolicy']
                    PackageManagementProvider = 'NuGet'
                    PublishLocation = ''
                    ScriptSourceLocation = ''
                    ScriptPublishLocation = ''
                    ProviderOptions = @{}
                })
        }
    }
}

function Set-PSRepository {
    <#
    .SYNOPSIS
    Changes a repository.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][string]$Name, [Parameter(Position = 1)][string]$SourceLocation,
        [ValidateSet('Trusted', 'Untrusted')][string]$InstallationPolicy, [string]$PackageManagementProvider,
        [string]$PublishLocation, [string]$ScriptSourceLocation)
    $changed = Update-DeviceRow -Name psRepositories -Field Name -Key $Name -Change {
        param($Present)
        if ($null -ne $Present) {
            if ($InstallationPolicy) { $Present['InstallationPolicy'] = $InstallationPolicy }
            if ($SourceLocation) { $Present['SourceLocation'] = $SourceLocation }
            $Present
        }
    }
    if ($changed) { return }
    $text = "The specified repository name '$Name' was not found. Please use Get-PSRepository to see the registered ones."
    $PSCmdlet.ThrowTerminatingError((New-DeviceError $text 'RepositoryNotFound' InvalidArgument $Name))
}

function Register-PSRepository {
    <#
    .SYNOPSIS
    Registers a repository.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][string]$Name,
        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Name')][string]$SourceLocation,
        [Parameter(Mandatory, ParameterSetName = 'Default')][switch]$Default,
        [ValidateSet('Trusted', 'Untrusted')][string]$InstallationPolicy = 'Untrusted', [string]$PackageManagementProvider,
        [string]$PublishLocation)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    if ($Default) {
        $Name = 'PSGallery'
        $SourceLocation = $script:galleryAddress
    }
    $new = [ordered]@{ Name = $Name; SourceLocation = $SourceLocation; InstallationPolicy = $InstallationPolicy }
    $added = Update-DeviceRow -Name psRepositories -Field Name -Key $Name -Change { param($Present) if ($null -eq $Present) { $new } }
    if ($added) { return }
    $PSCmdlet.WriteError((New-DeviceError "Module Repository '$Name' exists." 'PackageSourceExists' ResourceExists $Name))
}

function Unregister-PSRepository {
    <#
    .SYNOPSIS
    Forgets a repository.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name)
    process { foreach ($one in $Name) { Remove-DeviceRow -Name psRepositories -Key $one } }
}
