//! What can be wrong with a proxy, as configurations of nginx: a table.

use super::behind::{Behind, HEADERS};

/// A fault, and what is found of it.
pub(crate) struct Fault {
    /// The lines of its server block.
    pub lines: String,
    pub hop: &'static str,
    /// The code of the finding.
    pub code: &'static str,
    pub cause: &'static str,
    pub evidence: &'static str,
    pub advice: &'static str,
}

pub(crate) const LOST: &str = "address.notReachable";
const LIMITED: &str = "address.limited";

/// Every fault.
#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(crate) fn faults(behind: &Behind) -> Vec<Fault> {
    let listen = behind.listen;
    let instead = |from: &str, to: &str| {
        format!("location / {{ proxy_pass http://{listen}; {} }}", HEADERS.replace(from, to))
    };
    vec![
        Fault {
            lines: behind.passing("proxy_set_header Authorization \"\";"),
            hop: "token",
            code: LOST,
            cause: "The proxy removes the Authorization header.",
            evidence: "Our request was sent with it, and arrived without it.",
            advice: "Let the proxy pass it on",
        },
        Fault {
            lines: behind.passing("proxy_set_header Authorization \"Basic YTpi\";"),
            hop: "token",
            code: LOST,
            cause: "The proxy replaces the Authorization header.",
            evidence: "another one arrived",
            advice: "switch off its own sign-in",
        },
        Fault {
            lines: instead("Proto https", "Proto http"),
            hop: "https",
            code: LOST,
            cause: "The proxy does not say that it was called over HTTPS.",
            evidence: "X-Forwarded-Proto arrives as \"http\".",
            advice: "Let it set X-Forwarded-Proto to https.",
        },
        Fault {
            lines: instead("proxy_set_header X-Forwarded-Proto https;", ""),
            hop: "https",
            code: LOST,
            cause: "The proxy does not say that it was called over HTTPS.",
            evidence: "X-Forwarded-Proto does not arrive.",
            advice: "refused with 403",
        },
        Fault {
            lines: instead("$http_host", "inside.example"),
            hop: "host",
            code: LOST,
            cause: "The proxy passes requests on under another host name.",
            evidence: "The request arrived for inside.example.",
            advice: "Let it pass on the Host header",
        },
        Fault {
            lines: format!("location /scim/ {{ proxy_pass http://{listen}/; {HEADERS} }}"),
            hop: "path",
            code: LOST,
            cause: "The proxy changes the path.",
            evidence: "/scim/v2/…/Users was sent, and /v2/…/Users arrived.",
            advice: "proxy_pass without a path",
        },
        Fault {
            lines: format!(
                "location / {{ rewrite ^.*$ /scim/v2/Users break; proxy_pass http://{listen}; {HEADERS} }}"
            ),
            hop: "path",
            code: LOST,
            cause: "The proxy changes the path.",
            evidence: "and /scim/v2/Users arrived.",
            advice: "Let it pass the whole path on",
        },
        Fault {
            lines: "location / { return 308 https://www.example.com$request_uri; }".to_owned(),
            hop: "redirect",
            code: LOST,
            cause: "The address answers with a redirect to https://www.example.com/scim/v2/",
            evidence: "Our request was answered with 308.",
            advice: "do not follow a redirect",
        },
        Fault {
            lines: behind.passing("auth_basic sign-in; auth_basic_user_file /dev/null;"),
            hop: "answer",
            code: LOST,
            cause: "Something in front refuses our request before it gets here.",
            evidence: "It was answered with 401.",
            advice: "Switch off its own sign-in",
        },
        Fault {
            lines: "location / { proxy_pass http://127.0.0.1:1; }".to_owned(),
            hop: "answer",
            code: LOST,
            cause: "A proxy answers there, but it does not reach this Foundational.",
            evidence: "The proxy says 502.",
            advice: "Let it pass requests on to http://127.0.0.1:",
        },
        Fault {
            lines: behind.passing("limit_except GET POST PUT { deny all; }"),
            hop: "methods",
            code: LIMITED,
            cause: "PATCH and DELETE do not pass.",
            evidence: "PATCH was answered with 403. DELETE was answered with 403.",
            advice: "changes and leavers arrive by them",
        },
        Fault {
            lines: behind.passing("client_max_body_size 100k;"),
            hop: "body",
            code: LIMITED,
            cause: "A body of 1 MB does not pass.",
            evidence: "POST with 1 MB was answered with 413.",
            advice: "Allow bodies of 16 MB",
        },
    ]
}
