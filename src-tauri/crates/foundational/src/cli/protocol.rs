//! `foundational schema` and `foundational discovery`.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::access::Access;
use super::output::{Failure, Print, text};

#[derive(Subcommand)]
pub(super) enum SchemaCommand {
    /// List the schemas that were added to the standard ones
    List,
    /// Add a schema for people or groups, as urn:ietf:params:scim:schemas:extension:<Name>:2.0:User
    Add {
        /// A file with its definition, in the JSON form of /Schemas
        file: PathBuf,
    },
    /// Take an added schema away; what people have of it stays, unseen
    Remove {
        /// Its URN
        urn: String,
    },
}

#[derive(Subcommand)]
pub(super) enum DiscoveryCommand {
    /// Tell schemas, resource types and what is supported without a token
    Open,
    /// Ask for a token everywhere
    Close,
    /// Say which of the two it is
    Show,
}

pub(super) async fn schema(access: &Access, command: SchemaCommand, print: &Print) -> Result<(), Failure> {
    match command {
        SchemaCommand::List => {
            let schemas = access.call("schema.list", json!({})).await?;
            let lines: Vec<String> = schemas
                .as_array()
                .into_iter()
                .flatten()
                .map(|schema| format!("{}  {}", text(schema, "id"), text(schema, "description")))
                .collect();
            print.either(&schemas, &lines)
        }
        SchemaCommand::Add { file } => {
            let definition = std::fs::read_to_string(&file).map_err(|error| Failure {
                message: format!("{} cannot be read: {error}.", file.display()),
                hint: None,
                code: 1,
            })?;
            let added = access.call("schema.add", json!({ "definition": definition })).await?;
            print.done(&format!("Added {}.", text(&added, "id")), &added)
        }
        SchemaCommand::Remove { urn } => {
            access.call("schema.remove", json!({ "id": urn })).await?;
            print.done(&format!("Removed {urn}."), &json!({ "removed": urn }))
        }
    }
}

pub(super) async fn discovery(
    access: &Access,
    command: DiscoveryCommand,
    print: &Print,
) -> Result<(), Failure> {
    let told = match command {
        DiscoveryCommand::Open => access.call("server.openDiscovery", json!({ "open": true })).await?,
        DiscoveryCommand::Close => access.call("server.openDiscovery", json!({ "open": false })).await?,
        DiscoveryCommand::Show => access.call("server.discovery", json!({})).await?,
    };
    let line = if told["open"] == true {
        "Discovery is answered without a token."
    } else {
        "Discovery asks for a token, as everything does."
    };
    print.done(line, &told)
}
