# Start-BitsTransfer.

function Receive-BitsFile {
    # Fetches files into their temporary places. Answers nothing, or what went wrong: message and code.
    param([Net.Http.HttpClient]$Client, [object[]]$File)
    foreach ($one in $File) {
        $failed = Copy-BitsFile $Client $one['source'] $one['temporary']
        if ($failed) { return $failed }
        $one['size'] = [IO.FileInfo]::new($one['temporary']).Length
    }
}

function New-BitsFile {
    # The files of a new job.
    param($Session, [string[]]$Source, [string[]]$Destination)
    for ($at = 0; $at -lt $Source.Count; $at++) {
        $wanted = $Destination | Select-Object -Last 1
        if ($Destination.Count -gt $at) { $wanted = $Destination[$at] }
        $target = Resolve-BitsTarget $Session $Source[$at] $wanted
        $temporary = 'BIT{0}.tmp' -f [guid]::NewGuid().ToString('N').Substring(0, 8).ToUpperInvariant()
        $folder = [IO.Path]::GetDirectoryName($target)
        [ordered]@{ source = $Source[$at]; target = $target; temporary = [IO.Path]::Combine($folder, $temporary); size = 0 }
    }
}

function Start-BitsTransfer {
    <#
    .SYNOPSIS
    Downloads files.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$Source,
        [Parameter(Position = 1, ValueFromPipelineByPropertyName)][string[]]$Destination,
        [switch]$Asynchronous, [switch]$Dynamic, [string]$Authentication = 'Ntlm', [pscredential]$Credential,
        [string]$Description = 'This is a file transfer that uses the Background Intelligent Transfer Service (BITS).',
        [string]$HttpMethod = 'GET', [string]$DisplayName = 'BITS Transfer',
        [ValidateSet('Foreground', 'High', 'Normal', 'Low')][string]$Priority = 'Foreground',
        [string]$TransferPolicy, [string]$ProxyAuthentication, [int]$RetryInterval, [int]$RetryTimeout,
        [pscredential]$ProxyCredential, [uri[]]$ProxyList, [string[]]$ProxyBypass, [string]$ProxyUsage, [string[]]$SecurityFlags,
        [switch]$Suspended, [ValidateSet('Download', 'Upload', 'UploadReply')][string]$TransferType = 'Download',
        [string[]]$CustomHeaders, [switch]$CustomHeadersWriteOnly)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($TransferType -ne 'Download' -or $HttpMethod -ne 'GET') {
            Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "$TransferType with $HttpMethod"
        }
        if (-not (Test-DeviceConfirm $PSCmdlet ($Source -join ', '))) { return }
        $files = @(New-BitsFile $PSCmdlet.SessionState $Source $Destination)
        foreach ($file in $files) {
            $folder = [IO.Path]::GetDirectoryName($file['target'])
            if ([IO.Directory]::Exists($folder)) { continue }
            $exception = [ArgumentException]::new("Cannot find path '$folder' because it does not exist.")
            $record = [Management.Automation.ErrorRecord]::new($exception, 'StartBitsTransferArgumentException', 'InvalidArgument', $folder)
            $PSCmdlet.WriteError($record)
            return
        }
        $failed = $null
        if (-not $Suspended) {
            $client = Get-BitsClient $Credential $CustomHeaders
            try { $failed = Receive-BitsFile $client $files } finally { $client.Dispose() }
        }
        if ($Asynchronous -or $Suspended) {
            $state = 'Transferred'
            if ($failed) { $state = 'Error' }
            if ($Suspended) { $state = 'Suspended' }
            $stored = [ordered]@{ id = [guid]::NewGuid().ToString(); displayName = $DisplayName; description = $Description
                priority = $Priority; transferType = $TransferType; files = $files; state = $state
                created = [datetime]::UtcNow.ToString('o', [cultureinfo]::InvariantCulture)
                message = $failed.message; code = $failed.code }
            Invoke-Device -Ask put -Name bitsJobs -Key $stored['id'] -Value $stored
            return ConvertTo-BitsJob $stored
        }
        if ($failed) {
            foreach ($file in $files) { [IO.File]::Delete($file['temporary']) }
            $PSCmdlet.WriteError((New-BitsError $failed.message))
            return
        }
        foreach ($file in $files) { [IO.File]::Move($file['temporary'], $file['target'], $true) }
    }
}
