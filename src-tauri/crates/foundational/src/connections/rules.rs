//! How a connection treats what arrives, and the matches that need a decision.

use store::{AuditAct, Matching, Rules};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::find::find_connection;
use crate::connections::rules_views::{ConnectionRules, OnDelete, SetRules};
use crate::context::{Room as _, audited};
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
        if rules == connection.rules {
            return Ok(to_view(rules));
        }
        let mut admins = None;
        if let Some(group) = &rules.admin_group_id {
            let known = self.store().group_row(group).await?;
            let Some(known) = known.filter(|row| row.connection_id == connection.id) else {
                return Err(Error::invalid("adminGroupId", "This group does not belong to this connection."));
            };
            admins = Some(known.display);
        }
        let entry = actor.audit(AuditAct::RulesSet).on(&connection).with(describe(&rules, admins.as_deref()));
        let origin = actor.origin();
        let (id, stored) = (connection.id, rules.clone());
        audited(self.store(), entry, async move |tx| Ok(tx.set_rules(&id, &stored, &origin).await?)).await?;
        Ok(to_view(rules))
    }
}

/// The rules as an audit entry names them.
fn describe(rules: &Rules, admin_group: Option<&str>) -> String {
    let matching = match rules.matching {
        Matching::Ask => "an Admin decides about equal names",
        Matching::Link => "equal names are linked",
        Matching::Refuse => "equal names are refused",
    };
    let deleted = if rules.remove_on_delete {
        "deleted users are removed at once"
    } else {
        "deleted users are deactivated for 30 days"
    };
    let admins =
        admin_group.map_or_else(|| "no Admin group".to_owned(), |name| format!("Admin group {name}"));
    let addresses = match rules.allowed_addresses.len() {
        0 => "all addresses".to_owned(),
        _ => format!("only from {}", rules.allowed_addresses.join(", ")),
    };
    format!("{matching}, {deleted}, {admins}, {addresses}")
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
        return Err(Error::invalid("allowedAddresses", message).hinting(
            "A range of IPv4 addresses is written as 203.0.113.0/24, not as ::ffff:203.0.113.0/24.",
        ));
    }
    Ok(Rules {
        matching: rules.matching,
        remove_on_delete: rules.on_delete == OnDelete::Remove,
        admin_group_id: rules.admin_group_id,
        allowed_addresses: addresses,
    })
}
