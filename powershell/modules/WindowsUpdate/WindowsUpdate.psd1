@{
    RootModule = 'WindowsUpdate.psm1'
    ModuleVersion = '1.0.0.0'
    GUID = 'fa8c5e02-9b7c-4b2d-8f0a-5c1d7e0a4b61'
    CompanyName = 'Shakedown'
    Description = 'WindowsUpdate as on Windows, refused by name'
    FunctionsToExport = @('Get-WindowsUpdateLog')
    CmdletsToExport = @()
    AliasesToExport = @()
    VariablesToExport = @()
}
