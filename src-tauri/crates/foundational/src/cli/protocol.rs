//! `foundational schema` and `foundational discovery`.

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;

use super::output::{Failure, Print};
use super::workspace::Workspace;
use crate::commands::command;
use crate::server::discovery_access_views::Discovery;
use crate::server::schema_views::SchemaAdd;
use crate::shapes::{ById, Nothing};

#[derive(Subcommand)]
pub(super) enum SchemaCommand {
    /// List the schemas that were added to the standard ones
    List,
    /// Add a schema for people or groups, as urn:ietf:params:scim:schemas:extension:<Name>:2.0:User
    Add {
        /// A file with its definition, in the JSON form of /Schemas
        file: PathBuf,
    },
    /// Remove an added schema; its values remain stored, and are not shown
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

#[derive(Serialize)]
struct Removed<'a> {
    removed: &'a str,
}

pub(super) async fn schema(
    workspace: &Workspace,
    command: SchemaCommand,
    print: &Print,
) -> Result<(), Failure> {
    match command {
        SchemaCommand::List => {
            let schemas = workspace.call::<command::SchemaList>(Nothing {}).await?;
            let lines: Vec<String> =
                schemas.iter().map(|schema| format!("{}  {}", schema.id, schema.description)).collect();
            print.either(&schemas, &lines)
        }
        SchemaCommand::Add { file } => {
            let definition = std::fs::read_to_string(&file).map_err(|error| Failure {
                message: format!("{} cannot be read: {error}.", file.display()),
                hint: None,
                code: 1,
            })?;
            let added = workspace.call::<command::SchemaAdd>(SchemaAdd { definition }).await?;
            print.done(&format!("Added {}.", added.id), &added)
        }
        SchemaCommand::Remove { urn } => {
            workspace.call::<command::SchemaRemove>(ById { id: urn.clone() }).await?;
            print.done(&format!("Removed {urn}."), &Removed { removed: &urn })
        }
    }
}

pub(super) async fn discovery(
    workspace: &Workspace,
    command: DiscoveryCommand,
    print: &Print,
) -> Result<(), Failure> {
    let set = |open| workspace.call::<command::ServerOpenDiscovery>(Discovery { open });
    let discovery = match command {
        DiscoveryCommand::Open => set(true).await?,
        DiscoveryCommand::Close => set(false).await?,
        DiscoveryCommand::Show => workspace.call::<command::ServerDiscovery>(Nothing {}).await?,
    };
    let line = if discovery.open {
        "Discovery is answered without a token."
    } else {
        "Discovery asks for a token, as everything does."
    };
    print.done(line, &discovery)
}
