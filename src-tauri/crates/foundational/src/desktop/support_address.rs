//! The address that the host of a window may open beside those of the guides.

use crate::desktop::Desktop;
use crate::error::Error;

impl Desktop {
    /// The address of the support contact, `mailto:` or `https:`, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub async fn support_address(&self) -> Result<Option<String>, Error> {
        Ok(self.diagnosis.support_contact().await?.map(|contact| contact.address))
    }
}
