//! `serve`: the platform on a port, until it is told to end.

use super::port_file::PortFile;
use super::{Exit, Surroundings, engines, load, print, signals};
use crate::api::{Fault, PLATFORMS, Settings, openapi, table};
use crate::replay::platform;
use crate::report::clean::one_line;
use crate::rmm::knobs::Knobs;
use crate::scenario::knob;
use crate::scenario::model::Scenario;
use crate::serve::{self, Called, KEEP_CALLS, Options, Running, ServeError, Server};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const HELP: &str = "Once it answers, it prints one line on stdout: `ready http://127.0.0.1:PORT`. Keys, a command that
gets a token and settings for clients go to stderr. SIGTERM and Ctrl-C end it with 0: requests in
flight have 10 seconds to be finished, devices are taken down, the port file is removed.

Examples:
  shakedown serve                                 an empty account on a free port
  shakedown serve --listen 127.0.0.1:8080 --fleet 10000 --seed 7
  shakedown serve --world scenarios/bright-antivirus/linux/whole-life.yaml
                                                  its devices are real: quick jobs run on them
  shakedown serve --tls --ca-file ca.pem          https too, on the same port
  shakedown serve --state platform.jsonl          goes on where it was, also after kill -9
  shakedown serve --fault getByUid=500            clients' resilience rehearsed

For tests, from this machine only, no token needed:
  GET    /shakedown/keys        keys of every user of every account
  GET    /shakedown/clock       the platform's time
  POST   /shakedown/advance     {\"by\": \"100h\"} moves it on
  GET    /shakedown/calls       the newest calls; DELETE forgets them
docs/serve.md tells them all.

The state file holds every value as it is, secrets too; only its owner may read it (0600).

Exit codes: 0 ended by a signal, 2 bad usage or an unreadable file, 3 could not listen or set up.";

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub struct ServeArgs {
    /// Address and port; port 0 is a free one [default: as the world says, else 127.0.0.1:0]
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Port")]
    listen: Option<SocketAddr>,

    /// Allow an address that other machines reach
    #[arg(long, help_heading = "Port")]
    allow_remote: bool,

    /// Write the port's number here once it answers; removed at the end. A stale one is removed
    /// at the start; a file that holds anything but a number is refused
    #[arg(long, value_name = "FILE", help_heading = "Port")]
    port_file: Option<PathBuf>,

    /// Take TLS too, with certificates for the platforms' host names by a CA of its own
    #[arg(long, help_heading = "Port")]
    tls: bool,

    /// Keep the CA here, with its private key [default: beside the state file, else made anew]
    #[arg(long, value_name = "FILE", requires = "tls", help_heading = "Port")]
    ca_file: Option<PathBuf>,

    /// URL that clients are told in links [default: the one they used]
    #[arg(long, value_name = "URL", value_parser = url, help_heading = "Port")]
    public_url: Option<String>,

    /// Which platform it plays [default: the world's, else pinotage]
    #[arg(long, value_name = "NAME", value_parser = PLATFORMS, help_heading = "World")]
    platform: Option<String>,

    /// Set up the world of this scenario, its devices booted, its `api:` and knobs obeyed where no
    /// option here says otherwise; its steps are not done, and it needs none
    #[arg(long, value_name = "FILE", help_heading = "World")]
    world: Option<PathBuf>,

    /// Add a made-up fleet of N devices to each account [default: as the world says]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "World")]
    fleet: Option<u32>,

    /// Derive keys, ids and the fleet from S [default: the scenario's seed, else 1]
    #[arg(long, value_name = "S", help_heading = "World")]
    seed: Option<u64>,

    /// Accounts, strictly apart, at least those of the world; its own is the first [default: as the
    /// state or the world says, else 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100), help_heading = "World")]
    accounts: Option<u16>,

    /// Keep all that happens here and go on from it at the next start
    #[arg(long, value_name = "FILE", help_heading = "World")]
    state: Option<PathBuf>,

    /// The platform's limits on calls do not hold
    #[arg(long, help_heading = "Behaviour")]
    no_rate_limits: bool,

    /// A behaviour that public facts do not settle: a knob of `world.knobs` as scenarios have it,
    /// where `api-` may be left out; docs/scenarios.md lists them (repeatable)
    #[arg(long = "knob", value_name = "NAME=VALUE", value_parser = super::words::pair, help_heading = "Behaviour")]
    knobs: Vec<(String, String)>,

    /// What goes wrong with an operation: a status (getByUid=504), delay:2s, cut, subset:50%, with
    /// x3 or 1/3 behind it for the next 3 or every 3rd call (repeatable)
    #[arg(
        long = "fault",
        value_name = "OPERATION=FAULT",
        help_heading = "Behaviour"
    )]
    faults: Vec<Fault>,

    /// Print the OpenAPI document and end
    #[arg(long, help_heading = "Behaviour")]
    print_openapi: bool,

    /// Tell every call on stderr
    #[arg(long, help_heading = "Behaviour")]
    log: bool,

    /// How many calls /shakedown/calls tells at most
    #[arg(long, value_name = "N", default_value_t = KEEP_CALLS, value_parser = keep, help_heading = "Behaviour")]
    keep_calls: usize,
}

/// Serves until a signal ends it.
pub fn main(args: &ServeArgs, around: &Surroundings) -> Exit {
    let cancel = signals::watch();
    let world = match args.world.as_deref().map(|file| world(file, around)) {
        None => None,
        Some(Ok(world)) => Some(world),
        Some(Err(exit)) => return exit,
    };
    let options = match options(args, world, around) {
        Ok(options) => options,
        Err(message) => {
            print::stderr(&format!("error: {message}"));
            return Exit::Usage;
        }
    };
    if args.print_openapi {
        return document(&options.settings);
    }
    let host = platform::host(&options.settings.platform);
    let port_file = match args.port_file.as_deref().map(PortFile::at).transpose() {
        Ok(file) => file,
        Err(message) => {
            print::stderr(&format!("error: {message}"));
            return Exit::Usage;
        }
    };
    let running = match Server::start(options) {
        Ok(running) => running,
        Err(error) => {
            print::error(&error, error.help().as_deref());
            return match error {
                ServeError::Remote { .. } | ServeError::Refused { .. } => Exit::Usage,
                _ => Exit::Broken,
            };
        }
    };
    if let Err(error) = ready(args, &running, &host, port_file.as_ref()) {
        print::error(&*error, None);
        return Exit::Broken;
    }
    while !cancel.is_cancelled() {
        std::thread::sleep(Duration::from_millis(50));
    }
    if let Some(file) = &port_file {
        file.remove(running.address().port());
    }
    running.stop();
    Exit::Ok
}

/// What the world says, with what the arguments say laid over it.
fn options(
    args: &ServeArgs,
    mut world: Option<Scenario>,
    around: &Surroundings,
) -> Result<Options, String> {
    let mut knobs = world
        .as_ref()
        .map_or(Knobs::default(), |s| s.world.knobs.clone());
    set_knobs(&mut knobs, world.is_some(), &args.knobs)?;
    if let Some(scenario) = &mut world {
        scenario.world.knobs = knobs.clone();
    }
    let own = world.as_ref().and_then(|scenario| scenario.seed);
    let seed = args.seed.or(own).unwrap_or(1);
    let base = match world {
        Some(scenario) => Options::of_world(scenario, seed),
        None => Options::default(),
    };
    let mut settings = Settings {
        seed,
        public_url: args.public_url.clone(),
        rate_limits: base.settings.rate_limits && !args.no_rate_limits,
        knobs: knobs.api,
        ..base.settings
    };
    if let Some(platform) = &args.platform {
        settings.platform.clone_from(platform);
    }
    Ok(Options {
        listen: args.listen.unwrap_or(base.listen),
        allow_remote: args.allow_remote,
        tls: args.tls,
        ca_file: args.ca_file.clone(),
        settings,
        engine: Some(engines::of_this_machine(
            around,
            &engines::Wanted::default(),
        )),
        fleet: args.fleet,
        accounts: args.accounts,
        state: args.state.clone(),
        // A later one replaces an earlier one of the same operation and kind.
        faults: base.faults.iter().chain(&args.faults).cloned().collect(),
        keep_calls: args.keep_calls,
        log: args.log.then(|| Arc::new(told) as serve::Log),
        threads: Some(around.cores),
        patience: serve::Patience::default(),
        world: base.world,
    })
}

/// Prints the document as this server would give it.
fn document(settings: &Settings) -> Exit {
    let host = format!("https://{}", platform::host(&settings.platform));
    let base = settings.public_url.as_ref().unwrap_or(&host);
    let document = openapi::document(table::operations(), base, &settings.knobs);
    print::listing(format!("{document:#}\n").as_bytes())
}

/// Tells everybody that it answers.
fn ready(
    args: &ServeArgs,
    running: &Running,
    host: &str,
    port_file: Option<&PortFile>,
) -> Result<(), Box<dyn std::error::Error>> {
    if args.allow_remote && !running.address().ip().is_loopback() {
        print::stderr(&format!(
            "warning: {} can be reached from other machines; whoever has a key runs jobs on its devices",
            running.address()
        ));
    }
    for note in running.notes() {
        print::stderr(&format!("note: {note}"));
    }
    print::stderr(&settings(running, host));
    if let (Some(file), Some(path)) = (port_file, &args.port_file) {
        file.write(running.address().port())
            .map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    }
    print::stdout(format!("ready {}\n", running.url()).as_bytes())?;
    Ok(())
}

/// Keys and settings, ready to be pasted.
fn settings(running: &Running, host: &str) -> String {
    let mut out = String::new();
    let keys = running.keys();
    for k in &keys {
        out.push_str(&format!(
            "account {} ({}), user {}\n  API key     {}\n  API secret  {}\n",
            k.account_uid, k.account_name, k.user, k.keys.key, k.keys.secret
        ));
    }
    let ca = running.ca_file().map(|f| f.display().to_string());
    if let Some(k) = keys.first() {
        let cacert = ca
            .as_ref()
            .map_or(String::new(), |f| format!("--cacert {f} "));
        out.push_str(&format!(
            "token\n  curl -s {cacert}-u public-client:public -d grant_type=password -d username={} -d password={} {}/auth/oauth/token\n",
            k.keys.key,
            k.keys.secret,
            running.url()
        ));
    }
    if let Some(ca) = ca {
        let address = running.address();
        out.push_str(&format!(
            "clients that know only the real host name\n  /etc/hosts: {} {host}      (and port {}, or serve with --listen 127.0.0.1:443)\n",
            address.ip(),
            address.port()
        ));
        out.push_str(&format!(
            "clients' trust in the CA\n  REQUESTS_CA_BUNDLE={ca}   (Python)\n  NODE_EXTRA_CA_CERTS={ca}  (Node.js)\n  SSL_CERT_FILE={ca}        (OpenSSL, Go, Ruby, Rust)\n  curl --cacert {ca}\n"
        ));
    }
    out.trim_end().to_owned()
}

/// One call on stderr.
fn told(call: &Called) {
    print::stderr(&format!(
        "{} {} {} {}",
        call.status,
        call.method,
        one_line(&call.path),
        call.user.as_deref().unwrap_or("-")
    ));
}

/// The one scenario of a file.
fn world(file: &Path, around: &Surroundings) -> Result<Scenario, Exit> {
    let mut all = load::world(file, around)?;
    if all.len() > 1 {
        print::stderr(&format!(
            "note: {} holds {} combinations of a matrix; the world of the first is set up",
            file.display(),
            all.len()
        ));
    }
    if all.is_empty() {
        print::stderr(&format!("error: {} holds no scenario", file.display()));
        return Err(Exit::Usage);
    }
    Ok(all.swap_remove(0))
}

/// Sets knobs, each by its name in scenario files with or without `api-`. Those that are none of
/// the API's are about devices, which only a world has.
fn set_knobs(knobs: &mut Knobs, world: bool, given: &[(String, String)]) -> Result<(), String> {
    for (name, value) in given {
        let full = knob::set(knobs, name, value)
            .map_err(|e| format!("--knob {name}={value}: {e}\n  help: {}", e.help()))?;
        if !world && !full.starts_with(knob::API) {
            return Err(format!(
                "--knob {name}={value}: {full} is about devices, and there are none\n  help: give their world: --world FILE"
            ));
        }
    }
    Ok(())
}

/// An absolute URL of http or https, without a slash at its end.
fn url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    match rest.map(|r| r.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains(['?', '#', ' ']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write an absolute URL, as https://pinotage-api.centrastage.net".to_owned()),
    }
}

/// How many calls are kept: each takes some hundred bytes.
fn keep(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n <= 1_000_000 => Ok(n),
        _ => Err("give a number from 0 to 1000000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::api_knobs::ApiErrorBody;

    fn pair(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    fn knobs(world: bool, given: &[(String, String)]) -> Result<Knobs, String> {
        let mut knobs = Knobs::default();
        set_knobs(&mut knobs, world, given).map(|()| knobs)
    }

    #[test]
    fn knobs_are_set_by_name() {
        let set = knobs(false, &pair("api-error-body", "empty")).unwrap();
        assert_eq!(set.api.error_body, ApiErrorBody::Empty);
        let set = knobs(false, &pair("block", "5m")).unwrap();
        assert_eq!(set.api.block_seconds, 300);
        let wrong = knobs(false, &pair("error-body", "none")).unwrap_err();
        assert!(wrong.contains("spring"), "{wrong}");
        assert!(knobs(false, &pair("nothing", "1")).is_err());
    }

    #[test]
    fn knobs_of_devices_need_a_world() {
        let given = pair("udf-count", "300");
        assert_eq!(knobs(true, &given).unwrap().udf_count, 300);
        let wrong = knobs(false, &given).unwrap_err();
        assert!(wrong.contains("--world FILE"), "{wrong}");
    }

    #[test]
    fn public_urls_are_absolute() {
        assert_eq!(
            url("https://a.example/"),
            Ok("https://a.example".to_owned())
        );
        for bad in ["a.example", "http://", "ftp://x", "http://x?y"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
