# Installs one file. Replace this by your product's silent installer.
#
# Variables: usrFolder (string), where to install.
# Exit code: 0 installed; 1 usrFolder is no absolute path; 2 the installation failed.
# It runs in Windows PowerShell 5.1, as SYSTEM: nothing of PowerShell 7, and no HKCU of a user's.
# A job can answer no questions: give every program its silent switch, and no Read-Host.

# An error ends the script instead of being passed over.
$ErrorActionPreference = 'Stop'

$folder = $env:usrFolder

if ($folder -notmatch '^[A-Za-z]:\\') {
    [Console]::Error.WriteLine("usrFolder is not an absolute path: '$folder'")
    exit 1
}

try {
    $null = New-Item -ItemType Directory -Path $folder -Force
    Set-Content -LiteralPath (Join-Path $folder 'version') -Value 'version 1'

    # Start-Process tells an exit code only with -PassThru, and waits only with -Wait:
    #   $arguments = '/i', "`"$PSScriptRoot\product.msi`"", '/qn', '/norestart'
    #   $setup = Start-Process -FilePath msiexec.exe -ArgumentList $arguments -Wait -PassThru
    #   if (0, 3010 -notcontains $setup.ExitCode) { throw "msiexec ended with $($setup.ExitCode)" }
} catch {
    [Console]::Error.WriteLine("The installation into $folder failed: $($_.Exception.Message)")
    exit 2
}

Write-Host "Installed into $folder."
exit 0
