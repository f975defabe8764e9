//! What an admin sets about the protocol itself: schemas of the workspace's own, and who may read discovery.

use serde_json::{Map, Value};
use server::SchemaError;

use crate::access::sessions::Actor;
use crate::app::open::Foundational;
use crate::error::Error;
use crate::views::{ById, Discovery, Nothing, SchemaAdd, SchemaView};

impl Foundational {
    pub(crate) async fn schema_list(&self, _: Actor, _: Nothing) -> Result<Vec<SchemaView>, Error> {
        Ok(self.server().added_schemas().await?.into_iter().map(view).collect())
    }

    pub(crate) async fn schema_add(&self, _: Actor, args: SchemaAdd) -> Result<SchemaView, Error> {
        self.server().add_schema(&args.definition).await.map(view).map_err(|error| match error {
            SchemaError::Invalid(error) => Error::invalid("definition", error.detail)
                .hinting("The form is that of /Schemas; an example is in docs/conformance.md."),
            SchemaError::Store(error) => error.into(),
        })
    }

    pub(crate) async fn schema_remove(&self, _: Actor, args: ById) -> Result<Nothing, Error> {
        let removed = self.server().remove_schema(&args.id).await?;
        removed.then_some(Nothing {}).ok_or_else(|| Error::not_found("added schema", &args.id))
    }

    #[expect(clippy::unused_async, reason = "the command table awaits every command")]
    pub(crate) async fn discovery(&self, _: Actor, _: Nothing) -> Result<Discovery, Error> {
        Ok(Discovery { open: self.server().is_discovery_open() })
    }

    pub(crate) async fn open_discovery(&self, _: Actor, args: Discovery) -> Result<Discovery, Error> {
        self.server().open_discovery(args.open).await?;
        Ok(args)
    }
}

fn view(definition: Map<String, Value>) -> SchemaView {
    let text = |name: &str| definition.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    SchemaView {
        id: text("id"),
        name: text("name"),
        description: text("description"),
        definition: Value::Object(definition),
    }
}
