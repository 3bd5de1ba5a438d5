//! `curl` (Windows has had it since 10 version 1803): options, output and exit codes as its manual
//! (curl.se/docs/manpage.html) tells.

use super::http::{Failed, Head, Request};
use super::order::{self, Order, Wrong};
use super::print::{self, Told};
use crate::os;
use crate::programs::{Call, Ended};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Version that is told.
pub const VERSION: &str = "8.13.0";
/// Most redirects that are followed, as curl's own.
const MOST_REDIRECTS: u32 = 50;

/// Sends a request; gives the head before the body, and the body piece by piece.
type Send<'a> = &'a mut dyn FnMut(
    &Request,
    &mut dyn FnMut(&Head) -> bool,
    &mut dyn FnMut(&[u8]) -> bool,
) -> Result<(), Failed>;

pub fn run(call: &mut Call<'_>) -> Ended {
    let read = |name: &str| match name {
        "-" => {
            let mut all = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut all).map(|_| all)
        }
        name => std::fs::read(name),
    };
    let order = match order::read(&call.args, &read) {
        Ok(order) => order,
        Err(Wrong::Curl(exit, what)) => {
            call.complain(format_args!("curl: ({exit}) {what}"));
            return Ended::done(exit);
        }
        Err(Wrong::NotHere(what)) => return call.refuse(what),
    };
    if order.version {
        call.say(format_args!(
            "curl {VERSION} (Windows) WinHTTP, played by shakedown"
        ));
        call.say("Protocols: http https");
        return Ended::done(0);
    }
    let mut exit = 0;
    for (url, file) in &order.fetches {
        exit = fetch(call, &order, url, file.as_deref(), &mut timed);
    }
    Ended::done(exit)
}

/// What comes from the thread that waits for the server.
enum Came {
    Head(Head),
    Body(Vec<u8>),
    End(Result<(), Failed>),
}

/// [`os::http::send`], ended when its time is over: WinHTTP under Wine waits longer.
pub(super) fn timed(
    request: &Request,
    head: &mut dyn FnMut(&Head) -> bool,
    body: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<(), Failed> {
    let (to, from) = mpsc::sync_channel(4);
    let copy = request.clone();
    std::thread::spawn(move || {
        let ended = os::http::send(
            &copy,
            &mut |head| to.send(Came::Head(head.clone())).is_ok(),
            &mut |piece| to.send(Came::Body(piece.to_vec())).is_ok(),
        );
        // Nobody listens any more where the time was over.
        drop(to.send(Came::End(ended)));
    });
    let since = Instant::now();
    loop {
        let left = request
            .timeout
            .map_or(Duration::MAX, |t| t.saturating_sub(since.elapsed()));
        let on = match from.recv_timeout(left) {
            Ok(Came::Head(came)) => head(&came),
            Ok(Came::Body(piece)) => body(&piece),
            Ok(Came::End(ended)) => return ended,
            Err(mpsc::RecvTimeoutError::Timeout) => return Err(Failed::TimedOut),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(Failed::Broken),
        };
        if !on {
            return Ok(());
        }
    }
}

/// What one try gave.
enum Tried {
    Ended(i32, String),
    /// Worth another try, as curl says of these.
    Passing(i32, String),
}

fn fetch(call: &mut Call<'_>, order: &Order, url: &str, file: Option<&str>, send: Send<'_>) -> i32 {
    let mut told = Told {
        url: url.to_owned(),
        ..Told::default()
    };
    let mut left = order.retries;
    let mut pause = Duration::from_secs(1);
    let (exit, words) = loop {
        match once(call, order, url, file, send, &mut told) {
            Tried::Passing(..) if left > 0 => {
                left -= 1;
                std::thread::sleep(order.retry_delay.unwrap_or(pause));
                pause = (pause * 2).min(Duration::from_secs(600));
            }
            Tried::Ended(exit, words) | Tried::Passing(exit, words) => break (exit, words),
        }
    };
    told.exit = exit;
    if exit != 0 && (!order.silent || order.show_error) {
        call.complain(format_args!("curl: ({exit}) {words}"));
    }
    let _ = call
        .out
        .write_all(print::fill(&order.write_out, &told).as_bytes());
    exit
}

fn once(
    call: &mut Call<'_>,
    order: &Order,
    url: &str,
    file: Option<&str>,
    send: Send<'_>,
    told: &mut Told,
) -> Tried {
    let mut request = order.request.clone();
    if let Err((exit, words)) = request.point(url) {
        return Tried::Ended(exit, words);
    }
    let since = Instant::now();
    told.redirects = 0;
    loop {
        let mut head = Head::default();
        let mut sink = Sink {
            stdout: &mut *call.out,
            file,
            open: None,
            folders: order.create_folders,
            wrong: None,
        };
        let mut size = 0;
        let (mut moved, mut refused) = (None, false);
        let got = {
            let head_now = &mut head;
            let sink_cell = std::cell::RefCell::new(&mut sink);
            let (moved, refused) = (&mut moved, &mut refused);
            let skip = std::cell::Cell::new(false);
            send(
                &request,
                &mut |came| {
                    *head_now = came.clone();
                    *moved = order.follow.then(|| redirect(&request, came)).flatten();
                    *refused = came.status >= 400 && (order.fail || order.fail_with_body);
                    skip.set(moved.is_some() || *refused && !order.fail_with_body);
                    let shown = (order.head_too || order.head_only) && !(*refused && order.fail);
                    !shown || sink_cell.borrow_mut().write(came.raw.as_bytes())
                },
                &mut |piece| {
                    if skip.get() {
                        return true;
                    }
                    size += piece.len() as u64;
                    sink_cell.borrow_mut().write(piece)
                },
            )
        };
        told.status = head.status;
        told.size = size;
        told.url = request.url();
        told.content_type = head.header("Content-Type").unwrap_or("").to_owned();
        if let Some(words) = sink.wrong.take() {
            return Tried::Ended(23, words);
        }
        if let Err(failed) = got {
            let failed = precise(failed, &request, since.elapsed());
            let (exit, words) =
                print::failure(&failed, &request, since.elapsed().as_millis(), size);
            return if failed == Failed::TimedOut {
                Tried::Passing(exit, words)
            } else {
                Tried::Ended(exit, words)
            };
        }
        if let Some(next) = moved {
            told.redirects += 1;
            if told.redirects > MOST_REDIRECTS {
                return Tried::Ended(47, format!("Maximum ({MOST_REDIRECTS}) redirects followed"));
            }
            if let Err((exit, words)) = follow(&mut request, order, head.status, &next) {
                return Tried::Ended(exit, words);
            }
            continue;
        }
        // An empty body still makes its file.
        if !refused && !sink.write(b"") {
            return Tried::Ended(23, sink.wrong.unwrap_or_default());
        }
        let again = matches!(head.status, 408 | 429 | 500 | 502 | 503 | 504);
        let (exit, words) = if refused {
            (
                22,
                format!("The requested URL returned error: {}", head.status),
            )
        } else {
            (0, String::new())
        };
        return if again {
            Tried::Passing(exit, words)
        } else {
            Tried::Ended(exit, words)
        };
    }
}

/// What WinHTTP does not tell apart.
fn precise(failed: Failed, request: &Request, taken: Duration) -> Failed {
    match failed {
        // Its own timers end a little early.
        Failed::Empty | Failed::Broken
            if request
                .timeout
                .is_some_and(|t| taken + Duration::from_millis(50) >= t) =>
        {
            Failed::TimedOut
        }
        Failed::Handshake if super::hello::answers(&request.host, request.port) => {
            Failed::Certificate
        }
        failed => failed,
    }
}

/// Where an answer sends on to.
fn redirect(request: &Request, head: &Head) -> Option<String> {
    let moved = matches!(head.status, 301 | 302 | 303 | 307 | 308);
    moved.then(|| head.header("Location").map(|to| request.relative(to)))?
}

fn follow(
    request: &mut Request,
    order: &Order,
    status: u16,
    next: &str,
) -> Result<(), (i32, String)> {
    let host = request.host.clone();
    request.point(next)?;
    if host != request.host {
        request.headers.retain(|h| {
            let name = h.split(':').next().unwrap_or("");
            !name.eq_ignore_ascii_case("Authorization") && !name.eq_ignore_ascii_case("Cookie")
        });
    }
    let becomes_get = status == 303 || matches!(status, 301 | 302) && request.method == "POST";
    if becomes_get && !order.method_given && request.method != "HEAD" {
        request.method = "GET".into();
        request.body.clear();
        request
            .headers
            .retain(|h| !h.to_lowercase().starts_with("content-type:"));
    }
    Ok(())
}

/// Where a body goes; its file is made when the first of it comes.
struct Sink<'a> {
    stdout: &'a mut dyn Write,
    file: Option<&'a str>,
    open: Option<File>,
    folders: bool,
    wrong: Option<String>,
}

impl Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> bool {
        let Some(name) = self.file else {
            return self.stdout.write_all(bytes).is_ok();
        };
        let written = match &mut self.open {
            Some(open) => open.write_all(bytes),
            None => create(name, self.folders).and_then(|mut made| {
                made.write_all(bytes)?;
                self.open = Some(made);
                Ok(())
            }),
        };
        if written.is_err() {
            self.wrong = Some(format!(
                "client returned ERROR on write, {name} cannot be written"
            ));
        }
        written.is_ok()
    }
}

fn create(name: &str, folders: bool) -> std::io::Result<File> {
    if let (true, Some(folder)) = (folders, Path::new(name).parent()) {
        std::fs::create_dir_all(folder)?;
    }
    File::create(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Ask;
    use crate::protocol::{Answer, Question};

    struct Nobody;

    impl Ask for Nobody {
        fn ask(&self, _question: &Question) -> Result<Answer, String> {
            Ok(Answer::Done)
        }
    }

    /// Exit code, stdout and stderr of a call whose server gives these answers, one for each request.
    fn over(line: &str, answers: &[(u16, &str, &str)]) -> (i32, String, String) {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let order = order::read(&args, &|_| Err(std::io::ErrorKind::NotFound.into())).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut call = Call {
            name: "curl",
            line,
            args,
            device: &Nobody,
            out: &mut out,
            err: &mut err,
        };
        let mut left = answers.iter();
        let exit = fetch(
            &mut call,
            &order,
            &order.fetches[0].0,
            None,
            &mut |_, head, body| {
                let (status, headers, text) = left.next().ok_or(Failed::Connect)?;
                head(&Head {
                    status: *status,
                    raw: format!("HTTP/1.1 {status} X\r\n{headers}\r\n\r\n"),
                });
                body(text.as_bytes());
                Ok(())
            },
        );
        (
            exit,
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    }

    #[test]
    fn bodies_codes_and_redirects() {
        assert_eq!(
            over("http://a", &[(200, "", "hi")]),
            (0, "hi".into(), String::new())
        );
        assert_eq!(over("http://a", &[(404, "", "no")]).0, 0);
        let (exit, out, err) = over("-f http://a", &[(404, "", "no")]);
        assert_eq!((exit, out.as_str()), (22, ""));
        assert_eq!(err, "curl: (22) The requested URL returned error: 404\r\n");
        assert_eq!(over("-sf http://a", &[(404, "", "no")]).2, "");
        let moved = [(302, "Location: /b", "gone"), (200, "", "there")];
        assert_eq!(over("http://a", &moved).1, "gone");
        let wanted = "-L -w :%{http_code}:%{url_effective}:%{num_redirects} http://a";
        assert_eq!(over(wanted, &moved).1, "there:200:http://a/b:1");
        assert_eq!(
            over(
                "-s --retry 1 --retry-delay 0 http://a",
                &[(503, "", ""), (200, "", "ok")]
            )
            .1,
            "ok"
        );
        assert_eq!(over("-s http://a", &[]).0, 7);
        assert!(
            over("-i http://a", &[(200, "A: b", "x")])
                .1
                .starts_with("HTTP/1.1 200")
        );
    }

    #[test]
    fn a_password_stays_with_its_host() {
        let order = order::read(&["-u".into(), "a:b".into(), "http://a".into()], &|_| {
            Err(std::io::ErrorKind::NotFound.into())
        })
        .unwrap();
        let mut request = order.request.clone();
        request.point("http://a/").unwrap();
        follow(&mut request, &order, 302, "http://b/").unwrap();
        assert_eq!(request.headers, ["Accept: */*"]);
    }
}
