//! Devices as the API shows them.

use crate::api::Call;
use crate::api::types::{
    Antivirus, AntivirusStatus, DateForms, Device, DeviceNetworkInterface, DevicesType,
    NetworkInterface, PatchManagement, PatchStatus, Text, Udf, render_udfs,
};
use crate::platform::State;
use crate::platform::fleet;
use crate::platform::state::{self, DELETED};
use crate::rmm::portal::DeviceClass;

/// What rows of one answer have in common.
#[derive(Clone, Copy)]
pub(super) struct View<'s> {
    pub(super) state: &'s State,
    /// Platform time, milliseconds.
    pub(super) now: i64,
    pub(super) forms: DateForms,
    platform: &'s str,
    udfs: u16,
}

/// Null for a text that the platform does not have.
pub(super) fn some(text: &str) -> Option<Text<'_>> {
    (!text.is_empty()).then(|| text.into())
}

impl<'s> View<'s> {
    pub(super) fn new(call: &'s Call<'_>, state: &'s State, now: i64) -> View<'s> {
        View {
            state,
            now,
            forms: DateForms::from(call.knobs()),
            platform: &call.api.settings.platform,
            udfs: call.knobs().udfs,
        }
    }

    /// Address of a device in the portal.
    pub(super) fn portal_url(&self, device: &state::Device) -> String {
        format!(
            "https://{}.centrastage.net/csm/search?qs=uid%3A{}",
            self.platform, device.uid
        )
    }

    /// Address of a remote session; only what has an Agent can have one. Its form on the platform
    /// is not public.
    pub(super) fn web_remote_url(&self, device: &state::Device) -> Option<String> {
        (device.details.class == DeviceClass::Device).then(|| {
            format!(
                "https://{}.centrastage.net/csm/remote/{}",
                self.platform, device.id
            )
        })
    }

    /// When a device was seen last: now, while it is online.
    fn last_seen(&self, device: &state::Device) -> Option<i64> {
        match device.online {
            true => Some(self.now),
            false => device.details.last_seen,
        }
    }

    pub(super) fn device(&self, device: &'s state::Device) -> Device<'s> {
        let (d, forms) = (&*device.details, self.forms);
        let site = self.state.sites.get(&device.site);
        let agent = d.class == DeviceClass::Device;
        let json = device
            .udf_json
            .get_or_init(|| render_udfs(&device.udfs, self.udfs));
        Device {
            id: device.id,
            uid: device.uid.as_str().into(),
            site_id: site.map_or(0, |s| s.id),
            site_uid: site.map_or("", |s| &s.uid).into(),
            site_name: site.map_or("", |s| &s.name).into(),
            device_type: kind(device),
            hostname: some(&device.hostname),
            int_ip_address: some(&d.int_ip),
            operating_system: operating_system(device),
            last_logged_in_user: some(&d.last_user),
            domain: some(&d.domain),
            cag_version: d.agent_version.rsplit('.').next().and_then(some),
            display_version: some(&d.agent_version),
            ext_ip_address: some(&d.ext_ip),
            description: some(&device.description),
            a64_bit: agent.then_some(d.is_64_bit),
            reboot_required: agent.then_some(d.reboot_required),
            online: device.online,
            suspended: false,
            deleted: device.site == DELETED,
            last_seen: forms.platform_or_never(self.last_seen(device)),
            last_reboot: forms.platform_or_never(d.last_reboot),
            last_audit_date: forms.platform_or_never(d.last_audit),
            creation_date: forms.platform_or_never(d.created),
            udf: Udf(json.clone()),
            snmp_enabled: d.snmp_enabled,
            device_class: d.class.into(),
            portal_url: Some(self.portal_url(device).into()),
            warranty_date: device.warranty.as_deref().map(Into::into),
            antivirus: d.antivirus.as_ref().map(|a| Antivirus {
                antivirus_product: some(&a.product),
                antivirus_status: AntivirusStatus::from_word(a.status.as_str()),
            }),
            patch_management: d.patch.as_ref().map(|p| PatchManagement {
                patch_status: PatchStatus::from_word(&p.status),
                patches_approved_pending: Some(p.approved_pending.into()),
                patches_not_approved: Some(p.not_approved.into()),
                patches_installed: Some(p.installed.into()),
            }),
            software_status: d.software_status.as_deref().map(Into::into),
            web_remote_url: self.web_remote_url(device).map(Into::into),
            network_probe: Some(d.network_probe),
            onboarded_via_network_monitor: Some(d.onboarded_via_network_monitor),
        }
    }

    /// A device with its network cards.
    pub(super) fn with_nics(&self, device: &'s state::Device) -> DeviceNetworkInterface<'s> {
        let site = self.state.sites.get(&device.site);
        DeviceNetworkInterface {
            id: device.id,
            uid: device.uid.as_str().into(),
            site_id: site.map_or(0, |s| s.id),
            site_uid: site.map_or("", |s| &s.uid).into(),
            site_name: site.map_or("", |s| &s.name).into(),
            device_type: kind(device),
            hostname: some(&device.hostname),
            int_ip_address: some(&device.details.int_ip),
            ext_ip_address: some(&device.details.ext_ip),
            nics: nics(device),
        }
    }
}

/// Before the first audit only the family of its operating system is known.
fn operating_system(device: &state::Device) -> Option<Text<'_>> {
    some(&device.details.operating_system).or_else(|| some(&device.os))
}

fn kind(device: &state::Device) -> Option<DevicesType<'_>> {
    let (category, kind) = (some(&device.details.category), some(&device.details.kind));
    (category.is_some() || kind.is_some()).then_some(DevicesType {
        category,
        r#type: kind,
    })
}

/// The network cards of a device.
pub(super) fn nics(device: &state::Device) -> Vec<NetworkInterface<'_>> {
    fleet::nics(device)
        .into_iter()
        .map(|nic| NetworkInterface {
            instance: nic.name.map(Into::into),
            ipv4: nic.ipv4.map(Into::into),
            ipv6: None,
            mac_address: Some(nic.mac.into()),
            r#type: nic.kind.map(Into::into),
        })
        .collect()
}
