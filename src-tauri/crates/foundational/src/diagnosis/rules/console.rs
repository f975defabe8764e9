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
