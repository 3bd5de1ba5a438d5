# Events as Get-WinEvent gives them, and as XML.

function ConvertTo-XmlText {
    # Text within XML; characters that XML has not are left out.
    param($Value)
    [Security.SecurityElement]::Escape(([string]$Value -replace '[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]', ''))
}

function ConvertTo-EventXml {
    # The event as XML. With -Plain as filters look at it: without namespace, with numbers that they compare, and for each mask the
    # bits that Keywords has of it.
    param([Collections.IDictionary]$Row, [switch]$Plain, [uint64[]]$Mask)
    $computer = if ($Row['computer']) { $Row['computer'] } else { Get-DeviceName }
    $time = $Row['time']
    $stamp = $time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", [cultureinfo]::InvariantCulture)
    $keyword = Get-EventKeyword $Row
    $namespace = " xmlns='$script:eventNamespace'"
    $numbers = ''
    $bits = ''
    if ($Plain) {
        $namespace = ''
        $age = [int64]([datetime]::UtcNow - $time).TotalMilliseconds
        $numbers = " TimeDiff='$age' TimeNumber='$([int64][Math]::Floor($time.Ticks / 10000))'"
        foreach ($one in $Mask) {
            $signed = [BitConverter]::ToInt64([BitConverter]::GetBytes($one), 0)
            $common = $keyword -band $signed
            if ($common) { $bits += " Band$one='$common'" }
        }
    }
    $values = $Row['data']
    $data = if ($values -is [Collections.IDictionary]) {
        foreach ($name in $values.Keys) { "<Data Name='$(ConvertTo-XmlText $name)'>$(ConvertTo-XmlText $values[$name])</Data>" }
    } else {
        foreach ($value in $values) { if ($null -ne $value) { "<Data>$(ConvertTo-XmlText $value)</Data>" } }
    }
    $user = if ($Row['userId']) { " UserID='$(ConvertTo-XmlText $Row['userId'])'" }
    -join @(
        "<Event$namespace><System><Provider Name='$(ConvertTo-XmlText $Row['source'])'/>"
        "<EventID Qualifiers='$([int]$Row['qualifiers'])'>$([int]$Row['id'])</EventID><Version>$([int]$Row['version'])</Version>"
        "<Level>$(Get-EventLevel $Row)</Level><Task>$([int]$Row['category'])</Task><Opcode>$([int]$Row['opcode'])</Opcode>"
        "<Keywords$bits>$('0x{0:x}' -f $keyword)</Keywords><TimeCreated SystemTime='$stamp'$numbers/>"
        "<EventRecordID>$($Row['recordId'])</EventRecordID><Correlation/>"
        "<Execution ProcessID='$([int]$Row['processId'])' ThreadID='0'/><Channel>$(ConvertTo-XmlText $Row['log'])</Channel>"
        "<Computer>$(ConvertTo-XmlText $computer)</Computer><Security$user/></System><EventData>$(-join $data)</EventData></Event>"
    )
}

function Get-KeywordName {
    param([Collections.IDictionary]$Row)
    $name = @{ SuccessAudit = 'Audit Success'; FailureAudit = 'Audit Failure' }[(Get-EventType $Row)]
    if ($name) { $name } else { 'Classic' }
}

function ConvertTo-WinEvent {
    # What Get-WinEvent gives for a stored event.
    param([Collections.IDictionary]$Row)
    $level = Get-EventLevel $Row
    $values = foreach ($value in Get-EventValue $Row) {
        [pscustomobject]@{ PSTypeName = 'System.Diagnostics.Eventing.Reader.EventProperty'; Value = $value }
    }
    $computer = if ($Row['computer']) { [string]$Row['computer'] } else { Get-DeviceName }
    $user = if ($Row['userId']) { [Security.Principal.SecurityIdentifier]::new([string]$Row['userId']) }
    $record = [pscustomobject][ordered]@{
        PSTypeName = 'System.Diagnostics.Eventing.Reader.EventLogRecord'
        Message = [string]$Row['message']
        Id = [int]$Row['id']
        Version = [byte]$Row['version']
        Qualifiers = [int]$Row['qualifiers']
        Level = [byte]$level
        Task = [int]$Row['category']
        Opcode = [int16]$Row['opcode']
        Keywords = Get-EventKeyword $Row
        RecordId = [int64]$Row['recordId']
        ProviderName = [string]$Row['source']
        ProviderId = $null
        LogName = [string]$Row['log']
        ProcessId = [int]$Row['processId']
        ThreadId = 0
        MachineName = $computer
        UserId = $user
        TimeCreated = $Row['time'].ToLocalTime()
        ActivityId = $null
        RelatedActivityId = $null
        ContainerLog = [string]$Row['log']
        MatchedQueryIds = @()
        Bookmark = $null
        LevelDisplayName = $script:levelNames[$level]
        OpcodeDisplayName = 'Info'
        TaskDisplayName = $null
        KeywordsDisplayNames = @(Get-KeywordName $Row)
        Properties = @($values)
    }
    $record.PSObject.Members.Add([psnoteproperty]::new('SourceEvent', $Row))
    $record.PSObject.Members.Add([psscriptmethod]::new('ToXml', { ConvertTo-EventXml $this.SourceEvent }))
    $record.PSObject.Members.Add([psscriptmethod]::new('FormatDescription', { $this.Message }))
    $record.PSObject.Members.Add([psscriptmethod]::new('Dispose', { $null = $this }))
    $record
}
