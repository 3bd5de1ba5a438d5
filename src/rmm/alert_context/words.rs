//! Words in what alerts are about.

use crate::rmm::words::platform_words;

platform_words! {
    /// Reachability of a device.
    OnlineStatus {
        /// `ONLINE`.
        Online = "ONLINE",
        /// `OFFLINE`.
        Offline = "OFFLINE",
    }
}
platform_words! {
    /// What is wrong with an antivirus product.
    AntivirusState {
        /// `NOTDETECTED`.
        NotDetected = "NOTDETECTED",
        /// `NOTRUNNING`.
        NotRunning = "NOTRUNNING",
        /// `RUNNINGNOTUPTODATE`.
        RunningNotUpToDate = "RUNNINGNOTUPTODATE",
    }
}
platform_words! {
    /// Kind of a thing in a file system.
    FileSystemObject {
        /// `FILE`.
        File = "FILE",
        /// `DIRECTORY`.
        Directory = "DIRECTORY",
    }
}
platform_words! {
    /// What happened to a file or folder.
    FileSystemCondition {
        /// `ABOVE_THRESHOLD`.
        AboveThreshold = "ABOVE_THRESHOLD",
        /// `BELOW_THRESHOLD`.
        BelowThreshold = "BELOW_THRESHOLD",
        /// `REMOVED`.
        Removed = "REMOVED",
        /// `CREATED`.
        Created = "CREATED",
    }
}
platform_words! {
    /// What a disk monitor counts.
    DiskMeasure {
        /// `PERCENT`.
        Percent = "PERCENT",
        /// `USED`.
        Used = "USED",
        /// `FREE`.
        Free = "FREE",
    }
}
platform_words! {
    /// Volumes a disk monitor looks at.
    DiskDesignation {
        /// `ANY_VOLUME`.
        AnyVolume = "ANY_VOLUME",
        /// `ALL_VOLUMES`.
        AllVolumes = "ALL_VOLUMES",
        /// `SINGLE_VOLUME`.
        SingleVolume = "SINGLE_VOLUME",
    }
}
platform_words! {
    /// A monitored resource.
    ResourceKind {
        /// `CPU`.
        Cpu = "CPU",
        /// `MEMORY`.
        Memory = "MEMORY",
        /// `TEMPERATURE`.
        Temperature = "TEMPERATURE",
        /// `FAN`.
        Fan = "FAN",
        /// `DISKHEALTH`.
        DiskHealth = "DISKHEALTH",
        /// `PSU`.
        Psu = "PSU",
        /// `SNMP_THROUGHPUT`.
        SnmpThroughput = "SNMP_THROUGHPUT",
    }
}
platform_words! {
    /// State of a process or service.
    ProcessState {
        /// `STOPPED`.
        Stopped = "STOPPED",
        /// `STARTPENDING`.
        StartPending = "STARTPENDING",
        /// `STOPPENDING`.
        StopPending = "STOPPENDING",
        /// `RUNNING`.
        Running = "RUNNING",
        /// `CONTINUEPENDING`.
        ContinuePending = "CONTINUEPENDING",
        /// `PAUSEPENDING`.
        PausePending = "PAUSEPENDING",
        /// `PAUSED`.
        Paused = "PAUSED",
    }
}
platform_words! {
    /// What happened to software.
    SoftwareAction {
        /// `INSTALLED`.
        Installed = "INSTALLED",
        /// `UNINSTALLED`.
        Uninstalled = "UNINSTALLED",
        /// `VERSION_CHANGED`.
        VersionChanged = "VERSION_CHANGED",
    }
}
platform_words! {
    /// What the Windows Security Center found wrong.
    SecurityCenterAlert {
        /// `DISABLED`.
        Disabled = "DISABLED",
        /// `NOT_UPTODATE`.
        NotUptodate = "NOT_UPTODATE",
    }
}
