# Says a message. Replace this by what your component does.
#
# Variables: usrMessage (string), what to say.
# Exit code: 0 it was said; 1 usrMessage is empty, or something failed.
# It runs in Windows PowerShell 5.1, as SYSTEM: nothing of PowerShell 7, and no HKCU of a user's.
# A job can answer no questions: no Read-Host, and -Confirm:$false where a cmdlet asks.

# An error ends the script, with exit code 1, instead of being passed over.
$ErrorActionPreference = 'Stop'

# Variables of a job come as texts in the environment: a Boolean is 'true' or 'false'.
$message = $env:usrMessage

if (-not $message) {
    [Console]::Error.WriteLine('usrMessage is empty: set it in the job, or give it a default.')
    exit 1
}

Write-Host "$message (site: $env:CS_PROFILE_NAME)"
exit 0
