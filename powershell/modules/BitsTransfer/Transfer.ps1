# Files over HTTP, as BITS fetches them.

function New-BitsError {
    # A plain Exception without a target, as the cmdlet writes it; the name of the COMException is in the id alone.
    param([string]$Message)
    $id = 'StartBitsTransferCOMException,Microsoft.BackgroundIntelligentTransfer.Management.NewBitsTransferCommand'
    [Management.Automation.ErrorRecord]::new([Exception]::new($Message), $id, 'InvalidOperation', $null)
}

function Get-HttpMessage {
    # BITS' words for an HTTP status.
    param([int]$Status)
    $words = @{
        401 = 'The requested resource requires user authentication.'
        403 = 'The client does not have sufficient access rights to the requested server object.'
        404 = 'The requested URL does not exist on the server.'
        407 = 'Proxy authentication required.'
        500 = 'An unexpected condition prevented the server from fulfilling the request.'
        503 = 'The service is temporarily overloaded.'
    }[$Status]
    if (-not $words) { $words = 'The request was not fulfilled by the server.' }
    "HTTP status ${Status}: $words"
}

function Get-TransportError {
    # BITS' words and code for what kept HttpClient from an answer.
    param([Exception]$Exception)
    $text = ''
    for ($one = $Exception; $one; $one = $one.InnerException) {
        if ($one -is [Net.Sockets.SocketException] -and $one.SocketErrorCode -in 'HostNotFound', 'NoData', 'TryAgain') {
            return @{ message = 'The server name or address could not be resolved'; code = 0x80072EE7 }
        }
        if ($one -is [Security.Authentication.AuthenticationException]) {
            return @{ message = 'A security error occurred'; code = 0x80072F8F }
        }
        if ($one -is [OperationCanceledException]) { return @{ message = 'The operation timed out'; code = 0x80072EE2 } }
        $text = $one.Message
    }
    if ($text -match 'not known|no such host|Nonauthoritative|unknown') {
        return @{ message = 'The server name or address could not be resolved'; code = 0x80072EE7 }
    }
    @{ message = 'A connection with the server could not be established'; code = 0x80072EFD }
}

function Get-BitsClient {
    param([pscredential]$Credential, [string[]]$Header)
    $handler = [Net.Http.HttpClientHandler]::new()
    $handler.AutomaticDecompression = 'None'
    if ($Credential) { $handler.Credentials = $Credential.GetNetworkCredential() }
    $client = [Net.Http.HttpClient]::new($handler)
    $client.Timeout = [timespan]::FromMinutes(30)
    $null = $client.DefaultRequestHeaders.UserAgent.TryParseAdd('Microsoft BITS/7.8')
    foreach ($line in $Header) {
        $name, $value = $line -split ':', 2
        $null = $client.DefaultRequestHeaders.TryAddWithoutValidation($name.Trim(), ([string]$value).Trim())
    }
    $client
}

function Copy-BitsFile {
    # Fetches one file to $Path. Answers $null, or what went wrong: message and code.
    param([Net.Http.HttpClient]$Client, [string]$Source, [string]$Path)
    if ($Source -notmatch '^https?://') {
        $from = $Source -replace '^file:///?', ''
        if (-not [IO.File]::Exists($from)) {
            return @{ message = 'The system cannot find the file specified. '; code = 0x80070002 }
        }
        [IO.File]::Copy($from, $Path, $true)
        return
    }
    $response = $null
    try {
        $head = $Client.SendAsync([Net.Http.HttpRequestMessage]::new('HEAD', $Source)).GetAwaiter().GetResult()
        $status = [int]$head.StatusCode
        if ($status -ge 400) { return @{ message = Get-HttpMessage $status; code = 0x80190000 + $status } }
        if ($null -eq $head.Content.Headers.ContentLength) {
            $text = 'The server does not support the necessary HTTP protocol. Background Intelligent Transfer Service (BITS) ' +
                'requires that the server support the Range protocol header.'
            return @{ message = $text; code = 0x80200013 }
        }
        $response = $Client.GetAsync($Source, [Net.Http.HttpCompletionOption]::ResponseHeadersRead).GetAwaiter().GetResult()
        $status = [int]$response.StatusCode
        if ($status -ge 400) { return @{ message = Get-HttpMessage $status; code = 0x80190000 + $status } }
        $file = [IO.File]::Create($Path)
        try { $null = $response.Content.CopyToAsync($file).GetAwaiter().GetResult() } finally { $file.Dispose() }
    } catch {
        [IO.File]::Delete($Path)
        Get-TransportError $_.Exception
    } finally { if ($response) { $response.Dispose() } }
}

function Resolve-BitsTarget {
    # The file that a source becomes.
    param($Session, [string]$Source, [string]$Destination)
    $target = $Session.Path.CurrentFileSystemLocation.ProviderPath
    if ($Destination) { $target = $Session.Path.GetUnresolvedProviderPathFromPSPath($Destination) }
    if ([IO.Directory]::Exists($target)) {
        $leaf = [IO.Path]::GetFileName($Source)
        if ($Source -match '^https?://') { $leaf = [Uri]::UnescapeDataString(([Uri]$Source).Segments[-1]) }
        $target = [IO.Path]::Combine($target, $leaf.Trim('/'))
    }
    $target
}
