# The way to the device: one line of JSON there, one back, over its named pipe; a connection of its own for each question, so that
# jobs, runspaces and processes started ahead share none and a reboot of the device breaks none.

$script:PipeName = 'shakedown'
$script:ConnectMilliseconds = 10000
$script:AnswerMilliseconds = 120000

function Send-DeviceQuestion {
    <#
    .SYNOPSIS
    The device's answer to one question, each a line of JSON.
    .DESCRIPTION
    Throws where nobody serves the pipe within 10 seconds, or where no answer comes within two minutes.
    #>
    param([string]$Question)
    $bytes = [Text.UTF8Encoding]::new($false).GetBytes("$Question`n")
    $pipe = [System.IO.Pipes.NamedPipeClientStream]::new('.', $script:PipeName, [System.IO.Pipes.PipeDirection]::InOut)
    try {
        try { $pipe.Connect([int]$script:ConnectMilliseconds) } catch {
            $why = $_.Exception.GetBaseException().Message
            throw [IO.IOException]::new("no device serves the pipe \\.\pipe\$script:PipeName ($why)")
        }
        $null = Wait-DeviceTask ($pipe.WriteAsync($bytes, 0, $bytes.Length)) 'does not take the question'
        $reader = [IO.StreamReader]::new($pipe, [Text.UTF8Encoding]::new($false), $false, 65536)
        $line = Wait-DeviceTask ($reader.ReadLineAsync()) 'does not answer'
        if ([string]::IsNullOrEmpty($line)) { throw [IO.IOException]::new('the device closed the pipe without an answer') }
        $line
    } finally { $pipe.Dispose() }
}

function Wait-DeviceTask {
    <#
    .SYNOPSIS
    What a task gives, waited for within bounds.
    #>
    param([Threading.Tasks.Task]$Task, [string]$Else)
    try { $done = $Task.Wait([int]$script:AnswerMilliseconds) } catch {
        throw [IO.IOException]::new("the device $Else ($($_.Exception.GetBaseException().Message))")
    }
    if (-not $done) { throw [TimeoutException]::new("the device $Else within $($script:AnswerMilliseconds / 1000) seconds") }
    $Task.Result
}
