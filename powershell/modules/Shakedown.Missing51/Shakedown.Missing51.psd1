@{
    RootModule = 'Shakedown.Missing51.psm1'
    ModuleVersion = '1.0.0'
    GUID = 'b41d7a52-90e6-4f0d-8d0c-1e5a7c3f9d64'
    FunctionsToExport = @(
        'Add-PSSnapin', 'Get-PSSnapin', 'Remove-PSSnapin', 'Export-Console', 'Get-ControlPanelItem', 'Show-ControlPanelItem'
        'Start-Transaction', 'Get-Transaction', 'Use-Transaction', 'Complete-Transaction', 'Undo-Transaction'
        'ConvertFrom-String', 'Convert-String', 'Export-Counter', 'Import-Counter', 'New-WebServiceProxy', 'Suspend-Job'
        'Resume-Job'
    )
    CmdletsToExport = @()
    AliasesToExport = @()
    VariablesToExport = @()
}
