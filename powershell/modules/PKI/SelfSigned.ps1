# New-SelfSignedCertificate. .NET's CreateSelfSigned makes its key by CNG, which Wine 10 cannot tie to a certificate; a key of a CSP can be
# tied by its container's name. Where that fails too, the command is refused by name.

function New-MachineKey {
    <#
    .SYNOPSIS
    An RSA key in a new container of the machine or the user.
    #>
    param([int]$Length, [bool]$Machine, [bool]$Exportable)
    # 24 is PROV_RSA_AES, which signs with SHA-256.
    $provider = 'Microsoft Enhanced RSA and AES Cryptographic Provider'
    $parameters = [Security.Cryptography.CspParameters]::new(24, $provider, [guid]::NewGuid().ToString())
    $parameters.KeyNumber = 1
    $names = @('NoFlags')
    if ($Machine) { $names += 'UseMachineKeyStore' }
    if (-not $Exportable) { $names += 'UseNonExportableKey' }
    $parameters.Flags = [Security.Cryptography.CspProviderFlags]($names -join ', ')
    $key = [Security.Cryptography.RSACryptoServiceProvider]::new($Length, $parameters)
    $key.PersistKeyInCsp = $true
    $key
}

function New-SignedRequest {
    <#
    .SYNOPSIS
    A certificate that a key signs for itself, with the key.
    #>
    param($Key, [string]$Subject, [string[]]$DnsName, [string]$Hash, [string]$Type, [datetime]$From, [datetime]$To)
    $name = [Security.Cryptography.X509Certificates.X500DistinguishedName]::new($Subject)
    $algorithm = [Security.Cryptography.HashAlgorithmName]::new($Hash)
    $padding = [Security.Cryptography.RSASignaturePadding]::Pkcs1
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new($name, $Key, $algorithm, $padding)
    if ($DnsName) {
        $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        foreach ($one in $DnsName) { $names.AddDnsName($one) }
        $request.CertificateExtensions.Add($names.Build($false))
    }
    $usage = 'DigitalSignature, KeyEncipherment'
    $purposes = [Security.Cryptography.OidCollection]::new()
    if ($Type -eq 'CodeSigningCert') {
        $usage = 'DigitalSignature'
        $null = $purposes.Add([Security.Cryptography.Oid]::new('1.3.6.1.5.5.7.3.3'))
    } else {
        foreach ($oid in '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1') { $null = $purposes.Add([Security.Cryptography.Oid]::new($oid)) }
    }
    $flags = [Security.Cryptography.X509Certificates.X509KeyUsageFlags]$usage
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509KeyUsageExtension]::new($flags, $true))
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($purposes, $false))
    $serial = [byte[]]::new(16)
    [Security.Cryptography.RandomNumberGenerator]::Fill($serial)
    # A serial number is positive.
    $serial[0] = $serial[0] -band 127
    $signer = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForRSA($Key, $padding)
    $bare = $request.Create($name, $signer, [DateTimeOffset]$From, [DateTimeOffset]$To, $serial)
    [Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey($bare, $Key)
}

function New-SelfSignedCertificate {
    <#
    .SYNOPSIS
    Makes a certificate that signs itself, with an RSA key; other keys and -Signer are refused by name.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][string[]]$DnsName,
        [string]$Subject,
        [string]$CertStoreLocation = 'Cert:\LocalMachine\My',
        [datetime]$NotAfter = [datetime]::Now.AddYears(1),
        [datetime]$NotBefore = [datetime]::Now.AddMinutes(-10),
        [string]$FriendlyName,
        [int]$KeyLength = 2048,
        [string]$KeyAlgorithm = 'RSA',
        [string]$HashAlgorithm = 'SHA256',
        [string]$KeyExportPolicy = 'ExportableEncrypted',
        [string]$KeySpec,
        [string[]]$KeyUsage,
        [string]$Type = 'SSLServerAuthentication',
        [string]$Provider,
        [string[]]$TextExtension,
        $Signer
    )
    foreach ($option in 'Signer', 'TextExtension', 'KeyUsage') {
        if ($PSBoundParameters.ContainsKey($option)) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "-$option" }
    }
    if ($KeyAlgorithm -ne 'RSA') { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "-KeyAlgorithm $KeyAlgorithm" }
    $title = $Subject
    if (-not $title -and $DnsName) { $title = $DnsName[0] }
    if (-not $title) { $title = [Environment]::MachineName }
    # A subject without an attribute is a common name, as on Windows.
    if ($title -notmatch '=') { $title = "CN=$title" }
    if (-not $PSCmdlet.ShouldProcess($title)) { return }
    $machine = $CertStoreLocation -like '*LocalMachine*'
    try {
        $key = New-MachineKey $KeyLength $machine ($KeyExportPolicy -ne 'NonExportable')
        $made = New-SignedRequest $key $title $DnsName $HashAlgorithm $Type $NotBefore $NotAfter
    } catch {
        $why = $_.Exception.GetBaseException().Message
        Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "Wine cannot tie a new private key to a certificate ($why)"
    }
    if ($FriendlyName) { $made.FriendlyName = $FriendlyName }
    $store = Open-CertificateStore $PSCmdlet $CertStoreLocation
    try { $store.Add($made) } finally { $store.Close() }
    $made
}
