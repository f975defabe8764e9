//! The list of addresses that may call a connection.

use std::net::IpAddr;

use ipnet::IpNet;

/// Whether a text is an address or a CIDR range such as `203.0.113.0/24`.
pub fn is_address_range(text: &str) -> bool {
    range(text).is_some()
}

/// Whether a client may call. An empty list allows all; a client whose address is not known is on no list.
pub(crate) fn may_call(list: &[String], client: Option<IpAddr>) -> bool {
    list.is_empty()
        || client.is_some_and(|ip| list.iter().filter_map(|text| range(text)).any(|net| net.contains(&ip)))
}

fn range(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_let_in_by_address_or_range() {
        let list = ["203.0.113.0/24".to_owned(), " 2001:db8::1 ".to_owned()];
        let may = |ip: &str| may_call(&list, Some(ip.parse().unwrap()));
        assert!(may("203.0.113.200") && may("2001:db8::1"), "on the list");
        assert!(!may("203.0.114.1") && !may("2001:db8::2"), "beside it");
        assert!(!may_call(&list, None), "an unknown address is on no list");
        assert!(may_call(&[], None), "no list lets everybody call");
        assert!(
            !is_address_range("scim.example.com") && !is_address_range("203.0.113.0/33"),
            "names and nonsense"
        );
    }
}
