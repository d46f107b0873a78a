//! Requests and responses as values.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{AppError, Problem};

/// The methods that the protocol uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET, without a body.
    Get,
    /// POST, with a JSON body.
    Post,
}

impl Method {
    /// The method's name in HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to send to the server. Its headers carry the app token, and its `Debug` shows neither them nor the body.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Path and query, from `/app/v1` on.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, or empty for GET.
    pub body: Vec<u8>,
}

impl HttpRequest {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn post(path: impl Into<String>, body: &serde_json::Value) -> Self {
        Self {
            method: Method::Post,
            path: path.into(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.method.as_str(),
            self.path.split('?').next().unwrap_or_default()
        )
    }
}

/// The server's answer.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// An answer with a JSON body, for whoever stands in for a server.
    pub fn json(status: u16, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self {
            status,
            body: serde_json::to_vec(body)?,
        })
    }

    /// The answer's members, or why there are none.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        if self.status == 200 {
            return serde_json::from_slice(&self.body).map_err(|_| AppError::MalformedAnswer);
        }
        match serde_json::from_slice::<Problem>(&self.body) {
            Ok(problem) => Err(AppError::Refused(Box::new(problem))),
            Err(_) => Err(AppError::UnexpectedStatus(self.status)),
        }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)
    }
}

/// A state that waits for an answer.
pub trait Step {
    /// What the right answer leads to.
    type Next;

    /// Takes the answer.
    fn receive(self, response: &HttpResponse) -> Result<Self::Next, AppError>;
}

/// Sends a step's request and gives it the answer, for whoever can send without waiting elsewhere.
pub fn drive<S: Step>(
    (request, step): (HttpRequest, S),
    send: impl FnOnce(HttpRequest) -> HttpResponse,
) -> Result<S::Next, AppError> {
    step.receive(&send(request))
}
