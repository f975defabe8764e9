//! Configurations of proxies and tunnels that pass everything on, with the values of this server.

use crate::server::public_url_check::hop::Hop;
use crate::server::public_url_check::views::ProxyFix;
use crate::shell::shell_word;

/// What makes a fix: name, place, and text of host, authority and listen address.
struct Product {
    name: &'static str,
    place: &'static str,
    /// What it writes of itself into answers, in lower case.
    calls_itself: &'static str,
    /// How the names end that it gives.
    names: &'static [&'static str],
    text: fn(&Values) -> String,
}

struct Values<'a> {
    /// "scim.example.com".
    host: &'a str,
    /// With the port, where that is not 443.
    authority: &'a str,
    port: &'a str,
    listen: &'a str,
}

const PRODUCTS: [Product; 5] = [
    // It passes on Host and sets X-Forwarded-For and X-Forwarded-Proto by itself
    // (https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#defaults).
    Product {
        name: "Caddy",
        place: "In the Caddyfile. Then run caddy reload.",
        calls_itself: "caddy",
        names: &[],
        text: |values| format!("{} {{\n\treverse_proxy {}\n}}\n", values.authority, values.listen),
    },
    // https://nginx.org/en/docs/http/ngx_http_proxy_module.html; the paths are those of certbot.
    Product {
        name: "nginx",
        place: "In a file of /etc/nginx/conf.d, with the paths of your certificate. Then run nginx -s reload.",
        calls_itself: "nginx",
        names: &[],
        text: nginx,
    },
    // https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/
    Product {
        name: "Cloudflare Tunnel",
        place: "In the tunnel's config.yml, below tunnel and credentials-file. Then restart cloudflared. An Access \
                application on this name must let the path /scim/v2/* bypass it.",
        calls_itself: "cloudflare",
        names: &[".trycloudflare.com"],
        text: |values| {
            format!(
                "ingress:\n  - hostname: {}\n    service: http://{}\n  - service: http_status:404\n",
                values.host, values.listen
            )
        },
    },
    // https://ngrok.com/docs/agent/cli/#ngrok-http
    Product {
        name: "ngrok",
        place: "In a terminal of this computer.",
        calls_itself: "ngrok",
        names: &[".ngrok.app", ".ngrok.dev", ".ngrok.io", ".ngrok-free.app", ".ngrok-free.dev"],
        text: |values| {
            let url = format!("https://{}", values.authority);
            format!("ngrok http {} --url {}\n", shell_word(values.listen), shell_word(&url))
        },
    },
    // https://tailscale.com/kb/1311/tailscale-funnel: ports 443, 8443 and 10000.
    Product {
        name: "Tailscale Funnel",
        place: "In a terminal of this computer. Funnel serves the ports 443, 8443 and 10000 alone.",
        calls_itself: "tailscale",
        names: &[".ts.net"],
        text: |values| {
            let target = format!("http://{}", values.listen);
            format!("tailscale funnel --bg --https={} {}\n", values.port, shell_word(&target))
        },
    },
];

fn nginx(values: &Values) -> String {
    let Values { host, port, listen, .. } = values;
    format!(
        "server {{
    listen {port} ssl;
    server_name {host};
    # The certificate with its whole chain, and its key.
    ssl_certificate /etc/letsencrypt/live/{host}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/{host}/privkey.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_max_body_size 16m;

    location / {{
        proxy_pass http://{listen};
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto https;
    }}
}}
"
    )
}

/// The configurations for a way that fails at this hop, the one of the proxy that probably answers first. `proxy`: what the
/// proxies call themselves, in lower case.
pub(crate) fn fixes(url: &str, listen: &str, proxy: &str, hop: Hop) -> Vec<ProxyFix> {
    if matches!(hop, Hop::Name | Hop::Clock) {
        return Vec::new();
    }
    let authority = url.trim_start_matches("https://");
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (authority, "443"),
    };
    let values = Values { host, authority, port, listen };
    let mut products: Vec<&Product> = PRODUCTS.iter().collect();
    // A tunnel is known by the name that it gives; a proxy behind it also writes its own.
    products.sort_by_key(|product| {
        let gives = product.names.iter().any(|end| host.ends_with(end));
        (!gives, !proxy.contains(product.calls_itself))
    });
    products
        .into_iter()
        .map(|product| ProxyFix {
            name: product.name.to_owned(),
            place: product.place.to_owned(),
            text: (product.text)(&values),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, proxy: &str) -> Vec<ProxyFix> {
        fixes(url, "127.0.0.1:8470", proxy, Hop::Token)
    }

    #[test]
    fn each_text_has_the_values_of_this_server() {
        let shown = of("https://scim.example.com:8443", "");
        let text = |name: &str| shown.iter().find(|fix| fix.name == name).unwrap().text.clone();
        assert_eq!(text("Caddy"), "scim.example.com:8443 {\n\treverse_proxy 127.0.0.1:8470\n}\n");
        assert!(text("nginx").contains("listen 8443 ssl;\n    server_name scim.example.com;"));
        assert!(text("nginx").contains("proxy_pass http://127.0.0.1:8470;"));
        assert!(
            text("Cloudflare Tunnel")
                .contains("hostname: scim.example.com\n    service: http://127.0.0.1:8470")
        );
        assert_eq!(text("ngrok"), "ngrok http 127.0.0.1:8470 --url https://scim.example.com:8443\n");
        assert_eq!(text("Tailscale Funnel"), "tailscale funnel --bg --https=8443 http://127.0.0.1:8470\n");
        assert!(of("https://scim.example.com", "")[1].text.contains("listen 443 ssl;"), "without a port");
    }

    #[test]
    fn what_probably_answers_is_first() {
        for (url, proxy, first) in [
            ("https://scim.example.com", "", "Caddy"),
            ("https://scim.example.com", "nginx/1.22.1", "nginx"),
            ("https://scim.example.com", "cloudflare", "Cloudflare Tunnel"),
            ("https://scim.example.com", "ngrok-error-code", "ngrok"),
            ("https://pc.tail1234.ts.net", "", "Tailscale Funnel"),
            ("https://a.ngrok-free.app", "nginx", "ngrok"),
        ] {
            assert_eq!(of(url, proxy)[0].name, first, "{url} {proxy}");
        }
    }

    #[test]
    fn where_no_proxy_is_at_fault_there_is_none() {
        for hop in [Hop::Name, Hop::Clock] {
            assert!(fixes("https://scim.example.com", "127.0.0.1:8470", "nginx", hop).is_empty());
        }
    }
}
