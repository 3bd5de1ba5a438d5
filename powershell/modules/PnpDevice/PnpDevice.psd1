@{
    RootModule = 'PnpDevice.psm1'
    ModuleVersion = '1.0.0.0'
    GUID = '2e5c8d44-3f0b-4b0e-9a53-7a6c1d5f8e21'
    FunctionsToExport = @('Get-PnpDevice', 'Get-PnpDeviceProperty', 'Enable-PnpDevice', 'Disable-PnpDevice')
    CmdletsToExport = @()
    AliasesToExport = @()
    VariablesToExport = @()
}
