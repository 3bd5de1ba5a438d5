$ErrorActionPreference = 'Stop'
foreach ($class in 'Win32_OperatingSystem', 'Win32_ComputerSystem', 'Win32_BIOS') {
    $new = Get-CimInstance -ClassName $class
    $old = Get-WmiObject -Class $class
    foreach ($name in 'Caption', 'Manufacturer', 'Version', 'BuildNumber', 'ProductType', 'Model', 'SerialNumber', 'SMBIOSBIOSVersion') {
        if (-not $new.PSObject.Properties[$name]) { continue }
        Write-Host "$class.$name is the same: $($new.$name -eq $old.$name)"
    }
}
$build = (Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion').CurrentBuildNumber
Write-Host "the registry's build is the same: $((Get-CimInstance Win32_OperatingSystem).BuildNumber -eq $build)"
Write-Host "the name is the same: $((Get-WmiObject Win32_ComputerSystem).Name -eq $env:COMPUTERNAME)"
Write-Host "boot is a date: $((Get-CimInstance Win32_OperatingSystem).LastBootUpTime -is [datetime])"
Write-Host "boot is a text: $((Get-WmiObject Win32_OperatingSystem).LastBootUpTime -is [string])"
$disk = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID = 'C:'"
Write-Host "C: has room: $($disk.Size -gt $disk.FreeSpace -and $disk.DriveType -eq 3)"
try {
    $null = Get-CimInstance -ClassName Win32_NoSuchClass
} catch {
    Write-Host "no such class: $($_.Exception.Message.Trim())"
}
