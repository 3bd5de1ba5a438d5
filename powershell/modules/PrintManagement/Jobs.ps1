# Print jobs: those that a scenario declares; nothing is printed on a played device.

function Get-PrintJob {
    <#
    .SYNOPSIS
    Gets print jobs of a printer.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][string]$PrinterName,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)]$PrinterObject,
        [Parameter(Position = 1)][uint32[]]$ID,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        $printer = $PrinterName
        if ($PrinterObject) { $printer = $PrinterObject.Name }
        foreach ($one in Get-NamedPrinter $PSCmdlet $printer) {
            foreach ($row in Get-DeviceTable -Name printJobs -Key Id) {
                if ($row.PrinterName -ne $one -or ($ID -and $ID -notcontains $row.Id)) { continue }
                New-DeviceObject -TypeName "$($script:space)MSFT_PrintJob" -Row $row
            }
        }
    }
}

function Remove-PrintJob {
    <#
    .SYNOPSIS
    Removes a print job.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][string]$PrinterName,
        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Name')][uint32]$ID,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)]$InputObject,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        $number = $ID
        if ($InputObject) { $number = $InputObject.Id }
        $row = Get-DeviceTable -Name printJobs -Key Id | Where-Object { "$($_.Id)" -eq "$number" } | Select-Object -First 1
        if (-not $row) {
            Write-PrintError $PSCmdlet 'The specified print job was not found.' '0x80070057' $number
            return
        }
        if ($PSCmdlet.ShouldProcess("$number")) { Remove-DeviceRow -Name printJobs -Key "$number" }
    }
}
