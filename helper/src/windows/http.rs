//! One exchange over WinHTTP.

use super::SysError;
use super::text::wide;
use crate::programs::web::{Failed, Head, Request};
use std::ptr::{null, null_mut};
use std::time::Instant;
use windows_sys::Win32::Foundation::{GetLastError, GlobalFree};
use windows_sys::Win32::Networking::WinHttp::{
    WINHTTP_ACCESS_TYPE_DEFAULT_PROXY, WINHTTP_ACCESS_TYPE_NAMED_PROXY,
    WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_DISABLE_AUTHENTICATION, WINHTTP_DISABLE_COOKIES,
    WINHTTP_DISABLE_REDIRECTS, WINHTTP_FLAG_SECURE, WINHTTP_OPTION_DISABLE_FEATURE,
    WINHTTP_OPTION_SECURITY_FLAGS, WINHTTP_PROXY_INFO, WINHTTP_QUERY_RAW_HEADERS_CRLF,
    WinHttpCloseHandle, WinHttpConnect, WinHttpGetDefaultProxyConfiguration, WinHttpOpen,
    WinHttpOpenRequest, WinHttpQueryHeaders, WinHttpReadData, WinHttpReceiveResponse,
    WinHttpSendRequest, WinHttpSetDefaultProxyConfiguration, WinHttpSetOption, WinHttpSetTimeouts,
};

/// Unknown authority, wrong dates, wrong host name, wrong use.
const ANY_CERTIFICATE: u32 = 0x3300;

struct Handle(*mut core::ffi::c_void);

impl Handle {
    fn take(raw: *mut core::ffi::c_void) -> Result<Handle, Failed> {
        if raw.is_null() {
            Err(last())
        } else {
            Ok(Handle(raw))
        }
    }

    fn option(&self, option: u32, value: u32) -> Result<(), Failed> {
        // SAFETY: the handle is open; the value has the told size and outlives the call.
        done(unsafe { WinHttpSetOption(self.0, option, (&raw const value).cast(), 4) })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and closed once.
        unsafe { WinHttpCloseHandle(self.0) };
    }
}

fn last() -> Failed {
    // SAFETY: reads a number of this thread.
    Failed::of(unsafe { GetLastError() })
}

fn done(result: i32) -> Result<(), Failed> {
    if result == 0 { Err(last()) } else { Ok(()) }
}

/// Sends a request, follows nothing. `head` and `body` give false to end it.
///
/// # Errors
/// There is no whole answer.
pub fn send(
    request: &Request,
    head: &mut dyn FnMut(&Head) -> bool,
    body: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<(), Failed> {
    let since = Instant::now();
    let text = |t: &str| wide(t).map_err(|e| Failed::of(e.code));
    let (agent, host, path) = (
        text(&request.agent)?,
        text(&request.host)?,
        text(&request.path)?,
    );
    let (method, headers) = (text(&request.method)?, text(&request.headers.join("\r\n"))?);
    // SAFETY: the agent ends with a NUL; null names mean the set proxy.
    let session = Handle::take(unsafe {
        WinHttpOpen(
            agent.as_ptr(),
            WINHTTP_ACCESS_TYPE_DEFAULT_PROXY,
            null(),
            null(),
            0,
        )
    })?;
    timeouts(&session, request)?;
    // SAFETY: the session is open, the host ends with a NUL.
    let connection =
        Handle::take(unsafe { WinHttpConnect(session.0, host.as_ptr(), request.port, 0) })?;
    let flags = if request.secure {
        WINHTTP_FLAG_SECURE
    } else {
        0
    };
    // SAFETY: the connection is open, the texts end with a NUL, null means the usual of each.
    let exchange = Handle::take(unsafe {
        WinHttpOpenRequest(
            connection.0,
            method.as_ptr(),
            path.as_ptr(),
            null(),
            null(),
            null(),
            flags,
        )
    })?;
    exchange.option(
        WINHTTP_OPTION_DISABLE_FEATURE,
        WINHTTP_DISABLE_COOKIES | WINHTTP_DISABLE_REDIRECTS | WINHTTP_DISABLE_AUTHENTICATION,
    )?;
    if request.secure && request.any_certificate {
        exchange.option(WINHTTP_OPTION_SECURITY_FLAGS, ANY_CERTIFICATE)?;
    }
    let length = u32::try_from(request.body.len()).map_err(|_| Failed::of(87))?;
    let at = if length == 0 {
        null()
    } else {
        request.body.as_ptr().cast()
    };
    // SAFETY: the request is open; headers end with a NUL, the body has `length` bytes, both outlive it.
    done(unsafe {
        WinHttpSendRequest(
            exchange.0,
            headers.as_ptr(),
            u32::MAX,
            at,
            length,
            length,
            0,
        )
    })?;
    // SAFETY: the request is open and was sent.
    done(unsafe { WinHttpReceiveResponse(exchange.0, null_mut()) })?;
    if !head(&read_head(&exchange)?) {
        return Ok(());
    }
    let mut buffer = vec![0_u8; 64 << 10];
    loop {
        if request.timeout.is_some_and(|t| since.elapsed() >= t) {
            return Err(Failed::TimedOut);
        }
        let mut got = 0;
        // SAFETY: the request is open; the buffer has the told length and outlives the call.
        done(unsafe {
            WinHttpReadData(
                exchange.0,
                buffer.as_mut_ptr().cast(),
                buffer.len() as u32,
                &raw mut got,
            )
        })?;
        match buffer.get(..got as usize) {
            None | Some([]) => return Ok(()),
            Some(piece) if !body(piece) => return Ok(()),
            Some(_) => {}
        }
    }
}

/// In milliseconds; 0 waits for ever.
fn timeouts(session: &Handle, request: &Request) -> Result<(), Failed> {
    let whole = request
        .timeout
        .map_or(0, |t| i32::try_from(t.as_millis()).unwrap_or(0));
    let connect = request
        .connect_timeout
        .map_or(whole, |t| i32::try_from(t.as_millis()).unwrap_or(0));
    // SAFETY: the session is open.
    done(unsafe { WinHttpSetTimeouts(session.0, connect, connect, whole, whole) })
}

fn read_head(exchange: &Handle) -> Result<Head, Failed> {
    let mut buffer = vec![0_u16; 32 << 10];
    let (mut bytes, mut index) = ((buffer.len() * 2) as u32, 0);
    // SAFETY: the request has its answer; the buffer has `bytes` bytes, null means the headers as they are.
    done(unsafe {
        WinHttpQueryHeaders(
            exchange.0,
            WINHTTP_QUERY_RAW_HEADERS_CRLF,
            null(),
            buffer.as_mut_ptr().cast(),
            &raw mut bytes,
            &raw mut index,
        )
    })?;
    let raw = super::text::narrow(&buffer);
    let status = raw
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    Ok(Head { status, raw })
}

/// Proxy and bypass list that WinHTTP uses unless told otherwise; none: it asks directly.
#[must_use]
pub fn proxy() -> Option<(String, String)> {
    let mut info = WINHTTP_PROXY_INFO::default();
    // SAFETY: the structure outlives the call; its texts are null or end with a NUL, and are freed once.
    unsafe {
        if WinHttpGetDefaultProxyConfiguration(&raw mut info) == 0 {
            return None;
        }
        let texts = (
            super::text::from_wide(info.lpszProxy),
            super::text::from_wide(info.lpszProxyBypass),
        );
        GlobalFree(info.lpszProxy.cast());
        GlobalFree(info.lpszProxyBypass.cast());
        (info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY).then_some(texts)
    }
}

/// Sets the proxy and bypass list that WinHTTP uses; none: it asks directly.
///
/// # Errors
/// Windows refuses, as it does an empty proxy.
pub fn set_proxy(to: Option<&(String, String)>) -> Result<(), SysError> {
    let (server, bypass) = to.cloned().unwrap_or_default();
    let (mut proxy, mut around) = (wide(&server)?, wide(&bypass)?);
    let mut info = match to {
        None => WINHTTP_PROXY_INFO {
            dwAccessType: WINHTTP_ACCESS_TYPE_NO_PROXY,
            lpszProxy: null_mut(),
            lpszProxyBypass: null_mut(),
        },
        Some(_) => WINHTTP_PROXY_INFO {
            dwAccessType: WINHTTP_ACCESS_TYPE_NAMED_PROXY,
            lpszProxy: proxy.as_mut_ptr(),
            lpszProxyBypass: if bypass.is_empty() {
                null_mut()
            } else {
                around.as_mut_ptr()
            },
        },
    };
    // SAFETY: the structure and the texts, which end with a NUL, outlive the call.
    if unsafe { WinHttpSetDefaultProxyConfiguration(&raw mut info) } == 0 {
        return Err(SysError::last("WinHTTP's proxy"));
    }
    Ok(())
}
