$ErrorActionPreference = 'Stop'
$os = Get-CimInstance -ClassName Win32_OperatingSystem
$system = Get-WmiObject -Class Win32_ComputerSystem
Write-Host "os=$($os.Caption) $($os.Version) type=$($os.ProductType)"
$gigabyte = 1073741824
$memory = [Math]::Round($system.TotalPhysicalMemory / $gigabyte)
Write-Host "machine=$($system.Manufacturer) $($system.Model) $memory GiB"
foreach ($disk in Get-CimInstance -Query "SELECT * FROM Win32_LogicalDisk WHERE DriveType = 3") {
    $free = [Math]::Round($disk.FreeSpace / $gigabyte)
    $size = [Math]::Round($disk.Size / $gigabyte)
    Write-Host "volume=$($disk.DeviceID) $($disk.VolumeName) $free of $size"
}
foreach ($fix in Get-HotFix) { Write-Host "fix=$($fix.HotFixID)" }
Write-Host "user=$($system.UserName)"
