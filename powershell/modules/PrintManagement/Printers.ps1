# Printers and their settings.

function Get-PrinterRow {
    <#
    .SYNOPSIS
    The rows of all printers.
    #>
    Get-DeviceTable -Name printers -Key Name
}

function New-PrinterRow {
    <#
    .SYNOPSIS
    The row of a printer that a command makes.
    #>
    param([string]$Name, [string]$DriverName, [string]$PortName, [string]$Type = 'Local')
    [ordered]@{
        Name = $Name
        DriverName = $DriverName
        PortName = $PortName
        Type = $Type
        Shared = $false
        ShareName = ''
        Published = $false
        PrinterStatus = 'Normal'
        Location = ''
        Comment = ''
        DeviceType = 'Print'
        PrintProcessor = 'winprint'
        Datatype = 'RAW'
        JobCount = 0
    }
}

function Get-Printer {
    <#
    .SYNOPSIS
    Gets printers.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [Alias('CN')][string]$ComputerName, [switch]$Full, $CimSession)
    if (-not (Test-ThisComputer $PSCmdlet)) { return }
    $all = @(foreach ($row in Get-PrinterRow) {
        $row['ComputerName'] = ''
        $row.Remove('Configuration')
        New-DeviceObject -TypeName "$($script:space)MSFT_Printer" -Row $row -As $script:printerTypes
    })
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_Printer -Filter ([ordered]@{ Name = $Name })
}

function Add-Printer {
    <#
    .SYNOPSIS
    Adds a printer with a driver and a port that are there. A connection to another computer's printer is refused by name.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Local')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Local')][string]$Name,
        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Local')][string]$DriverName,
        [Parameter(Mandatory, ParameterSetName = 'Local')][string]$PortName,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Connection')][string]$ConnectionName,
        [string]$Comment = '',
        [string]$Location = '',
        [switch]$Shared,
        [string]$ShareName = '',
        [switch]$Published,
        [string]$Datatype = 'RAW',
        [string]$PrintProcessor = 'winprint',
        [string]$ComputerName
    )
    if (-not (Test-ThisComputer $PSCmdlet)) { return }
    if ($ConnectionName) {
        Write-DeviceUnavailable $PSCmdlet "the printer of another computer ($ConnectionName)"
        return
    }
    if (@(Get-DriverRow | ForEach-Object { $_.Name }) -notcontains $DriverName) {
        $text = 'The specified driver does not exist. Use add-printerdriver to add a new driver, or specify an existing driver.'
        Write-PrintError $PSCmdlet $text '0x80070705' $Name
        return
    }
    if (@(Get-PortRow | ForEach-Object { $_.Name }) -notcontains $PortName) {
        $text = 'The specified port does not exist. Use add-printerport to add a new port, or specify an existing port.'
        Write-PrintError $PSCmdlet $text '0x80070704' $Name
        return
    }
    if (-not $PSCmdlet.ShouldProcess($Name)) { return }
    $row = New-PrinterRow $Name $DriverName $PortName
    foreach ($key in 'Comment', 'Location', 'ShareName', 'Datatype', 'PrintProcessor') { $row[$key] = Get-Variable $key -ValueOnly }
    $row.Shared = [bool]$Shared
    $row.Published = [bool]$Published
    # What Windows gives a new printer of an English system.
    $row.Configuration = [ordered]@{ DuplexingMode = 'OneSided'; Collate = $false; Color = $true; PaperSize = 'Letter' }
    $made = Update-DeviceRow -Name printers -Field Name -Key $Name -Change {
        param($Present)
        if ($null -eq $Present) { $row }
    }
    if ($null -eq $made) {
        Write-PrintError $PSCmdlet 'The specified printer already exists.' '0x8007070a' $Name ResourceExists
        return
    }
    Write-DeviceEffect $PSCmdlet @{ printer = $Name }
}

function Get-NamedPrinter {
    <#
    .SYNOPSIS
    Names of the printers that a command names; Windows' error for each that is not there.
    #>
    param($Cmdlet, [string[]]$Name, [object[]]$InputObject)
    $wanted = $Name
    if ($InputObject) { $wanted = @($InputObject | ForEach-Object { $_.Name }) }
    $rows = @(Get-PrinterRow)
    foreach ($one in $wanted) {
        $hit = @($rows | Where-Object { $_.Name -like $one -or $_.Name -eq $one })
        foreach ($row in $hit) { $row.Name }
        if (-not $hit.Count) {
            Write-PrintError $Cmdlet 'The specified printer was not found. Use get-printer to see the printers.' '0x80070709' $one
        }
    }
}

function Remove-Printer {
    <#
    .SYNOPSIS
    Removes printers.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        foreach ($one in Get-NamedPrinter $PSCmdlet $Name $InputObject) {
            if (-not $PSCmdlet.ShouldProcess($one)) { continue }
            Remove-DeviceRow -Name printers -Key $one
            Write-DeviceEffect $PSCmdlet @{ printer = $one }
        }
    }
}

function Set-Printer {
    <#
    .SYNOPSIS
    Changes printers.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject,
        [string]$DriverName,
        [string]$PortName,
        [string]$Comment,
        [string]$Location,
        [bool]$Shared,
        [string]$ShareName,
        [bool]$Published,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        $change = @{}
        foreach ($key in 'DriverName', 'PortName', 'Comment', 'Location', 'Shared', 'ShareName', 'Published') {
            if ($PSBoundParameters.ContainsKey($key)) { $change[$key] = $PSBoundParameters[$key] }
        }
        foreach ($one in Get-NamedPrinter $PSCmdlet $Name $InputObject) {
            if (-not $PSCmdlet.ShouldProcess($one)) { continue }
            $null = Update-DeviceRow -Name printers -Field Name -Key $one -Change {
                param($Present)
                if ($null -eq $Present) { return }
                foreach ($key in $change.Keys) { $Present[$key] = $change[$key] }
                $Present
            }
        }
    }
}

function Rename-Printer {
    <#
    .SYNOPSIS
    Renames a printer.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string]$Name, [Parameter(Mandatory, Position = 1)][string]$NewName)
    $row = Get-PrinterRow | Where-Object { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $row) {
        Write-PrintError $PSCmdlet 'The specified printer was not found. Use get-printer to see the printers.' '0x80070709' $Name
        return
    }
    if (-not $PSCmdlet.ShouldProcess($row.Name)) { return }
    $old = $row.Name
    $row.Name = $NewName
    Set-DeviceRow -Name printers -Key $NewName -Row $row
    if ($old -ne $NewName) { Remove-DeviceRow -Name printers -Key $old }
}

function Get-PrintConfiguration {
    <#
    .SYNOPSIS
    Gets the settings of a printer: the field Configuration of its row.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][Alias('Name')][string]$PrinterName,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        foreach ($one in Get-NamedPrinter $PSCmdlet $PrinterName) {
            $row = Get-PrinterRow | Where-Object { $_.Name -eq $one } | Select-Object -First 1
            if (-not $row.Configuration) {
                Write-DeviceUnavailable $PSCmdlet "the settings of the printer '$one'"
                continue
            }
            $values = [ordered]@{ PrinterName = $one; ComputerName = '' }
            foreach ($key in $row.Configuration.Keys) { $values[$key] = $row.Configuration[$key] }
            New-DeviceObject -TypeName "$($script:space)MSFT_PrinterConfiguration" -Row $values
        }
    }
}

function Set-PrintConfiguration {
    <#
    .SYNOPSIS
    Changes the settings of a printer.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][Alias('Name')][string]$PrinterName,
        [string]$DuplexingMode,
        [bool]$Collate,
        [bool]$Color,
        [string]$PaperSize,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        $change = @{}
        foreach ($key in 'DuplexingMode', 'Collate', 'Color', 'PaperSize') {
            if ($PSBoundParameters.ContainsKey($key)) { $change[$key] = $PSBoundParameters[$key] }
        }
        foreach ($one in Get-NamedPrinter $PSCmdlet $PrinterName) {
            if (-not $PSCmdlet.ShouldProcess($one)) { continue }
            $null = Update-DeviceRow -Name printers -Field Name -Key $one -Change {
                param($Present)
                if ($null -eq $Present) { return }
                $settings = [ordered]@{}
                foreach ($source in @($Present.Configuration, $change)) {
                    if ($source) { foreach ($key in $source.Keys) { $settings[$key] = $source[$key] } }
                }
                $Present['Configuration'] = $settings
                $Present
            }
            Write-DeviceEffect $PSCmdlet @{ printer = $one; configuration = $change }
        }
    }
}
