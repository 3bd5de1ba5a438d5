# Rows of users, groups, shares and printers: what LocalAccounts, SmbShare and PrintManagement read and change.

$script:Source['Win32_UserAccount'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($user in Get-Borrowed Get-LocalUser) {
        @{
            Name = $user.Name; SID = "$($user.SID)"; Disabled = -not $user.Enabled; Domain = $name; FullName = $user.FullName
            Caption = "$name\$($user.Name)"; Description = $user.Description; PasswordRequired = $user.PasswordRequired
            PasswordChangeable = $user.UserMayChangePassword; PasswordExpires = $null -ne $user.PasswordExpires
            Status = if ($user.Enabled) { 'OK' } else { 'Degraded' }
        }
    }
}

$script:Source['Win32_Group'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($group in Get-Borrowed Get-LocalGroup) {
        @{
            Name = $group.Name; SID = "$($group.SID)"; Domain = $name; Caption = "$name\$($group.Name)"; Description = $group.Description
        }
    }
}

$script:Source['Win32_Share'] = {
    foreach ($share in Get-DeviceTable -Name smbShares -Key Name) {
        # STYPE_DISKTREE 0, STYPE_IPC 3, STYPE_SPECIAL 0x80000000 (Microsoft Learn, NetShareEnum).
        $type = if ($share.ShareType -eq 'InterprocessCommunication') { 3 } else { 0 }
        if ($share.Special) { $type += 2147483648 }
        @{ Name = $share.Name; Path = $share.Path; Caption = $share.Description; Description = $share.Description; Type = $type }
    }
}

$script:Source['Win32_Printer'] = {
    $name = Get-FactValue computerSystem Name
    $jobs = @(Get-DeviceTable -Name printJobs -Key Id)
    foreach ($printer in Get-DeviceTable -Name printers -Key Name) {
        $local = $printer.Type -ne 'Connection'
        $offline = $printer.PrinterStatus -in 'Offline', 'Error'
        # Bits of Attributes: shared 8, network 16, local 64 (Microsoft Learn, Win32_Printer).
        $bits = if ($local) { 64 } else { 16 }
        if ($printer.Shared) { $bits += 8 }
        @{
            Name = $printer.Name; DeviceID = $printer.Name; Caption = $printer.Name; DriverName = $printer.DriverName
            PortName = $printer.PortName; Default = [bool]$printer.Default; Local = $local; Network = -not $local; Attributes = $bits
            Shared = $printer.Shared; ShareName = $printer.ShareName; Published = $printer.Published; Location = $printer.Location
            Comment = $printer.Comment; PrintProcessor = $printer.PrintProcessor; PrintJobDataType = $printer.Datatype
            # 3 idle, 7 offline (Microsoft Learn, Win32_Printer).
            PrinterStatus = if ($offline) { 7 } else { 3 }; WorkOffline = $offline; SystemName = $name
            Status = if ($offline) { 'Error' } else { 'OK' }
            JobCountSinceLastReset = @($jobs | Where-Object { $_.PrinterName -eq $printer.Name }).Count
        }
    }
}

$script:Source['Win32_PrintJob'] = {
    foreach ($job in Get-DeviceTable -Name printJobs -Key Id) {
        $id = "$($job.PrinterName), $($job.Id)"
        @{
            Name = $id; Caption = $id; Description = $id; JobId = $job.Id; Document = $job.DocumentName; Owner = $job.UserName
            JobStatus = $job.JobStatus; Size = $job.Size; TotalPages = $job.TotalPages; PagesPrinted = $job.PagesPrinted; Status = 'OK'
            TimeSubmitted = $job.SubmittedTime
        }
    }
}

$script:Source['Win32_TerminalServiceSetting'] = {
    # The value that the class reads and SetAllowTSConnections writes.
    $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SYSTEM\CurrentControlSet\Control\Terminal Server')
    $denied = if ($key) { [int]$key.GetValue('fDenyTSConnections', 1) } else { 1 }
    @{ ServerName = Get-FactValue computerSystem Name; TerminalServerMode = 0; AllowTSConnections = 1 - $denied; LicensingType = 5 }
}
