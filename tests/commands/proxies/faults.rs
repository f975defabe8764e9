//! What can be wrong with a proxy, as lines of nginx and of Caddy: a table.

/// Which certificate a proxy shows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shows {
    /// One of a public authority that is trusted, with its whole chain.
    Trusted,
    SelfSigned,
    Foreign,
    Expired,
    OtherName,
    /// The trusted one without its chain.
    Alone,
}

/// A fault, and what is found of it.
#[derive(Debug)]
pub(crate) struct Fault {
    pub shows: Shows,
    /// The lines of its server block; `None` where nginx cannot be set up so.
    pub nginx: Option<&'static str>,
    /// The lines of its site; `None` where Caddy cannot.
    pub caddy: Option<&'static str>,
    /// The proxy answers, so that its name is known, and a configuration fixes it.
    pub is_known: bool,
    pub hop: &'static str,
    /// The code of the finding.
    pub code: &'static str,
    pub cause: &'static str,
    pub evidence: &'static str,
    pub advice: &'static str,
}

pub(crate) const LOST: &str = "address.notReachable";
pub(crate) const LIMITED: &str = "address.limited";

/// Nothing is wrong: what a fault has beside what makes it one.
pub(crate) const RIGHT: Fault = Fault {
    shows: Shows::Trusted,
    nginx: Some("location / { proxy_pass http://LISTEN; HEADERS }"),
    caddy: Some("TLS\nreverse_proxy LISTEN"),
    is_known: true,
    hop: "",
    code: LOST,
    cause: "",
    evidence: "",
    advice: "",
};

/// Every fault.
pub(crate) const FAULTS: &[Fault] = &[
    Fault {
        shows: Shows::SelfSigned,
        is_known: false,
        hop: "certificate",
        cause: "The certificate is self-signed.",
        advice: "Okta and Azure trust public authorities only",
        ..RIGHT
    },
    Fault {
        shows: Shows::Foreign,
        is_known: false,
        hop: "certificate",
        cause: "The certificate comes from an authority that this computer does not trust.",
        evidence: "It is signed by Foreign.",
        advice: "add it to those that this computer trusts",
        ..RIGHT
    },
    Fault {
        shows: Shows::Alone,
        is_known: false,
        hop: "certificate",
        cause: "The certificate chain is incomplete.",
        evidence: "It is signed by Between.",
        advice: "send the certificate with its intermediate ones",
        ..RIGHT
    },
    Fault {
        shows: Shows::Expired,
        is_known: false,
        hop: "certificate",
        cause: "The certificate expired on 1 January 2021.",
        advice: "Renew it",
        ..RIGHT
    },
    Fault {
        shows: Shows::OtherName,
        is_known: false,
        hop: "certificate",
        cause: "The certificate is for other.example, not for localhost:",
        advice: "names the public address",
        ..RIGHT
    },
    Fault {
        // OpenSSL speaks it at its security level 0 alone; Caddy does not speak it at all.
        nginx: Some(
            "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0; location / { proxy_pass http://LISTEN; HEADERS }",
        ),
        caddy: None,
        is_known: false,
        hop: "version",
        cause: "The address speaks only versions of TLS that are too old.",
        evidence: "TLS 1.2 and 1.3 are refused.",
        advice: "Allow TLS 1.2 and 1.3",
        ..RIGHT
    },
    Fault {
        nginx: Some("ssl_protocols TLSv1.3; location / { proxy_pass http://LISTEN; HEADERS }"),
        caddy: Some("TLS {\nprotocols tls1.3\n}\nreverse_proxy LISTEN"),
        hop: "version",
        code: LIMITED,
        cause: "TLS 1.2 is not accepted.",
        evidence: "A connection with TLS 1.2 failed:",
        advice: "Allow TLS 1.2 beside TLS 1.3",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { return 308 https://www.example.com$request_uri; }"),
        caddy: Some("TLS\nredir https://www.example.com{uri} 308"),
        hop: "redirect",
        cause: "The address answers with a redirect to https://www.example.com/scim/v2/",
        evidence: "Our request was answered with 308.",
        advice: "do not follow a redirect",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { return 301 https://$http_host$request_uri; }"),
        caddy: Some("TLS\nredir https://{http.request.hostport}{uri} 301"),
        hop: "redirect",
        cause: "The address answers with a redirect to itself.",
        evidence: "Our request was answered with 301.",
        advice: "takes each request for one over plain HTTP",
        ..RIGHT
    },
    Fault {
        nginx: Some(
            "location / { auth_basic sign-in; auth_basic_user_file /dev/null; proxy_pass http://LISTEN; HEADERS }",
        ),
        caddy: Some(
            "TLS\nbasicauth {\na $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG\n}\nreverse_proxy LISTEN",
        ),
        hop: "answer",
        cause: "Something in front refuses our request before it gets here.",
        evidence: "It was answered with 401.",
        advice: "Switch off its own sign-in",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { return 444; }"),
        caddy: Some("TLS\nabort"),
        is_known: false,
        hop: "answer",
        cause: "Something takes our request there, and does not answer it.",
        evidence: "The connection broke off: ",
        advice: "Let it pass requests on to http://127.0.0.1:",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { proxy_pass http://127.0.0.1:1; }"),
        caddy: Some("TLS\nreverse_proxy 127.0.0.1:1"),
        hop: "answer",
        cause: "A proxy answers there, but it does not reach this Foundational.",
        evidence: "The proxy says 502.",
        advice: "Let it pass requests on to http://127.0.0.1:",
        ..RIGHT
    },
    Fault {
        nginx: Some("location /scim/ { proxy_pass http://LISTEN/; HEADERS }"),
        caddy: Some("TLS\nhandle_path /scim/* {\nreverse_proxy LISTEN\n}"),
        hop: "path",
        cause: "The proxy changes the path.",
        evidence: "/scim/v2/…/Users was sent, and /v2/…/Users arrived.",
        advice: "proxy_pass without a path",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { proxy_pass http://LISTEN/app/; HEADERS }"),
        caddy: Some("TLS\nrewrite * /app{uri}\nreverse_proxy LISTEN"),
        hop: "path",
        cause: "The proxy changes the path.",
        evidence: "and /app/scim/v2/…/Users arrived.",
        advice: "proxy_pass without a path",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { rewrite ^.*$ /scim/v2/Users break; proxy_pass http://LISTEN; HEADERS }"),
        caddy: Some("TLS\nrewrite * /scim/v2/Users\nreverse_proxy LISTEN"),
        hop: "path",
        cause: "The proxy changes the path.",
        evidence: "and /scim/v2/Users arrived.",
        advice: "Let it pass the whole path on",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { proxy_pass http://LISTEN; proxy_set_header Host inside.example; }"),
        caddy: Some("TLS\nreverse_proxy LISTEN {\nheader_up Host inside.example\n}"),
        hop: "host",
        cause: "The proxy passes requests on under another host name.",
        evidence: "The request arrived for inside.example.",
        advice: "Let it pass on the Host header",
        ..RIGHT
    },
    Fault {
        nginx: Some(
            "location / { proxy_pass http://LISTEN; proxy_set_header Host $http_host; \
             proxy_set_header X-Forwarded-Proto http; }",
        ),
        caddy: Some("TLS\nreverse_proxy LISTEN {\nheader_up X-Forwarded-Proto http\n}"),
        hop: "https",
        cause: "The proxy does not say that it was called over HTTPS.",
        evidence: "X-Forwarded-Proto arrives as \"http\".",
        advice: "Let it set X-Forwarded-Proto to https.",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { proxy_pass http://LISTEN; proxy_set_header Host $http_host; }"),
        caddy: Some("TLS\nreverse_proxy LISTEN {\nheader_up -X-Forwarded-Proto\n}"),
        hop: "https",
        cause: "The proxy does not say that it was called over HTTPS.",
        evidence: "X-Forwarded-Proto does not arrive.",
        advice: "refused with 403",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { proxy_pass http://LISTEN; HEADERS proxy_set_header Authorization \"\"; }"),
        caddy: Some("TLS\nreverse_proxy LISTEN {\nheader_up -Authorization\n}"),
        hop: "token",
        cause: "The proxy removes the Authorization header.",
        evidence: "Our request was sent with it, and arrived without it.",
        advice: "Let the proxy pass it on",
        ..RIGHT
    },
    Fault {
        nginx: Some(
            "location / { proxy_pass http://LISTEN; HEADERS proxy_set_header Authorization \"Basic YTpi\"; }",
        ),
        caddy: Some("TLS\nreverse_proxy LISTEN {\nheader_up Authorization \"Basic YTpi\"\n}"),
        hop: "token",
        cause: "The proxy replaces the Authorization header.",
        evidence: "another one arrived",
        advice: "switch off its own sign-in",
        ..RIGHT
    },
    Fault {
        nginx: Some(
            "location / { proxy_pass http://LISTEN; HEADERS limit_except GET POST PUT DELETE { deny all; } }",
        ),
        caddy: Some("TLS\n@blocked method PATCH\nrespond @blocked 403\nreverse_proxy LISTEN"),
        hop: "methods",
        code: LIMITED,
        cause: "PATCH does not pass.",
        evidence: "PATCH was answered with 403.",
        advice: "changes and leavers arrive by them",
        ..RIGHT
    },
    Fault {
        nginx: Some(
            "location / { proxy_pass http://LISTEN; HEADERS limit_except GET POST PUT PATCH { deny all; } }",
        ),
        caddy: Some("TLS\n@blocked method DELETE\nrespond @blocked 403\nreverse_proxy LISTEN"),
        hop: "methods",
        code: LIMITED,
        cause: "DELETE does not pass.",
        evidence: "DELETE was answered with 403.",
        advice: "changes and leavers arrive by them",
        ..RIGHT
    },
    Fault {
        nginx: Some("location / { proxy_pass http://LISTEN; HEADERS client_max_body_size 100k; }"),
        // It answers 502: by then it is passing the body on.
        caddy: Some("TLS\nrequest_body {\nmax_size 100KB\n}\nreverse_proxy LISTEN"),
        hop: "body",
        code: LIMITED,
        cause: "A body of 1 MB does not pass.",
        evidence: "POST with 1 MB ",
        advice: "Allow bodies of 16 MB",
        ..RIGHT
    },
    Fault {
        // nginx writes the time of its own clock alone.
        nginx: None,
        // No configuration sets a clock.
        is_known: false,
        caddy: Some("TLS\nreverse_proxy LISTEN {\nheader_down Date \"Wed, 01 Jan 2020 00:00:00 GMT\"\n}"),
        hop: "clock",
        code: LIMITED,
        cause: "The clock of this computer is ",
        evidence: "The proxy shows 1 January 2020, 00:00 UTC.",
        advice: "Correct the clock that is wrong",
        ..RIGHT
    },
];
