# Events in the store.

function Get-DeviceName { [Environment]::MachineName }

function Get-EventTime {
    # When an event was written, in UTC.
    param($Row)
    $time = $Row['time']
    if ($time -is [datetime]) { return $time.ToUniversalTime() }
    if ($null -eq $time) { return [datetime]::new(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc) }
    $text = [string]$time -replace '(\.\d{7})\d+', '$1'
    [datetime]::Parse($text, [cultureinfo]::InvariantCulture, [Globalization.DateTimeStyles]::RoundtripKind).ToUniversalTime()
}

function Get-EventType {
    # EventLogEntryType of an event, by its level where its type is none of these.
    param($Row)
    $type = [string]$Row['type']
    if ($type -in 'Error', 'Warning', 'Information', 'SuccessAudit', 'FailureAudit') { return $type }
    $level = Get-EventLevel $Row
    if ($level -in 1, 2) { 'Error' } elseif ($level -eq 3) { 'Warning' } else { 'Information' }
}

function Get-EventLevel {
    # Level of an event, by its type where it has none.
    param($Row)
    if ($null -ne $Row['level']) { return [int]$Row['level'] }
    $level = @{ Critical = 1; Error = 2; Warning = 3; Verbose = 5; SuccessAudit = 0; FailureAudit = 0 }[[string]$Row['type']]
    if ($null -eq $level) { 4 } else { $level }
}

function Get-EventKeyword {
    # Keywords as Windows gives them, a signed 64-bit number: "Classic" unless it is an audit or says its own.
    param($Row)
    $own = $Row['keywords']
    if ($null -eq $own) {
        $type = Get-EventType $Row
        if ($type -eq 'SuccessAudit') { return [int64]-9214364837600034816 }
        if ($type -eq 'FailureAudit') { return [int64]-9218868437227405312 }
        return [int64]36028797018963968
    }
    if ($own -lt 0) { return [int64]$own }
    [BitConverter]::ToInt64([BitConverter]::GetBytes([uint64]$own), 0)
}

function Get-EventValue {
    # The replacement strings of an event, in order.
    param($Row)
    $data = $Row['data']
    if ($null -eq $data) { return }
    if ($data -is [Collections.IDictionary]) { $data.Values } else { $data }
}

function Get-StoredEvent {
    # Every event of the device, oldest first, each with its time as [datetime]; what was cleared is gone.
    $cleared = @{}
    $kept = [Collections.Generic.List[object]]::new()
    foreach ($row in Invoke-Device -Ask list -Name events) {
        if ($null -eq $row) { continue }
        if ($row['cleared']) { $cleared[[string]$row['log']] = [int64]$row['recordId']; continue }
        $row['time'] = Get-EventTime $row
        $kept.Add($row)
    }
    $kept | Where-Object {
        $last = $cleared[[string]$_['log']]
        $null -eq $last -or [int64]$_['recordId'] -gt $last
    } | Sort-Object { $_['time'] }, { [int64]$_['recordId'] }
}

function Get-LastRecordId {
    # The highest record number that a log ever had.
    param([string]$LogName)
    $last = [int64]0
    foreach ($row in Invoke-Device -Ask list -Name events) {
        if ($null -ne $row -and $row['log'] -eq $LogName -and [int64]$row['recordId'] -gt $last) { $last = [int64]$row['recordId'] }
    }
    $last
}

function Add-StoredEvent {
    # Writes an event under the next number of its log; a number that another program took meanwhile is left to it.
    param([Collections.IDictionary]$Row)
    $Row['time'] = [datetime]::UtcNow.ToString('o', [cultureinfo]::InvariantCulture)
    $number = Get-LastRecordId $Row['log']
    do {
        $number++
        $Row['recordId'] = $number
        $key = '{0}|{1}' -f $Row['log'], $number
        $answer = Invoke-Device -Ask put -Name events -Key $key -Value $Row -Expected $null
    } until ($answer.Done)
}

function Clear-StoredLog {
    # Takes a log's events away; its numbers go on from the last.
    param([string]$LogName)
    $last = Get-LastRecordId $LogName
    foreach ($row in @(Invoke-Device -Ask list -Name events)) {
        if ($null -eq $row -or $row['cleared'] -or $row['log'] -ne $LogName -or [int64]$row['recordId'] -gt $last) { continue }
        $null = Invoke-Device -Ask remove -Name events -Key ('{0}|{1}' -f $row['log'], $row['recordId'])
    }
    Invoke-Device -Ask put -Name events -Key "cleared|$LogName" -Value @{ log = $LogName; cleared = $true; recordId = $last }
}
