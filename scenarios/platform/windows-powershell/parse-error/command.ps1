Write-Host 'never printed'
if ($true) {
    Write-Host 'nor this'
