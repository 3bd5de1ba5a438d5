//! Every schema that the platform has is here, and what is served fits its schema.

use super::*;
use crate::rmm::alert_context::Context;
use crate::rmm::api_knobs::{ApiDate, ApiNever};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Schemas of the platform, names without blanks.
const PLATFORM: &[&str] = &[
    "Account",
    "AccountDescriptor",
    "AccountDevicesStatus",
    "ActionContext",
    "ActivityLog",
    "ActivityLogsPage",
    "Alert",
    "AlertContext",
    "AlertMonitorInfo",
    "AlertSourceInfo",
    "AlertsPage",
    "Antivirus",
    "AntivirusContext",
    "AttachedDevice",
    "AuthUser",
    "AuthUserKey",
    "BackupManagementContext",
    "BaseBoard",
    "Bios",
    "Component",
    "ComponentVariable",
    "ComponentsPage",
    "CreateQuickJobRequest",
    "CreateQuickJobResponse",
    "CreateSiteRequest",
    "CustomSNMPContext",
    "Device",
    "DeviceAudit",
    "DeviceNetworkInterface",
    "DevicesNetworkInterfacePage",
    "DevicesPage",
    "DevicesStatus",
    "DevicesType",
    "DiskHealthContext",
    "DiskUsageContext",
    "Display",
    "DnetSiteMappingsDto",
    "DnetSiteMappingsPage",
    "ESXiDataExtent",
    "ESXiDatastore",
    "ESXiHostAudit",
    "ESXiNic",
    "ESXiProcessor",
    "ESXiSystemInfo",
    "EndpointSecurityThreatContext",
    "EndpointSecurityWindowsDefenderContext",
    "EventLogContext",
    "FanContext",
    "FileSystemContext",
    "Filter",
    "FiltersPage",
    "GeneralSettings",
    "Guest",
    "Job",
    "JobComponent",
    "JobComponentRequest",
    "JobComponentResult",
    "JobComponentVariable",
    "JobComponentsPage",
    "JobResults",
    "JobStdData",
    "LogicalDisk",
    "MailRecipient",
    "MobileInfo",
    "NetworkInterface",
    "NetworkMonitorContext",
    "OnlineOfflineStatusContext",
    "OperationRateStatus",
    "PaginationConfiguration",
    "PaginationData",
    "PatchContext",
    "PatchManagement",
    "PhysicalMemory",
    "PingContext",
    "Printer",
    "PrinterAudit",
    "PrinterContext",
    "PrinterMarkerSupply",
    "PrinterSystemInfo",
    "Processor",
    "ProxySettings",
    "PsuContext",
    "RansomWareContext",
    "RateStatusResponse",
    "ResourceUsageContext",
    "ResponseAction",
    "SNMPProbeContext",
    "ScriptContext",
    "SecCenterContext",
    "SecurityManagementContext",
    "Site",
    "SiteBasicDto",
    "SiteRequest",
    "SiteSettings",
    "SitesPage",
    "SnmpInfo",
    "Software",
    "SoftwarePage",
    "StatusContext",
    "StatusResponse",
    "SystemInfo",
    "TemperatureContext",
    "Udf",
    "UserDto",
    "UsersPage",
    "Variable",
    "VariableCreationRequest",
    "VariableUpdateRequest",
    "VariablesPage",
    "VideoBoard",
    "Warranty",
    "WindowsPerformanceContext",
    "WmiContext",
];

fn answers() -> SchemaGenerator {
    let mut generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    macro_rules! add {
        ($($t:ty),+ $(,)?) => { $(generator.subschema_for::<$t>();)+ };
    }
    add!(
        Account,
        SitesPage,
        DevicesPage,
        DevicesNetworkInterfacePage,
        UsersPage,
        VariablesPage,
        AlertsPage,
        ComponentsPage,
        FiltersPage,
        SoftwarePage,
        JobComponentsPage,
        DnetSiteMappingsPage,
        ActivityLogsPage,
        SiteSettings,
        DeviceAudit,
        ESXiHostAudit,
        PrinterAudit,
        CreateQuickJobResponse,
        JobResults,
        JobStdData,
        AuthUserKey,
        StatusResponse,
        PaginationConfiguration,
        RateStatusResponse,
    );
    generator
}

fn validator<T: schemars::JsonSchema>() -> jsonschema::Validator {
    let schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    jsonschema::validator_for(schema.as_value()).unwrap()
}

#[test]
fn every_schema_of_the_platform_has_its_type() {
    let mut known: Vec<String> = answers().definitions().keys().cloned().collect();
    let mut asked = SchemaSettings::draft2020_12()
        .for_deserialize()
        .into_generator();
    asked.subschema_for::<request::CreateSiteRequest>();
    asked.subschema_for::<request::SiteRequest>();
    asked.subschema_for::<request::CreateQuickJobRequest>();
    asked.subschema_for::<request::VariableCreationRequest>();
    asked.subschema_for::<request::VariableUpdateRequest>();
    asked.subschema_for::<request::UdfRequest>();
    asked.subschema_for::<request::Warranty>();
    known.extend(asked.definitions().keys().cloned());
    assert_eq!(PLATFORM.len(), 113);
    for name in PLATFORM {
        assert!(known.iter().any(|k| k == name), "{name} has no type");
    }
}

#[test]
fn every_field_of_an_answer_is_promised() {
    for (name, schema) in answers().definitions() {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        let required: Vec<_> = schema["required"].as_array().unwrap().iter().collect();
        for (field, of) in properties {
            // Exceptions: some can be left out by a knob, one is never sent.
            let by_knob = match name.as_str() {
                "RateStatusResponse" => field.contains("Write"),
                _ => field == "totalCount",
            };
            if by_knob || of["writeOnly"] == true {
                continue;
            }
            assert!(required.contains(&&json!(field)), "{name}.{field}");
        }
    }
}

fn device(udf: &Udf) -> Device<'_> {
    Device {
        id: 12_981_455,
        uid: "3534b3e9-0000-4000-8000-000000000001".into(),
        site_id: 218_140,
        site_uid: "3534b3e9-0000-4000-8000-000000000002".into(),
        site_name: "Osaka HQ".into(),
        device_type: Some(DevicesType {
            category: Some("Desktop".into()),
            r#type: Some("Desktop".into()),
        }),
        hostname: Some("PC-01".into()),
        int_ip_address: Some("192.0.2.10".into()),
        operating_system: Some("Microsoft Windows 11 Pro 10.0.26100".into()),
        last_logged_in_user: None,
        domain: Some("WORKGROUP".into()),
        cag_version: Some("11965".into()),
        display_version: Some("4.4.11965.11965".into()),
        ext_ip_address: None,
        description: Some("PC-01".into()),
        a64_bit: Some(true),
        reboot_required: Some(false),
        online: true,
        suspended: false,
        deleted: false,
        last_seen: Some(DateForms::default().platform(1_721_131_200_000)),
        last_reboot: None,
        last_audit_date: None,
        creation_date: None,
        udf: udf.clone(),
        snmp_enabled: false,
        device_class: DeviceClass::Device,
        portal_url: None,
        warranty_date: None,
        antivirus: Some(Antivirus {
            antivirus_product: Some("Datto AV".into()),
            antivirus_status: Some(AntivirusStatus::RunningAndUpToDate),
        }),
        patch_management: None,
        software_status: None,
        web_remote_url: None,
        network_probe: Some(false),
        onboarded_via_network_monitor: Some(false),
    }
}

fn page_details(total: TotalCount) -> PaginationData<'static> {
    PaginationData {
        count: 1,
        total_count: total,
        prev_page_url: None,
        next_page_url: None,
    }
}

#[test]
fn a_page_of_devices_fits_its_schema_and_is_spelt_as_the_platform_spells() {
    let values = BTreeMap::from([(1, "a \"b\"\n".to_owned()), (300, "z".to_owned())]);
    let udf = Udf(render_udfs(&values, UDF_COUNT));
    let page = DevicesPage {
        page_details: page_details(TotalCount::Known(1)),
        devices: vec![device(&udf)],
    };
    let written = serde_json::to_value(&page).unwrap();
    let check = validator::<DevicesPage<'_>>();
    if let Err(e) = check.validate(&written) {
        panic!("{e}: {written}");
    }
    let row = &written["devices"][0];
    assert_eq!(row["a64Bit"], true);
    assert_eq!(row["lastSeen"], 1_721_131_200_000_i64);
    assert_eq!(row["lastReboot"], Value::Null);
    assert_eq!(row["udf"].as_object().unwrap().len(), 300);
    assert_eq!(row["udf"]["udf1"], "a \"b\"\n");
    assert_eq!(row["udf"]["udf2"], Value::Null);
    assert_eq!(row["udf"]["udf300"], "z");
    assert_eq!(written["pageDetails"]["totalCount"], 1);
}

#[test]
fn fewer_fields_are_rendered_on_an_older_platform() {
    let values = BTreeMap::from([(30, "x".to_owned()), (31, "not shown".to_owned())]);
    let text = render_udfs(&values, 30).get().to_owned();
    assert!(text.starts_with("{\"udf1\":null,\"udf2\":null,"), "{text}");
    assert!(text.ends_with(",\"udf30\":\"x\"}"), "{text}");
    assert_eq!(render_udfs(&values, 0).get(), "{}");
}

#[test]
fn the_total_can_be_null_or_left_out() {
    let check = validator::<PaginationData<'_>>();
    for (total, field) in [
        (TotalCount::Known(280), Some(json!(280))),
        (TotalCount::Null, Some(Value::Null)),
        (TotalCount::Missing, None),
    ] {
        let written = serde_json::to_value(page_details(total)).unwrap();
        assert_eq!(written.get("totalCount"), field.as_ref());
        assert!(check.is_valid(&written), "{written}");
    }
}

#[test]
fn dates_have_the_form_in_force() {
    let at = 1_767_904_000_009;
    let of = |platform| {
        serde_json::to_value(
            DateForms {
                platform,
                ..DateForms::default()
            }
            .platform(at),
        )
    };
    assert_eq!(of(ApiDate::Milliseconds).unwrap(), json!(at));
    assert_eq!(of(ApiDate::Seconds).unwrap(), json!(1_767_904_000));
    assert_eq!(of(ApiDate::Iso).unwrap(), json!("2026-01-08T20:26:40.009Z"));
    let written = serde_json::to_value(DateForms::default().system(-62_135_596_800_000)).unwrap();
    assert_eq!(written, "0001-01-01T00:00:00.000Z");
    let activity = serde_json::to_string(&ActivityDate {
        ms: 1_787_645_215_440,
    })
    .unwrap();
    assert_eq!(activity, "1787645215.44");
}

#[test]
fn never_is_null_or_the_year_one() {
    let forms = DateForms::default();
    assert_eq!(forms.platform_or_never(None), None);
    assert_eq!(forms.platform_or_never(Some(5)), Some(forms.platform(5)));
    let forms = DateForms {
        platform: ApiDate::Iso,
        never: ApiNever::YearOne,
        ..forms
    };
    let written = serde_json::to_value(forms.platform_or_never(None)).unwrap();
    assert_eq!(written, "0001-01-01T00:00:00.000Z");
}

#[test]
fn dates_beyond_the_calendar_are_cut_to_its_ends() {
    let written = |ms| serde_json::to_value(DateForms::default().system(ms)).unwrap();
    let last = written(i64::MAX).to_string();
    assert!(last.starts_with("\"9999-12-30T"), "{last}");
    assert_eq!(written(i64::MIN), "0000-01-01T00:00:00.000Z");
}

#[test]
fn an_alert_fits_its_schema() {
    let context: Context =
        serde_json::from_value(json!({"@class": "comp_script_ctx", "samples": {"": "x"}})).unwrap();
    let alert = Alert {
        alert_uid: "u".into(),
        priority: AlertPriority::Moderate,
        diagnostics: None,
        resolved: false,
        resolved_by: None,
        resolved_on: None,
        muted: false,
        ticket_number: None,
        timestamp: Some(DateForms::default().platform(1_787_643_495_000)),
        alert_monitor_info: AlertMonitorInfo {
            sends_emails: false,
            creates_ticket: false,
        },
        alert_context: Some(std::borrow::Cow::Borrowed(&context)),
        alert_source_info: AlertSourceInfo {
            device_uid: "d".into(),
            device_name: Some("LAPTOP".into()),
            site_uid: "s".into(),
            site_name: None,
        },
        response_actions: vec![ResponseAction {
            action_time: Some(DateForms::default().system(0)),
            action_type: ResponseActionType::EmailSent,
            description: None,
            action_reference: None,
            action_reference_int: None,
        }],
        autoresolve_mins: Some(1),
    };
    let written = serde_json::to_value(&alert).unwrap();
    assert_eq!(written["alertContext"]["@class"], "comp_script_ctx");
    assert_eq!(written["responseActions"][0]["actionType"], "EMAIL_SENT");
    if let Err(e) = validator::<Alert<'_>>().validate(&written) {
        panic!("{e}: {written}");
    }
}

#[test]
fn words_are_found_again() {
    for class in DeviceClass::ALL {
        assert_eq!(DeviceClass::from_word(class.word()), Some(*class));
        assert_eq!(serde_json::to_value(class).unwrap(), class.word());
    }
    assert_eq!(DeviceClass::from_word("Device"), None);
    assert_eq!(
        DeviceClass::from(crate::rmm::portal::DeviceClass::EsxiHost).word(),
        "esxihost"
    );
}
