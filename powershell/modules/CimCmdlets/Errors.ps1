# Faults in the words of the CIM commands, and which computers answer.

function Write-CimError {
    <#
    .SYNOPSIS
    A fault in the words of the CIM commands, not terminating.
    #>
    param($Cmdlet, $Fault, [string]$Target)
    $name = $Cmdlet.MyInvocation.MyCommand.Name
    $text = switch ($Fault.Kind) {
        'class' { 'Invalid class ' }
        'namespace' { 'Invalid namespace ' }
        'query' { 'Invalid query ' }
        'method' { 'Invalid method ' }
        'unavailable' { "$name is not available on a played device: $($Fault.Text)" }
        default { $Fault.Text }
    }
    if ($Fault.Kind -eq 'unavailable') {
        # What names itself was noted where it was refused.
        $noted = $Fault.Text -match 'is not available on'
        if ($noted) { $text = $Fault.Text } else { Write-NotJudged -Cmdlet $Cmdlet -Why $Fault.Text -Quiet }
    }
    $category = @{ class = 'MetadataError'; namespace = 'MetadataError'; query = 'InvalidArgument'; method = 'MetadataError' }[$Fault.Kind]
    if (-not $category) { $category = 'NotSpecified' }
    $id = "HRESULT $($Fault.Code),Microsoft.Management.Infrastructure.CimCmdlets.$($name -replace '-')Command"
    $exception = [Microsoft.Management.Infrastructure.CimException]::new($text)
    Write-CimRecord $Cmdlet ([Management.Automation.ErrorRecord]::new($exception, $id, $category, $Target))
}

function Write-CimRecord {
    <#
    .SYNOPSIS
    Writes an error under the caller's $ErrorActionPreference, which module functions do not see by themselves.
    #>
    param($Cmdlet, [Management.Automation.ErrorRecord]$Record)
    $ErrorActionPreference = $Cmdlet.SessionState.PSVariable.GetValue('ErrorActionPreference')
    $Cmdlet.WriteError($Record)
}

function Test-CimComputer {
    <#
    .SYNOPSIS
    Whether the named computers answer: only this one does, and by name only where WinRM listens (the fact 'winrm').
    #>
    param($Cmdlet, [string[]]$ComputerName)
    foreach ($name in $ComputerName) {
        $here = $name -in 'localhost', '127.0.0.1', '::1', '.', $env:COMPUTERNAME -or $name -like "$env:COMPUTERNAME.*"
        if ($here -and (Get-WmiFact winrm)) { continue }
        $text = if ($here) {
            'The client cannot connect to the destination specified in the request. Verify that the service on the destination is ' +
            'running and is accepting requests. Consult the logs and documentation for the WS-Management service running on the ' +
            'destination, most commonly IIS or WinRM. If the destination is the WinRM service, run the following command on the ' +
            'destination to analyze and configure the WinRM service: "winrm quickconfig". '
        } else {
            "WinRM cannot complete the operation. Verify that the specified computer name is valid, that the computer is accessible " +
            "over the network, and that a firewall exception for the WinRM service is enabled and allows access from this computer. "
        }
        $code = if ($here) { '0x80338012' } else { '0x80338126' }
        $command = $Cmdlet.MyInvocation.MyCommand.Name -replace '-'
        $exception = [Microsoft.Management.Infrastructure.CimException]::new($text)
        $id = "HRESULT $code,Microsoft.Management.Infrastructure.CimCmdlets.${command}Command"
        Write-CimRecord $Cmdlet ([Management.Automation.ErrorRecord]::new($exception, $id, 'ConnectionError', $name))
        return $false
    }
    $true
}
