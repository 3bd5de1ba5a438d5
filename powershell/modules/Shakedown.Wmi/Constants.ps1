# What all rows of a class share: values that the class's page on Microsoft Learn fixes, or that Windows gives on every PC.
# Whatever one device has and another has not comes from facts.

$script:Constant = @{
    Win32_OperatingSystem = @{
        BuildType = 'Multiprocessor Free'; OSType = 18; Status = 'OK'; Primary = $true; Debug = $false; Distributed = $false
        PortableOperatingSystem = $false; Description = ''; EncryptionLevel = 256; ForegroundApplicationBoost = 2; SuiteMask = 272
        CreationClassName = 'Win32_OperatingSystem'; CSCreationClassName = 'Win32_ComputerSystem'
        DataExecutionPrevention_Available = $true; DataExecutionPrevention_32BitApplications = $true
        DataExecutionPrevention_Drivers = $true; MaxNumberOfProcesses = 4294967295; MaxProcessMemorySize = 137438953344
    }
    Win32_ComputerSystem = @{
        CreationClassName = 'Win32_ComputerSystem'; Description = 'AT/AT COMPATIBLE'; Status = 'OK'; BootupState = 'Normal boot'
        AutomaticManagedPagefile = $true; AutomaticResetBootOption = $true; AutomaticResetCapability = $true; BootROMSupported = $true
        EnableDaylightSavingsTime = $true; NetworkServerModeEnabled = $true; InfraredSupported = $false; WakeUpType = 6
        AdminPasswordStatus = 3; PowerState = 0; PowerSupplyState = 3; ThermalState = 3; ChassisBootupState = 3
    }
    Win32_BIOS = @{
        Status = 'OK'; PrimaryBIOS = $true; SMBIOSPresent = $true; SoftwareElementState = 3; TargetOperatingSystem = 0
    }
    Win32_BaseBoard = @{
        Tag = 'Base Board'; Name = 'Base Board'; Caption = 'Base Board'; Description = 'Base Board'; CreationClassName = 'Win32_BaseBoard'
        Status = 'OK'; HostingBoard = $true; PoweredOn = $true; Removable = $false; Replaceable = $true; HotSwappable = $false
        RequiresDaughterBoard = $false
    }
    Win32_ComputerSystemProduct = @{
        Caption = 'Computer System Product'; Description = 'Computer System Product'; Version = ''
    }
    Win32_SystemEnclosure = @{
        Tag = 'System Enclosure 0'; Name = 'System Enclosure'; Caption = 'System Enclosure'; Description = 'System Enclosure'
        CreationClassName = 'Win32_SystemEnclosure'; SecurityStatus = 3; LockPresent = $false
    }
    Win32_Processor = @{
        CreationClassName = 'Win32_Processor'; Role = 'CPU'; Status = 'OK'; StatusInfo = 3; CpuStatus = 1; ProcessorType = 3
        Availability = 3
    }
    Win32_PhysicalMemory = @{
        CreationClassName = 'Win32_PhysicalMemory'; Caption = 'Physical Memory'; Description = 'Physical Memory'; Name = 'Physical Memory'
    }
    Win32_PhysicalMemoryArray = @{
        Name = 'Physical Memory Array'; Caption = 'Physical Memory Array'; Description = 'Physical Memory Array'; Use = 3; Location = 3
    }
    Win32_VideoController = @{
        CreationClassName = 'Win32_VideoController'; Status = 'OK'; Availability = 3; ConfigManagerErrorCode = 0; VideoArchitecture = 5
        VideoMemoryType = 2
    }
    Win32_Battery = @{ CreationClassName = 'Win32_Battery'; Caption = 'Internal Battery'; Description = 'Internal Battery' }
    Win32_LogicalDisk = @{
        CreationClassName = 'Win32_LogicalDisk'; SystemCreationClassName = 'Win32_ComputerSystem'; Access = 0; Compressed = $false
        MaximumComponentLength = 255; SupportsDiskQuotas = $false
    }
    Win32_Volume = @{
        Automount = $true; Compressed = $false; DirtyBitSet = $false; IndexingEnabled = $true; MaximumFileNameLength = 255
    }
    Win32_DiskDrive = @{
        CreationClassName = 'Win32_DiskDrive'; Description = 'Disk drive'; Manufacturer = '(Standard disk drives)'; MediaLoaded = $true
        MediaType = 'Fixed hard disk media'; ConfigManagerErrorCode = 0; Capabilities = @(3, 4)
        CapabilityDescriptions = @('Random Access', 'Supports Writing')
    }
    Win32_DiskPartition = @{ PrimaryPartition = $true }
    Win32_CDROMDrive = @{ CreationClassName = 'Win32_CDROMDrive'; Description = 'CD-ROM Drive'; Status = 'OK'; ConfigManagerErrorCode = 0 }
    Win32_NetworkAdapter = @{
        CreationClassName = 'Win32_NetworkAdapter'; AdapterType = 'Ethernet 802.3'; AdapterTypeId = 0; Availability = 3; Installed = $true
        ConfigManagerErrorCode = 0
    }
    Win32_NetworkAdapterConfiguration = @{
        DomainDNSRegistrationEnabled = $false; FullDNSRegistrationEnabled = $true; TcpipNetbiosOptions = 0
        WINSEnableLMHostsLookup = $true
    }
    Win32_Printer = @{
        CreationClassName = 'Win32_Printer'; Hidden = $false; WorkOffline = $false; SpoolEnabled = $true; DetectedErrorState = 0
        PrinterState = 0; JobCountSinceLastReset = 0
    }
    Win32_QuickFixEngineering = @{ InstalledBy = 'NT AUTHORITY\SYSTEM'; FixComments = '' }
    Win32_UserAccount = @{ LocalAccount = $true; Lockout = $false; SIDType = 1; AccountType = 512 }
    Win32_Group = @{ LocalAccount = $true; SIDType = 4; Status = 'OK' }
    Win32_UserProfile = @{ Status = 0; HealthStatus = 3; RefCount = 0; RoamingConfigured = $false }
    Win32_Share = @{ AllowMaximum = $true; Status = 'OK' }
    Win32_Process = @{
        CreationClassName = 'Win32_Process'; CSCreationClassName = 'Win32_ComputerSystem'; OSCreationClassName = 'Win32_OperatingSystem'
    }
    Win32_Service = @{
        CreationClassName = 'Win32_Service'; SystemCreationClassName = 'Win32_ComputerSystem'; Status = 'OK'; ErrorControl = 'Normal'
    }
    Win32_Environment = @{ UserName = '<SYSTEM>'; SystemVariable = $true; Status = 'OK' }
    Win32_Product = @{ InstallState = 5; AssignmentType = 1 }
    Win32_PnPEntity = @{ CreationClassName = 'Win32_PnPEntity' }
}
