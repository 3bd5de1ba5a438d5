//! Refuses services that could not be served as written.

use super::error::ServiceError;
use crate::rmm::service::{Fault, Reply, ServiceSpec};
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};
use std::net::IpAddr;

/// A host without the brackets that URLs put around IPv6 addresses.
pub(super) fn plain_host(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|h| h.strip_suffix(']'))
        .unwrap_or(host)
}

/// Checks one service by itself.
pub(super) fn service(spec: &ServiceSpec) -> Result<(), ServiceError> {
    let refuse = |what: String| Err(ServiceError::spec(&spec.name, what));
    if !is_host(plain_host(&spec.host)) {
        return refuse(format!(
            "{:?} is neither a host name (ASCII; labels of 1 to 63 letters, digits, - or _) nor an address",
            spec.host
        ));
    }
    if !spec.base_path.is_empty() && !spec.base_path.starts_with('/') {
        return refuse(format!(
            "its path {:?} does not begin with /",
            spec.base_path
        ));
    }
    if let Some(fault) = &spec.fault {
        service_fault(spec, fault)?;
    }
    for (index, route) in spec.routes.iter().enumerate() {
        let number = index + 1;
        if route.replies.is_empty() {
            return refuse(format!("route {number} has no reply"));
        }
        for reply in &route.replies {
            if !(200..=999).contains(&reply.status) {
                return refuse(format!(
                    "route {number} answers status {}; a final status is 200 to 999",
                    reply.status
                ));
            }
            headers(&spec.name, index, reply)?;
            match &reply.fault {
                Some(
                    Fault::UntrustedCertificate
                    | Fault::ExpiredCertificate
                    | Fault::UnknownName
                    | Fault::Refused,
                ) => {
                    let word = reply.fault.as_ref().map(Fault::word).unwrap_or_default();
                    return refuse(format!(
                        "route {number} has the fault \"{word}\", which strikes before a request is read; give it to the whole service"
                    ));
                }
                Some(fault) => values(&spec.name, fault)?,
                None => {}
            }
        }
    }
    Ok(())
}

/// Checks a fault of a whole service.
pub(super) fn service_fault(spec: &ServiceSpec, fault: &Fault) -> Result<(), ServiceError> {
    fault_fits(&spec.name, spec.tls, &spec.host, fault)
}

/// Checks that a service of this kind can have this fault.
pub(super) fn fault_fits(
    name: &str,
    tls: bool,
    host: &str,
    fault: &Fault,
) -> Result<(), ServiceError> {
    match fault {
        Fault::UntrustedCertificate | Fault::ExpiredCertificate if !tls => Err(ServiceError::spec(
            name,
            format!("the fault \"{}\" needs https", fault.word()),
        )),
        Fault::UnknownName if plain_host(host).parse::<IpAddr>().is_ok() => {
            Err(ServiceError::spec(
                name,
                format!(
                    "the fault \"{}\" needs a name; {host} is an address",
                    fault.word()
                ),
            ))
        }
        fault => values(name, fault),
    }
}

fn values(name: &str, fault: &Fault) -> Result<(), ServiceError> {
    match fault {
        Fault::Status(status) if !(200..=999).contains(status) => Err(ServiceError::spec(
            name,
            format!("the fault answers status {status}; a final status is 200 to 999"),
        )),
        Fault::Truncate(share) if *share > 99 => Err(ServiceError::spec(
            name,
            format!("the fault sends {share} % of a body; cut off means 0 to 99 %"),
        )),
        _ => Ok(()),
    }
}

/// A reply's headers in the types of the HTTP library.
pub(super) fn headers(
    service: &str,
    route: usize,
    reply: &Reply,
) -> Result<Vec<(HeaderName, HeaderValue)>, ServiceError> {
    let mut parsed = Vec::with_capacity(reply.headers.len());
    for (name, value) in &reply.headers {
        let refuse = |why: &str| {
            ServiceError::spec(
                service,
                format!("route {}: header {name:?}: {why}", route + 1),
            )
        };
        let key =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse("not a header name"))?;
        let text =
            HeaderValue::from_str(value).map_err(|_| refuse("its value has control characters"))?;
        if key == TRANSFER_ENCODING {
            return Err(refuse("how a body is sent is not for the scenario to say"));
        }
        if key == CONTENT_LENGTH {
            if value.trim().parse() != Ok(reply.body.len()) {
                return Err(refuse(
                    "it must be the body's length; a short body is the fault truncate",
                ));
            }
            continue;
        }
        parsed.push((key, text));
    }
    Ok(parsed)
}

fn is_host(host: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    host.parse::<IpAddr>().is_ok() || (host.len() <= 253 && host.split('.').all(label))
}

/// Checks what services have to agree on among each other.
pub(super) fn together(specs: &[ServiceSpec]) -> Result<(), ServiceError> {
    for (index, spec) in specs.iter().enumerate() {
        for other in specs.iter().take(index) {
            if other.name == spec.name {
                return Err(ServiceError::spec(
                    &spec.name,
                    "two services have this name",
                ));
            }
            let same_place = other.port == spec.port && other.host.eq_ignore_ascii_case(&spec.host);
            if same_place && other.tls != spec.tls {
                let what = format!(
                    "{}:{} is http and https at once (see service {:?})",
                    spec.host, spec.port, other.name
                );
                return Err(ServiceError::spec(&spec.name, what));
            }
            if same_place
                && other.base_path.trim_end_matches('/') == spec.base_path.trim_end_matches('/')
            {
                let what = format!(
                    "service {:?} has the same URL; put the routes of both into one",
                    other.name
                );
                return Err(ServiceError::spec(&spec.name, what));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::service::Route;

    fn spec() -> ServiceSpec {
        ServiceSpec {
            name: "cloud".into(),
            host: "cloud.example".into(),
            port: 80,
            ..Default::default()
        }
    }

    fn with_reply(reply: Reply) -> ServiceSpec {
        ServiceSpec {
            routes: vec![Route {
                replies: vec![reply],
                ..Default::default()
            }],
            ..spec()
        }
    }

    fn why(spec: &ServiceSpec) -> String {
        service(spec).map_or_else(|e| e.to_string(), |()| "taken".into())
    }

    #[test]
    fn what_cannot_be_served_is_refused_with_the_reason() {
        assert_eq!(why(&spec()), "taken");
        assert!(
            why(&ServiceSpec {
                host: "bücher.example".into(),
                ..spec()
            })
            .contains("neither a host name")
        );
        assert!(
            why(&ServiceSpec {
                base_path: "v1".into(),
                ..spec()
            })
            .contains("does not begin with /")
        );
        assert!(
            why(&ServiceSpec {
                routes: vec![Route::default()],
                ..spec()
            })
            .contains("no reply")
        );
        assert!(
            why(&with_reply(Reply {
                status: 101,
                ..Default::default()
            }))
            .contains("status 101")
        );
        assert!(
            why(&ServiceSpec {
                fault: Some(Fault::ExpiredCertificate),
                ..spec()
            })
            .contains("needs https")
        );
        let fault = Some(Fault::UnknownName);
        assert!(
            why(&ServiceSpec {
                host: "127.0.0.9".into(),
                fault,
                ..spec()
            })
            .contains("is an address")
        );
        assert!(
            why(&with_reply(Reply {
                fault: Some(Fault::Refused),
                ..Default::default()
            }))
            .contains("before a request")
        );
        assert!(
            why(&with_reply(Reply {
                fault: Some(Fault::Truncate(100)),
                ..Default::default()
            }))
            .contains("100 %")
        );
        for header in [
            ("Content-Length", "4"),
            ("Transfer-Encoding", "chunked"),
            ("a b", "c"),
            ("a", "b\nc"),
        ] {
            let headers = vec![(header.0.to_owned(), header.1.to_owned())];
            assert!(
                why(&with_reply(Reply {
                    headers,
                    ..Default::default()
                }))
                .contains("header"),
                "{header:?}"
            );
        }
    }

    #[test]
    fn services_must_not_contradict_each_other() {
        let tls = ServiceSpec {
            name: "b".into(),
            tls: true,
            ..spec()
        };
        assert!(together(&[spec(), tls]).is_err());
        let twin = ServiceSpec {
            name: "b".into(),
            host: "CLOUD.example".into(),
            base_path: "/".into(),
            ..spec()
        };
        assert!(together(&[spec(), twin]).is_err());
        let sibling = ServiceSpec {
            name: "b".into(),
            base_path: "/v2".into(),
            ..spec()
        };
        assert!(together(&[spec(), sibling]).is_ok());
        assert!(together(&[spec(), spec()]).is_err());
    }
}
