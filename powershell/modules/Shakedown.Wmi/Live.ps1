# Rows that are read from the device as it is now: processes, services, products, environment, what starts with Windows.

$script:Source['Win32_Process'] = {
    $computer = Get-FactValue computerSystem Name
    $system = Get-FactValue os Name
    $version = Get-FactValue os Version
    foreach ($process in [Diagnostics.Process]::GetProcesses()) {
        if ($process.Id -eq 0) { continue }
        $detail = Get-ProcessDetail $process
        $path = try { $process.MainModule.FileName } catch { $null }
        $name = if ($path) { [IO.Path]::GetFileName($path) } else { $process.ProcessName }
        @{
            Handle = "$($process.Id)"; ProcessId = $process.Id; Name = $name; Caption = $name; Description = $name
            ExecutablePath = $path; CommandLine = $detail.CommandLine; ParentProcessId = $detail.ParentProcessId
            CreationDate = try { $process.StartTime } catch { $null }
            CSName = $computer; OSName = $system; WindowsVersion = $version; SessionId = $process.SessionId
            ThreadCount = $process.Threads.Count; HandleCount = $process.HandleCount; Priority = $process.BasePriority
            WorkingSetSize = $process.WorkingSet64; PrivatePageCount = $process.PrivateMemorySize64
            VirtualSize = $process.VirtualMemorySize64; PeakWorkingSetSize = $process.PeakWorkingSet64 / 1024
            PageFileUsage = $process.PagedMemorySize64 / 1024
            KernelModeTime = try { $process.PrivilegedProcessorTime.Ticks } catch { 0 }
            UserModeTime = try { $process.UserProcessorTime.Ticks } catch { 0 }
        }
    }
}

$script:Source['Win32_Service'] = {
    $computer = Get-FactValue computerSystem Name
    foreach ($service in [ServiceProcess.ServiceController]::GetServices()) {
        $values = @{}
        $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey("SYSTEM\CurrentControlSet\Services\$($service.ServiceName)")
        if ($key) {
            foreach ($name in 'Description', 'ImagePath', 'ObjectName', 'DelayedAutostart') { $values[$name] = $key.GetValue($name) }
            $key.Dispose()
        }
        $type = [int]$service.ServiceType
        $state = "$($service.Status)"
        $start = "$($service.StartType)"
        @{
            Name = $service.ServiceName; DisplayName = $service.DisplayName; Caption = $service.DisplayName
            Description = $values.Description; PathName = $values.ImagePath; StartName = $values.ObjectName
            StartMode = if ($start -eq 'Automatic') { 'Auto' } else { $start }; DelayedAutoStart = [bool]$values.DelayedAutostart
            State = $state -creplace '(?<=[a-z])(?=[A-Z])', ' '; Started = $state -eq 'Running'; ProcessId = Get-ServiceProcessId $service
            # SERVICE_WIN32_OWN_PROCESS 0x10, SERVICE_WIN32_SHARE_PROCESS 0x20, SERVICE_INTERACTIVE_PROCESS 0x100.
            ServiceType = if ($type -band 0x10) { 'Own Process' } elseif ($type -band 0x20) { 'Share Process' } else { 'Unknown' }
            DesktopInteract = [bool]($type -band 0x100); AcceptStop = $service.CanStop; AcceptPause = $service.CanPauseAndContinue
            ExitCode = 0; SystemName = $computer
        }
    }
}

$script:Source['Win32_Product'] = {
    foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        $root = "HKLM:\$view\Microsoft\Windows\CurrentVersion\Uninstall"
        foreach ($key in Get-ChildItem -LiteralPath $root -ErrorAction Ignore) {
            $code = $key.PSChildName
            if ($code -notmatch '^\{[0-9a-f-]{36}\}$' -or $key.GetValue('WindowsInstaller') -ne 1) { continue }
            $name = $key.GetValue('DisplayName')
            @{
                IdentifyingNumber = $code; Name = $name; Caption = $name; Description = $name; Version = $key.GetValue('DisplayVersion')
                Vendor = $key.GetValue('Publisher'); InstallDate = $key.GetValue('InstallDate'); Language = $key.GetValue('Language')
                InstallLocation = $key.GetValue('InstallLocation'); InstallSource = $key.GetValue('InstallSource')
                LocalPackage = $key.GetValue('LocalPackage'); URLInfoAbout = $key.GetValue('URLInfoAbout')
            }
        }
    }
}

$script:Source['Win32_Environment'] = {
    foreach ($entry in [Environment]::GetEnvironmentVariables('Machine').GetEnumerator()) {
        $id = "<SYSTEM>\$($entry.Key)"
        @{ Name = $entry.Key; VariableValue = $entry.Value; Caption = $id; Description = $id }
    }
}

$script:Source['Win32_StartupCommand'] = {
    foreach ($view in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        $place = "$view\Microsoft\Windows\CurrentVersion\Run"
        $run = Get-Item -LiteralPath "HKLM:\$place" -ErrorAction Ignore
        foreach ($name in $run.Property) {
            @{
                Name = $name; Caption = $name; Description = $name; SettingID = $name; Command = $run.GetValue($name); User = 'Public'
                Location = "HKLM\$place"
            }
        }
    }
}
