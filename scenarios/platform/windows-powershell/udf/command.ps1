$ErrorActionPreference = 'Stop'
$key = 'HKLM:\SOFTWARE\CentraStage'
$name = "Custom$env:usrUDF"
switch ($env:usrWay) {
    'set' { Set-ItemProperty -Path $key -Name $name -Value $env:usrValue }
    'new' { $null = New-ItemProperty -Path $key -Name $name -Value $env:usrValue -PropertyType String -Force }
    'net' { [Microsoft.Win32.Registry]::SetValue('HKEY_LOCAL_MACHINE\SOFTWARE\CentraStage', $name, $env:usrValue, 'String') }
    'reg' { & reg.exe add 'HKLM\SOFTWARE\CentraStage' /v $name /t REG_SZ /d $env:usrValue /f | Out-Null }
    'view-32' {
        $machine = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry32')
        $open = $machine.CreateSubKey('SOFTWARE\CentraStage')
        $open.SetValue($name, $env:usrValue, 'String')
        $open.Dispose()
    }
    'clear' { Set-ItemProperty -Path $key -Name $name -Value '' }
    default { throw "no such way: $env:usrWay" }
}
