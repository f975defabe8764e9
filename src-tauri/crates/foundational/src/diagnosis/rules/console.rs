//! The way into the console of the identity provider, for what has to be done there.

use idp::Provider;
use idp::remedy::Remedy;

use crate::diagnosis::finding::Finding;

impl Finding {
    /// A button that opens the console, where its address is known.
    pub(crate) fn console(self, provider: Provider) -> Self {
        match idp::providers::console(provider) {
            Some(address) => self
                .remedy_with(Remedy::OpenConsole, address)
                .labelled(format!("Open {} console", provider.label())),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::finding::{FindingCode, Severity};

    #[test]
    fn a_console_is_opened_where_its_address_is_known() {
        for (provider, label) in
            [(Provider::Azure, Some("Open Azure console")), (Provider::Okta, None), (Provider::Custom, None)]
        {
            let found = Finding::new(FindingCode::Quiet, Severity::Warning, String::new()).console(provider);
            let labels = found.remedies.first().map(|remedy| remedy.label.as_str());
            assert_eq!(labels, label, "{provider:?}");
        }
    }
}
