//! The generator's HTTP client: one request at a time on a connection that stays open.

use std::rc::Rc;

use anyhow::{Context as _, Result, bail};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use axum::http::{HeaderMap, Method, Request as HttpRequest};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Where requests go, and with which token.
pub(crate) struct Target {
    /// Address and port.
    authority: String,
    /// The path of the base URL, without a slash at its end.
    prefix: String,
    host: HeaderValue,
    token: HeaderValue,
}

impl Target {
    /// The target with this base URL (`http` only) and bearer token.
    ///
    /// # Errors
    /// The URL is no `http` URL, or the token is no header value.
    pub(crate) fn new(url: &str, token: &str) -> Result<Rc<Self>> {
        let Some(rest) = url.strip_prefix("http://") else { bail!("{url} does not begin with http://") };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        Ok(Rc::new(Self {
            authority: if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") },
            prefix: if path.is_empty() { String::new() } else { format!("/{path}") },
            host: HeaderValue::from_str(authority)?,
            token: bearer(token)?,
        }))
    }

    /// The same place with another token.
    ///
    /// # Errors
    /// The token is no header value.
    pub(crate) fn with_token(&self, token: &str) -> Result<Rc<Self>> {
        let (authority, prefix, host) = (self.authority.clone(), self.prefix.clone(), self.host.clone());
        Ok(Rc::new(Self { authority, prefix, host, token: bearer(token)? }))
    }

    /// Address and port.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The first line and the headers of a request, each with its end, for bytes that no HTTP client sends.
    ///
    /// # Errors
    /// The token is no text.
    pub(crate) fn head(&self, method: &str, path: &str) -> Result<String> {
        let (prefix, host, token) = (&self.prefix, self.host.to_str()?, self.token.to_str()?);
        Ok(format!("{method} {prefix}{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {token}\r\n"))
    }
}

fn bearer(token: &str) -> Result<HeaderValue> {
    Ok(HeaderValue::from_str(&format!("Bearer {token}"))?)
}

/// A request to send.
pub(crate) struct Request {
    pub method: Method,
    /// Path and query below the base URL, beginning with a slash.
    pub path: String,
    /// JSON, or nothing.
    pub body: Bytes,
}

impl Request {
    pub(crate) const fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: Bytes::new() }
    }

    pub(crate) fn with_body(method: Method, path: String, body: impl Into<Bytes>) -> Self {
        Self { method, path, body: body.into() }
    }
}

/// An answer, with its whole body.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// An open connection.
pub(crate) struct Connection {
    target: Rc<Target>,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(target: &Rc<Target>) -> Result<Self> {
        Ok(Self { target: Rc::clone(target), sender: connect(target).await? })
    }

    /// Sends a request and receives its answer. A connection that the server has closed since the last answer is opened
    /// again first.
    pub(crate) async fn send(&mut self, request: &Request) -> Result<Answer> {
        if self.sender.ready().await.is_err() {
            self.sender = connect(&self.target).await?;
        }
        let Target { prefix, host, token, .. } = &*self.target;
        let mut head = HttpRequest::builder()
            .method(request.method.clone())
            .uri(format!("{prefix}{}", request.path))
            .header(HOST, host)
            .header(AUTHORIZATION, token)
            .header(ACCEPT, "application/scim+json");
        if !request.body.is_empty() {
            head = head.header(CONTENT_TYPE, "application/scim+json; charset=utf-8");
        }
        let answer = self.sender.send_request(head.body(Full::new(request.body.clone()))?).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }
}

async fn connect(target: &Target) -> Result<SendRequest<Full<Bytes>>> {
    let authority = &target.authority;
    let stream = TcpStream::connect(authority).await.with_context(|| format!("cannot reach {authority}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // How it ends is known by the sender.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}
