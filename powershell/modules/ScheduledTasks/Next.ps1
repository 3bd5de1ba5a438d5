# When a task starts next, by the triggers of its XML.

function ConvertFrom-XmlDuration {
    # Ticks of an ISO 8601 duration, or nothing.
    param([string]$Text)
    if (-not $Text) { return }
    try { [Xml.XmlConvert]::ToTimeSpan($Text).Ticks } catch { $null = $_ }
}

function Get-XmlMoment {
    # A moment in local time, or nothing.
    param($Node, [string]$Name)
    $moment = [datetime]::MinValue
    $text = [string](Get-XmlText $Node $Name)
    $style = [Globalization.DateTimeStyles]::None
    if ([datetime]::TryParse($text, [cultureinfo]::InvariantCulture, $style, [ref]$moment)) { $moment }
}

function Get-NextRepetition {
    # The first of a start and its repetitions that is after $Now, or nothing.
    param($Node, [datetime]$Start, [datetime]$Now)
    if ($Start -gt $Now) { return $Start }
    $repetition = Get-XmlChild $Node 'Repetition'
    $every = ConvertFrom-XmlDuration (Get-XmlText $repetition 'Interval')
    if (-not $every -or $every -le 0) { return }
    $times = [Math]::Floor([decimal]($Now - $Start).Ticks / $every) + 1
    $at = $Start.AddTicks([int64]($times * $every))
    $lasts = ConvertFrom-XmlDuration (Get-XmlText $repetition 'Duration')
    if ($null -eq $lasts -or $at.Ticks -le $Start.Ticks + $lasts) { $at }
}

function Test-XmlName {
    # Whether a list of empty elements holds a name; a list that is not there holds all.
    param($Node, [string]$List, [string]$Name)
    $all = Get-XmlChild $Node $List
    -not $all -or [bool](Get-XmlChild $all $Name)
}

function Test-XmlNumber {
    # Whether a list of numbers holds one; "Last" counts where $IsLast.
    param($Node, [string]$List, [int]$Number, [bool]$IsLast)
    $texts = @((Get-XmlChild $Node $List).ChildNodes | Where-Object { $_ } | ForEach-Object { $_.InnerText.Trim() })
    "$Number" -in $texts -or ($IsLast -and 'Last' -in $texts)
}

function Test-TriggerDay {
    # Whether a CalendarTrigger has the day that is so many days after its start.
    param($Node, [datetime]$Start, [int]$Day)
    $date = $Start.AddDays($Day)
    $month = [cultureinfo]::InvariantCulture.DateTimeFormat.GetMonthName($date.Month)
    $weekday = [string]$date.DayOfWeek
    $days = [datetime]::DaysInMonth($date.Year, $date.Month)
    $by = Get-XmlChild $Node 'ScheduleByDay'
    if ($by) { return $Day % [Math]::Max(1, [int](Get-XmlText $by 'DaysInterval' 1)) -eq 0 }
    $by = Get-XmlChild $Node 'ScheduleByWeek'
    if ($by) {
        $week = [int][Math]::Floor(($Day + [int]$Start.DayOfWeek) / 7)
        return $week % [Math]::Max(1, [int](Get-XmlText $by 'WeeksInterval' 1)) -eq 0 -and (Test-XmlName $by 'DaysOfWeek' $weekday)
    }
    $by = Get-XmlChild $Node 'ScheduleByMonth'
    if ($by) { return (Test-XmlNumber $by 'DaysOfMonth' $date.Day ($date.Day -eq $days)) -and (Test-XmlName $by 'Months' $month) }
    $by = Get-XmlChild $Node 'ScheduleByMonthDayOfWeek'
    if (-not $by) { return $false }
    $week = [int][Math]::Floor(($date.Day - 1) / 7) + 1
    (Test-XmlNumber $by 'Weeks' $week ($date.Day + 7 -gt $days)) -and (Test-XmlName $by 'DaysOfWeek' $weekday) -and
    (Test-XmlName $by 'Months' $month)
}

function Get-TriggerTime {
    # When one trigger starts its task next; nothing for one that waits for something else, and for the past.
    param([Xml.XmlElement]$Node, [datetime]$Now)
    $start = Get-XmlMoment $Node 'StartBoundary'
    if ($null -eq $start -or -not (Get-XmlFlag $Node 'Enabled' $true)) { return }
    $found = $null
    if ($Node.LocalName -eq 'TimeTrigger') { $found = Get-NextRepetition $Node $start $Now }
    if ($Node.LocalName -eq 'CalendarTrigger') {
        # Repetitions of the day before may reach into today.
        $passed = [int][Math]::Max(0, [Math]::Floor(($Now - $start).TotalDays) - 1)
        for ($day = $passed; $day -lt $passed + $script:farthest -and $null -eq $found; $day++) {
            if (Test-TriggerDay $Node $start $day) { $found = Get-NextRepetition $Node $start.AddDays($day) $Now }
        }
    }
    $end = Get-XmlMoment $Node 'EndBoundary'
    if ($null -ne $found -and ($null -eq $end -or $found -le $end)) { $found }
}

function Get-NextRunTime {
    # When the triggers start a stored task next, or nothing.
    param($Stored)
    $document = [Xml.XmlDocument]::new()
    $document.LoadXml(((Get-TaskXml $Stored) -replace '^\s*<\?xml[^>]*\?>', ''))
    $root = $document.DocumentElement
    if (-not (Get-XmlFlag (Get-XmlChild $root 'Settings') 'Enabled' $true)) { return }
    $now = [datetime]::Now
    $times = foreach ($node in (Get-XmlChild $root 'Triggers').ChildNodes) {
        if ($node.NodeType -eq 'Element') { Get-TriggerTime $node $now }
    }
    $times | Sort-Object | Select-Object -First 1
}
