//! The schemas that a workspace adds to the standard ones. They are data: kept as a setting in the form that `/Schemas`
//! shows, read when the workspace is opened, in force from the next request on.

use std::sync::{Arc, PoisonError};

use scim::Registry;
use scim::schema::Schema;
use serde_json::{Map, Value};

use crate::Server;

/// The setting that keeps them, an array.
const KEY: &str = "scim.schemas";

/// Why a schema cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It makes no sense; the detail names the attribute.
    #[error("{}", .0.detail)]
    Invalid(scim::Error),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Server {
    /// The schemas of this workspace as they are now. A request keeps the ones it began with.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.0.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the added schemas. One that an older version kept and this one
    /// refuses is left out, and said: people must not go without provisioning for it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn read_schemas(&self) -> Result<(), store::Error> {
        let mut registry = Registry::standard();
        for definition in self.added_schemas().await? {
            match with(registry.clone(), &definition) {
                Ok(more) => registry = more,
                Err(error) => tracing::error!(%error, "a kept schema is left out"),
            }
        }
        self.set_registry(registry);
        Ok(())
    }

    /// The definitions that were added, in their order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn added_schemas(&self) -> Result<Vec<Map<String, Value>>, store::Error> {
        let kept = self.0.store.setting(KEY).await?.unwrap_or_default();
        Ok(serde_json::from_str(&kept).unwrap_or_default())
    }

    /// Adds a schema, `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User` (or `:Group`), and answers it in full.
    ///
    /// # Errors
    /// See [`SchemaError`]; nothing is changed then.
    pub async fn add_schema(
        &self,
        definition: &Map<String, Value>,
    ) -> Result<Map<String, Value>, SchemaError> {
        let _one_at_a_time = self.0.schema_changes.lock().await;
        let registry = with(self.registry().as_ref().clone(), definition).map_err(SchemaError::Invalid)?;
        let schema = Schema::from_json(definition).map_err(SchemaError::Invalid)?.to_json();
        let mut kept = self.added_schemas().await?;
        kept.push(schema.clone());
        self.keep(&kept).await?;
        self.set_registry(registry);
        Ok(schema)
    }

    /// Takes an added schema away. What people have of it stays in their records, unseen, until it is added again or
    /// they are replaced. `false` when there is no such schema.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn remove_schema(&self, urn: &str) -> Result<bool, store::Error> {
        let _one_at_a_time = self.0.schema_changes.lock().await;
        let mut kept = self.added_schemas().await?;
        let before = kept.len();
        let is_it = |schema: &Map<String, Value>| {
            schema.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(urn))
        };
        kept.retain(|schema| !is_it(schema));
        if kept.len() == before {
            return Ok(false);
        }
        self.keep(&kept).await?;
        self.read_schemas().await?;
        Ok(true)
    }

    async fn keep(&self, schemas: &[Map<String, Value>]) -> Result<(), store::Error> {
        let text = Value::from(schemas.iter().cloned().map(Value::Object).collect::<Vec<_>>()).to_string();
        self.0.store.write(async move |tx| tx.set(KEY, Some(&text)).await).await
    }

    fn set_registry(&self, registry: Registry) {
        *self.0.registry.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(registry);
    }
}

fn with(registry: Registry, definition: &Map<String, Value>) -> Result<Registry, scim::Error> {
    registry.with_extension(Schema::from_json(definition)?)
}
