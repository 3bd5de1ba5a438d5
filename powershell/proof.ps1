# Proves a layer on a device: PowerShell prints, writes the registry, asks WMI, is as 5.1 in what the hook changes, and ends with 1603.
# Run as the Agent runs a component: powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File proof.ps1
# A line `right NAME` or `wrong NAME: ...` for each point. All right: the last line is `proved` and the exit code 1603; else 1.
# Nothing may stand on stderr: whatever the hook could not change is said there, and setup takes it for a failure.
$ErrorActionPreference = 'Stop'
$script:wrong = 0
$folder = Join-Path ([IO.Path]::GetTempPath()) 'shakedown-proof'
$null = New-Item -ItemType Directory -Path $folder -Force

function Test-Point {
    <#
    .SYNOPSIS
    Runs a block and compares what it gives with what it must give, as texts.
    #>
    param([string]$Name, [string]$Expected, [scriptblock]$Block)
    try { $found = [string](& $Block) } catch { $found = "error: $($_.Exception.Message)" }
    if ($found -ceq $Expected) { "right $Name"; return }
    $script:wrong++
    "wrong ${Name}: '$found' in the place of '$Expected'"
}

function Get-Byte {
    <#
    .SYNOPSIS
    The bytes of a file in hexadecimal.
    #>
    param([string]$Path)
    [BitConverter]::ToString([IO.File]::ReadAllBytes($Path))
}

"engine $([psobject].Assembly.GetName().Version)"

# The device.
Test-Point 'registry' 'written and read' {
    $key = 'HKLM:\SOFTWARE\Shakedown\Proof'
    $null = New-Item -Path $key -Force
    Set-ItemProperty -Path $key -Name PowerShell -Value 'written and read'
    (Get-ItemProperty -Path $key).PowerShell
}
Test-Point 'registry, seen by another program' 'True' {
    ((reg.exe query HKLM\SOFTWARE\Shakedown\Proof /v PowerShell) -join ' ') -like '*written and read*'
}
Test-Point 'CIM' 'True' { (Get-CimInstance -ClassName Win32_OperatingSystem).Caption -like '*Windows*' }
Test-Point 'WMI' 'True' { [string]::IsNullOrEmpty((Get-WmiObject -Class Win32_ComputerSystem).Name) -eq $false }

# The layer: types that were compiled, commands that gave way, commands that are newer.
Test-Point 'types of modules' 'LocalUser' { Import-Module Shakedown.Rows; ([type]'Microsoft.PowerShell.Commands.LocalUser').Name }
Test-Point 'Restart-Computer gives way' 'Shakedown.Computer' { (Get-Command Restart-Computer).ModuleName }
Test-Point 'Get-WinEvent gives way' 'Shakedown.EventLog' { (Get-Command Get-WinEvent).ModuleName }
Test-Point 'Join-String is not there' '' { Get-Command Join-String -ErrorAction SilentlyContinue }

# The hook: one point for each of its changes.
Test-Point '$PSVersionTable' '5 1 Desktop' { $v = $PSVersionTable; "$($v.PSVersion.Major) $($v.PSVersion.Minor) $($v.PSEdition)" }
Test-Point 'variables' 'NormalView us-ascii False' { "$ErrorView $($OutputEncoding.WebName) $(Test-Path variable:IsWindows)" }
Test-Point 'aliases' 'Set-Content Invoke-WebRequest' { "$((Get-Command sc).Definition) $((Get-Command curl).Definition)" }
Test-Point 'redirection is UTF-16' 'FF-FE-61-00-0D-00-0A-00' { 'a' > "$folder\1"; Get-Byte "$folder\1" }
Test-Point 'Set-Content is ANSI' 'E9-0D-0A' { Set-Content "$folder\2" ([char]233); Get-Byte "$folder\2" }
Test-Point '-Encoding utf8 has a BOM' 'EF-BB-BF-C3-A9-0D-0A' { [char]233 | Out-File "$folder\3" -Encoding utf8; Get-Byte "$folder\3" }
Test-Point '-Encoding Byte' '01-FF' { Set-Content "$folder\4" ([byte[]](1, 255)) -Encoding Byte; Get-Byte "$folder\4" }
Test-Point 'Export-Csv' '#TYPE System.Management.Automation.PSCustomObject' {
    [pscustomobject]@{ a = 1 } | Export-Csv "$folder\5"; (Get-Content "$folder\5")[0]
}
Test-Point 'a script in ANSI' '233' {
    [IO.File]::WriteAllBytes("$folder\6.ps1", [byte[]](0x5B, 0x69, 0x6E, 0x74, 0x5D, 0x5B, 0x63, 0x68, 0x61, 0x72, 0x5D, 0x27, 0xE9, 0x27))
    & "$folder\6.ps1"
}
Test-Point 'ConvertFrom-Json' 'Int32 Decimal String 1' {
    $o = '{"a":1,"b":1.50,"c":"2020-01-01T00:00:00Z"}' | ConvertFrom-Json
    $types = ('a', 'b', 'c' | ForEach-Object { $o.$_.GetType().Name }) -join ' '
    "$types $(('[1,2]' | ConvertFrom-Json | Measure-Object).Count)"
}
Test-Point 'ConvertTo-Json' "{`r`n    `"a`":  1`r`n}" { @{ a = 1 } | ConvertTo-Json }
Test-Point 'errors of the web' 'System.Net.WebException' {
    try { Invoke-WebRequest -Uri 'http://127.0.0.1:1/' -UseBasicParsing } catch { $_.Exception.GetType().FullName }
}
Test-Point 'layout of errors' 'True' {
    $text = & { $ErrorActionPreference = 'Continue'; Get-Item "$folder\not there" 2>&1 } | Out-String
    $text -like 'Get-Item : Cannot find path *' -and $text -like '*    + CategoryInfo          : ObjectNotFound:*'
}
Test-Point 'wording of errors' 'True' {
    $words = '*is not recognized as the name of a cmdlet, function, script file, or operable program.*'
    try { No-SuchCommand } catch { $_.Exception.Message -like $words }
}
Test-Point 'a process of its own says nothing on stderr' '0' {
    # By its whole path: setup starts this with a PATH that has no folder of PowerShell's.
    cmd.exe /c "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe -NoProfile -Command exit 0 2>`"$folder\7`""
    (Get-Item "$folder\7").Length
}

Remove-Item -LiteralPath $folder -Recurse -Force
if ($script:wrong) { exit 1 }
'proved'
exit 1603
