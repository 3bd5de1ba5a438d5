# Commands that Windows PowerShell 5.1 has, PowerShell 7 has not and a device cannot be given truly: refused by name, so that the result
# says so instead of 'command not found'.

function Add-PSSnapin {
    <#
    .SYNOPSIS
    Adds snap-ins to the session: no device has one, which is the error of 5.1.
    .NOTES
    Cmdlets that left PowerShell: Microsoft Learn, "Differences between Windows PowerShell 5.1 and PowerShell 7.x".
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name, [switch]$PassThru)
    process {
        foreach ($one in $Name) {
            $text = 'No snap-ins have been registered for Windows PowerShell version 5.'
            $exception = [Management.Automation.PSArgumentException]::new($text)
            Write-DeviceError $PSCmdlet (New-DeviceError $text 'AddPSSnapInRead' InvalidArgument $one $exception)
        }
    }
}

# Snap-ins: none is installed on any device.

function Get-PSSnapin {
    <#
    .SYNOPSIS
    Snap-ins of the session: only the one that Windows PowerShell itself is.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [switch]$Registered)
    if ($Registered) { return }
    $core = 'Microsoft.PowerShell.Core'
    foreach ($pattern in $Name) {
        if ($core -like $pattern) { continue }
        $text = "No Windows PowerShell snap-ins matching the pattern '$pattern' were found. Check the pattern and then try the " +
            'command again.'
        $exception = [Management.Automation.PSArgumentException]::new($text)
        Write-DeviceError $PSCmdlet (New-DeviceError $text 'NoPSSnapInsFound' InvalidArgument $pattern $exception)
    }
    if ($Name -and -not @($Name | Where-Object { $core -like $_ }).Count) { return }
    $about = 'This Windows PowerShell snap-in contains cmdlets used to manage components of Windows PowerShell.'
    [pscustomobject][ordered]@{ PSTypeName = 'System.Management.Automation.PSSnapInInfo'; Name = $core; PSVersion = '5.1'
        Description = $about; IsDefault = $true; ModuleName = $core }
}

function Remove-PSSnapin {
    <#
    .SYNOPSIS
    Takes snap-ins out of the session: refused by name.
    #>
    Deny-DeviceCommand -Command Remove-PSSnapin -Why 'snap-ins'
}

# Consoles and the control panel: there is no desktop.

function Export-Console {
    <#
    .SYNOPSIS
    Writes a console file: refused by name.
    #>
    Deny-DeviceCommand -Command Export-Console -Why 'console files'
}

function Get-ControlPanelItem {
    <#
    .SYNOPSIS
    Lists control panel items: refused by name.
    #>
    Deny-DeviceCommand -Command Get-ControlPanelItem -Why 'the control panel'
}

function Show-ControlPanelItem {
    <#
    .SYNOPSIS
    Opens control panel items: refused by name.
    #>
    Deny-DeviceCommand -Command Show-ControlPanelItem -Why 'the control panel'
}

# Transactions of the registry.

function Start-Transaction {
    <#
    .SYNOPSIS
    Starts a transaction: refused by name.
    #>
    Deny-DeviceCommand -Command Start-Transaction -Why 'transactions'
}

function Get-Transaction {
    <#
    .SYNOPSIS
    The current transaction: refused by name.
    #>
    Deny-DeviceCommand -Command Get-Transaction -Why 'transactions'
}

function Use-Transaction {
    <#
    .SYNOPSIS
    Runs a block within the transaction: refused by name.
    #>
    Deny-DeviceCommand -Command Use-Transaction -Why 'transactions'
}

function Complete-Transaction {
    <#
    .SYNOPSIS
    Commits the transaction: refused by name.
    #>
    Deny-DeviceCommand -Command Complete-Transaction -Why 'transactions'
}

function Undo-Transaction {
    <#
    .SYNOPSIS
    Rolls the transaction back: refused by name.
    #>
    Deny-DeviceCommand -Command Undo-Transaction -Why 'transactions'
}

# Texts by example, counters of files, web services, jobs of workflows.

function ConvertFrom-String {
    <#
    .SYNOPSIS
    Makes objects of texts: refused by name.
    #>
    Deny-DeviceCommand -Command ConvertFrom-String -Why 'texts by example'
}

function Convert-String {
    <#
    .SYNOPSIS
    Converts texts by example: refused by name.
    #>
    Deny-DeviceCommand -Command Convert-String -Why 'texts by example'
}

function Export-Counter {
    <#
    .SYNOPSIS
    Writes performance counters to files: refused by name.
    #>
    Deny-DeviceCommand -Command Export-Counter -Why 'counter files'
}

function Import-Counter {
    <#
    .SYNOPSIS
    Reads performance counters from files: refused by name.
    #>
    Deny-DeviceCommand -Command Import-Counter -Why 'counter files'
}

function New-WebServiceProxy {
    <#
    .SYNOPSIS
    Makes an object of a web service: refused by name.
    #>
    Deny-DeviceCommand -Command New-WebServiceProxy -Why 'SOAP web services'
}

function Suspend-Job {
    <#
    .SYNOPSIS
    Suspends jobs of workflows: refused by name.
    #>
    Deny-DeviceCommand -Command Suspend-Job -Why 'workflows'
}

function Resume-Job {
    <#
    .SYNOPSIS
    Resumes jobs of workflows: refused by name.
    #>
    Deny-DeviceCommand -Command Resume-Job -Why 'workflows'
}
