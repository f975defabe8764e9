//! How a connection treats what arrives, and the accounts that wait for a decision.

use store::Rules;

use crate::access::sessions::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::rules_views::{ConnectionRules, OnDelete, SetRules};
use crate::context::Room as _;
use crate::error::Error;
use crate::limits::ALLOWED_ADDRESSES;
use crate::shapes::ById;

impl Connections {
    pub(crate) async fn rules(&self, _: Actor, args: ById) -> Result<ConnectionRules, Error> {
        Ok(to_view(find_connection(self.store(), &args.id).await?.rules))
    }

    pub(crate) async fn set_rules(&self, actor: Actor, args: SetRules) -> Result<ConnectionRules, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let rules = parse(args.rules)?;
        if let Some(group) = &rules.admin_group_id {
            let known = self.store().group_row(group).await?;
            if known.is_none_or(|row| row.connection_id != connection.id) {
                return Err(Error::invalid("adminGroupId", "This group does not belong to this connection."));
            }
        }
        let origin = actor.origin();
        let (id, stored) = (connection.id, rules.clone());
        let done: Result<bool, Error> =
            self.store().write(async move |tx| Ok(tx.set_rules(&id, &stored, &origin).await?)).await;
        done?;
        Ok(to_view(rules))
    }
}

fn to_view(rules: Rules) -> ConnectionRules {
    ConnectionRules {
        matching: rules.matching,
        on_delete: if rules.remove_on_delete { OnDelete::Remove } else { OnDelete::Keep },
        admin_group_id: rules.admin_group_id,
        allowed_addresses: rules.allowed_addresses,
    }
}

fn parse(rules: ConnectionRules) -> Result<Rules, Error> {
    let addresses: Vec<String> = rules
        .allowed_addresses
        .iter()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    if addresses.len() > ALLOWED_ADDRESSES {
        return Err(Error::invalid(
            "allowedAddresses",
            format!("There are {} lines; the limit is {ALLOWED_ADDRESSES}.", addresses.len()),
        ));
    }
    if let Some(odd) = addresses.iter().find(|text| !server::is_address_range(text)) {
        let shown: String = odd.chars().take(60).collect();
        let message = format!("\"{shown}\" is not an address or range such as 203.0.113.0/24.");
        return Err(Error::invalid("allowedAddresses", message));
    }
    Ok(Rules {
        matching: rules.matching,
        remove_on_delete: rules.on_delete == OnDelete::Remove,
        admin_group_id: rules.admin_group_id,
        allowed_addresses: addresses,
    })
}
