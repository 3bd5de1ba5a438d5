//! Quick jobs and what came of them.

use super::devices::{self, NO_DEVICE};
use super::job_variables::{shown, taken};
use super::sites::BAD;
use crate::api::page::Page;
use crate::api::table::{MAX, Operation, PAGE, Success, schema};
use crate::api::types::request::CreateQuickJobRequest;
use crate::api::types::{
    ComponentStatus, CreateQuickJobResponse, DateForms, Job, JobComponent, JobComponentResult,
    JobComponentsPage, JobResults, JobState, JobStdData,
};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::{expiry, state};
use crate::rmm::api_knobs::ApiOutputBeforeRun;
use crate::rmm::component::Category;
use crate::rmm::event::What;
use crate::rmm::ids::guid;
use crate::rmm::job::JobStatus;
use crate::rmm::portal::DeviceClass;
use hyper::http::Method;

const NO_JOB: (u16, &str) = (404, "The account has no such job.");
const NO_JOB_OR_DEVICE: (u16, &str) = (
    404,
    "The account has no such job, or the job is not one of that device.",
);

/// Operations of jobs.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "createQuickJob",
        method: Method::PUT,
        path: "/v2/device/{deviceUid}/quickjob",
        tag: "device",
        summary: "Runs a component on a device, as soon as the device is there.",
        query: &[],
        body: Some(schema::<CreateQuickJobRequest>),
        success: Success::ok(schema::<CreateQuickJobResponse<'_>>),
        refusals: &[BAD, NO_DEVICE],
        bucket: Some("device-job-create"),
        deprecated: false,
        public: false,
        handler: create,
    },
    Operation {
        id: "get_1",
        method: Method::GET,
        path: "/v2/job/{jobUid}",
        tag: "job",
        summary: "A job.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Job<'_>>),
        refusals: &[NO_JOB],
        bucket: None,
        deprecated: false,
        public: false,
        handler: get,
    },
    Operation {
        id: "getJobComponents",
        method: Method::GET,
        path: "/v2/job/{jobUid}/components",
        tag: "job",
        summary: "What a job runs.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<JobComponentsPage<'_>>),
        refusals: &[NO_JOB],
        bucket: None,
        deprecated: false,
        public: false,
        handler: components,
    },
    Operation {
        id: "getJobResults",
        method: Method::GET,
        path: "/v2/job/{jobUid}/results/{deviceUid}",
        tag: "job",
        summary: "What came of a job on a device.",
        query: &[],
        body: None,
        success: Success::ok(schema::<JobResults<'_>>),
        refusals: &[NO_JOB_OR_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: results,
    },
    Operation {
        id: "getStdErr",
        method: Method::GET,
        path: "/v2/job/{jobUid}/results/{deviceUid}/stderr",
        tag: "job",
        summary: "What the components of a job wrote to stderr on a device.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Vec<JobStdData<'_>>>),
        refusals: &[NO_JOB_OR_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: stderr,
    },
    Operation {
        id: "getStdOut",
        method: Method::GET,
        path: "/v2/job/{jobUid}/results/{deviceUid}/stdout",
        tag: "job",
        summary: "What the components of a job wrote to stdout on a device.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Vec<JobStdData<'_>>>),
        refusals: &[NO_JOB_OR_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: stdout,
    },
];

fn create(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: CreateQuickJobRequest = call.body()?;
    let key = call.write(|state, _| {
        let (device, row) = devices::wanted(call, state)?;
        can_run_jobs(state, row)?;
        let uid = &body.job_component.component_uid;
        let (component, found) = state.components.by_uid(uid).ok_or_else(|| {
            Refusal::bad(format!(
                "jobComponent.componentUid: the account has no component with the uid {uid}"
            ))
        })?;
        let listed = found.listed.as_deref();
        if listed.is_some_and(|l| l.category == Category::Monitors) {
            return Err(Refusal::bad(format!(
                "jobComponent.componentUid: {} is a monitor, which no job runs",
                found.name
            )));
        }
        // A device of the fleet takes it, and never comes for it.
        if found.made_up && !row.engine.is_empty() {
            return Err(Refusal::bad(format!(
                "jobComponent.componentUid: {} is made up with the fleet and has no script; the device {} runs jobs for real: take a component of the world",
                found.name, row.hostname
            )));
        }
        let given = body.job_component.variables.as_deref().unwrap_or_default();
        let variables = taken(listed, given)
            .map_err(|why| Refusal::bad(format!("jobComponent.variables: {why}")))?;
        let job = free_uid(call, state);
        let user = state.users.get(call.user());
        let event = What::JobQueued {
            job: job.clone(),
            component: component.to_owned(),
            device: device.to_owned(),
            variables,
            name: Some(body.job_name.clone()),
            by: user.map(|u| u.details.username.clone()),
        };
        Ok((vec![event], job))
    })?;
    let answer = call.read(|state, _| {
        let job = state
            .jobs
            .get(&key)
            .ok_or_else(|| Refusal::new(500, "the job was queued and is not there"))?;
        call.ok(&CreateQuickJobResponse {
            job: row(call, job),
            job_components: component_of(state, job).into_iter().collect(),
        })
    });
    call.queued(&key);
    answer
}

/// Devices of OnDemand sites are no targets of jobs (help page of the platform on creating a
/// site), and what has no Agent cannot run any.
fn can_run_jobs(state: &State, device: &state::Device) -> Result<(), Refusal> {
    if device.site == state::DELETED {
        return Err(Refusal::bad(format!(
            "the device {} was deleted: it stands in the site Deleted Devices; move it to a managed site",
            device.uid
        )));
    }
    let site = state.sites.get(&device.site);
    if let Some(site) = site.filter(|s| s.details.on_demand) {
        return Err(Refusal::bad(format!(
            "the device {} is in the OnDemand site {}, whose devices run no jobs; move it to a managed site",
            device.uid, site.name
        )));
    }
    match device.details.class {
        DeviceClass::Device | DeviceClass::Unknown => Ok(()),
        class => Err(Refusal::bad(format!(
            "the device {} is of class {}: it has no Agent and runs no jobs",
            device.uid,
            crate::api::types::DeviceClass::from(class).word()
        ))),
    }
}

/// A uid that no job has.
fn free_uid(call: &Call<'_>, state: &State) -> String {
    let account = call.account();
    let uid = |n: usize| guid(call.api.settings.seed, &format!("api:{account}:job:{n}"));
    let mut n = state.jobs.len();
    while state.jobs.contains_key(&uid(n)) {
        n += 1;
    }
    uid(n)
}

fn row<'s>(call: &Call<'_>, job: &'s state::Job) -> Job<'s> {
    let ended = !matches!(job.status, JobStatus::Pending | JobStatus::Running);
    Job {
        id: job.id,
        date_created: Some(DateForms::from(call.knobs()).job(job.created)),
        name: job.name.as_str().into(),
        uid: job.uid.as_str().into(),
        status: match ended {
            true => JobState::Completed,
            false => JobState::Active,
        },
    }
}

fn component_of<'s>(state: &'s State, job: &'s state::Job) -> Option<JobComponent<'s>> {
    let component = state.components.get(&job.component)?;
    Some(JobComponent {
        uid: component.uid.as_str().into(),
        name: component.name.as_str().into(),
        variables: shown(component.listed.as_deref(), &job.variables),
    })
}

/// The job in the path. One that waited too long for its device expires now, whether or not
/// anybody looked after that before.
fn with_job(
    call: &Call<'_>,
    show: impl FnOnce(&State, &state::Job) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let uid = call.value("jobUid");
    let hours = call.knobs().job_expiry_hours;
    let wanted = |state: &State| match state.jobs.by_uid(uid) {
        Some((key, _)) => Ok(key.to_owned()),
        None => Err(Refusal::not_found(format!(
            "the account has no job with the uid {uid}"
        ))),
    };
    let due = |state: &State, key: &str, now| {
        let job = state.jobs.get(key);
        job.is_some_and(|j| expiry::is_due(j, now, hours))
    };
    let key = call.read(|state, now| wanted(state).map(|key| (due(state, &key, now), key)))?;
    let (expires, key) = key;
    if expires {
        call.write(|state, now| {
            let job = key.clone();
            let event = due(state, &key, now).then_some(What::JobExpired { job });
            Ok((event.into_iter().collect(), ()))
        })?;
    }
    call.read(|state, _| match state.jobs.get(&key) {
        Some(job) => show(state, job),
        None => Err(Refusal::not_found(NO_JOB.1)),
    })
}

/// As [`with_job`], for a job of the device in the path.
fn with_result(
    call: &Call<'_>,
    show: impl FnOnce(&State, &state::Job, &str) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    with_job(call, |state, job| {
        let (key, device) = devices::wanted(call, state)?;
        match job.device == key {
            true => show(state, job, &device.uid),
            false => Err(Refusal::not_found(format!(
                "the job {} is not one of the device {}",
                job.uid, device.uid
            ))),
        }
    })
}

fn get(call: &Call<'_>) -> Result<Answer, Refusal> {
    with_job(call, |_, job| call.ok(&row(call, job)))
}

fn components(call: &Call<'_>) -> Result<Answer, Refusal> {
    with_job(call, |state, job| {
        let (page_details, job_components) = Page::of_rows(call, component_of(state, job))?;
        call.ok(&JobComponentsPage {
            page_details,
            job_components,
        })
    })
}

fn results(call: &Call<'_>) -> Result<Answer, Refusal> {
    with_result(call, |state, job, device| {
        let wrote = |o: &Option<state::Output>| o.as_ref().is_some_and(|o| !o.text.is_empty());
        let component = state.components.get(&job.component);
        let result = component.map(|c| JobComponentResult {
            component_uid: c.uid.as_str().into(),
            component_name: c.name.as_str().into(),
            component_status: match job.status {
                JobStatus::Success | JobStatus::Warning => Some(ComponentStatus::Success),
                JobStatus::Failure => Some(ComponentStatus::Failure),
                _ => None,
            },
            number_of_warnings: i32::try_from(job.warnings).unwrap_or(i32::MAX),
            has_std_out: wrote(&job.stdout),
            has_std_err: wrote(&job.stderr),
        });
        call.ok(&JobResults {
            job_uid: job.uid.as_str().into(),
            device_uid: device.into(),
            ran_on: job.started.map(|ms| DateForms::from(call.knobs()).job(ms)),
            job_deployment_status: job.status.into(),
            component_results: result.into_iter().collect(),
        })
    })
}

fn stdout(call: &Call<'_>) -> Result<Answer, Refusal> {
    output(call, |job| job.stdout.as_ref())
}

fn stderr(call: &Call<'_>) -> Result<Answer, Refusal> {
    output(call, |job| job.stderr.as_ref())
}

/// One stream of every component that has ended; a stream without output is an empty text.
fn output(
    call: &Call<'_>,
    stream: impl Fn(&state::Job) -> Option<&state::Output>,
) -> Result<Answer, Refusal> {
    with_result(call, |state, job, _| {
        let ran = matches!(
            job.status,
            JobStatus::Success | JobStatus::Warning | JobStatus::Failure
        );
        if !ran {
            return match call.knobs().output_before_run {
                ApiOutputBeforeRun::Empty => call.ok(&[(); 0]),
                ApiOutputBeforeRun::NotFound => Err(Refusal::not_found(format!(
                    "the job {} has no output: it has not run",
                    job.uid
                ))),
            };
        }
        let rows: Vec<_> = state
            .components
            .get(&job.component)
            .into_iter()
            .map(|c| JobStdData {
                component_uid: c.uid.as_str().into(),
                component_name: c.name.as_str().into(),
                std_data: Some(stream(job).map_or("", |o| &*o.text).into()),
            })
            .collect();
        call.ok(&rows)
    })
}
