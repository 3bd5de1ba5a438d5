$ErrorActionPreference = 'Stop'
# In Windows PowerShell a source that is registered already is an error.
New-EventLog -LogName Application -Source 'Shakedown Rehearsal' -ErrorAction SilentlyContinue
Write-EventLog -LogName Application -Source 'Shakedown Rehearsal' -EventId 26108 -EntryType Error -Message 'threat found: invoice.exe'
$entry = Get-EventLog -LogName Application -Source 'Shakedown Rehearsal' -Newest 1
Write-Host "by Get-EventLog: $($entry.EventID) $($entry.EntryType) $($entry.Message)"
$record = Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'Shakedown Rehearsal'; Id = 26108 } -MaxEvents 1
Write-Host "by Get-WinEvent: $($record.Id) level=$($record.Level)"
