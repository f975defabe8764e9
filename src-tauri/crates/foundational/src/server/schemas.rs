//! The schemas that a workspace adds to the standard ones. They are data: a setting in the form that `/Schemas` shows, read
//! when the workspace is opened, in force from the next request on.

use std::sync::Arc;

use scim::Registry;
use scim::schema::Schema;
use serde_json::{Map, Value};
use store::{AuditAct, Store};

use crate::access::actor::Actor;
use crate::context::Room as _;
use crate::error::Error;
use crate::server::ScimServer;
use crate::server::schema_views::{SchemaAdd, SchemaView};
use crate::settings;
use crate::shapes::{ById, Nothing};

const FORM: &str = "The form is that of /Schemas; an example is in docs/conformance.md.";

impl ScimServer {
    pub(crate) async fn schema_list(&self, _: Actor, _: Nothing) -> Result<Vec<SchemaView>, Error> {
        Ok(added(self.store()).await?.into_iter().map(to_view).collect())
    }

    /// Adds a schema, `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User` (or `:Group`), and answers it in full.
    pub(crate) async fn schema_add(&self, actor: Actor, args: SchemaAdd) -> Result<SchemaView, Error> {
        let invalid = |error: scim::Error| Error::invalid("definition", error.detail).hinting(FORM);
        let _one_at_a_time = self.change.lock().await;
        let schema = Schema::from_json(&parse(&args.definition)?).map_err(invalid)?;
        let definition = schema.to_json();
        let registry = self.server().registry().as_ref().clone().with_extension(schema).map_err(invalid)?;
        let mut schemas = added(self.store()).await?;
        schemas.push(definition.clone());
        let view = to_view(definition);
        let entry = actor.audit(AuditAct::SchemaAdd).with(&view.id);
        settings::ADDED_SCHEMAS.set_audited(self.store(), Some(&schemas), entry).await?;
        self.server().set_registry(Arc::new(registry));
        Ok(view)
    }

    /// Removes an added schema. The values that people have of it remain in their records, unseen, until it is added again
    /// or they are replaced.
    pub(crate) async fn schema_remove(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let _one_at_a_time = self.change.lock().await;
        let mut schemas = added(self.store()).await?;
        let before = schemas.len();
        schemas.retain(|schema| {
            !schema.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(&args.id))
        });
        if schemas.len() == before {
            return Err(Error::not_found("added schema", &args.id));
        }
        let entry = actor.audit(AuditAct::SchemaRemove).with(&args.id);
        settings::ADDED_SCHEMAS.set_audited(self.store(), Some(&schemas), entry).await?;
        self.server().set_registry(registry(self.store()).await?);
        Ok(Nothing {})
    }
}

/// A definition from its text. The refusal names the line and the column, in characters, that cannot be read.
fn parse(text: &str) -> Result<Map<String, Value>, Error> {
    let definition = serde_json::from_str(text).map_err(|error| {
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
        let column = line.get(..error.column()).map_or(error.column(), |read| read.chars().count());
        Error::invalid(
            "definition",
            format!("This is not JSON: line {}, column {column} can't be read.", error.line()),
        )
    })?;
    let Value::Object(definition) = definition else {
        let message = "A schema is one JSON object, with id, name and attributes.";
        return Err(Error::invalid("definition", message).hinting(FORM));
    };
    Ok(definition)
}

/// The standard schemas and the added ones. One that an older version stored and this one refuses is left out and logged:
/// people must not go without provisioning for it.
pub(crate) async fn registry(store: &Store) -> Result<Arc<Registry>, store::Error> {
    let mut registry = Registry::standard();
    for definition in added(store).await? {
        let extended =
            Schema::from_json(&definition).and_then(|schema| registry.clone().with_extension(schema));
        match extended {
            Ok(extended) => registry = extended,
            Err(error) => tracing::error!(%error, "a stored schema is left out"),
        }
    }
    Ok(Arc::new(registry))
}

/// The definitions that were added, in their order.
async fn added(store: &Store) -> Result<Vec<Map<String, Value>>, store::Error> {
    Ok(settings::ADDED_SCHEMAS.get(store).await?.unwrap_or_default())
}

fn to_view(definition: Map<String, Value>) -> SchemaView {
    let text = |name: &str| definition.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    SchemaView {
        id: text("id"),
        name: text("name"),
        description: text("description"),
        definition: Value::Object(definition),
    }
}
