//! `foundational token`.

use clap::Subcommand;

use super::output::{Failure, Print, day, word};
use super::workspace::Workspace;
use crate::commands::command;
use crate::connections::token_views::{NewToken, TokenCreate, TokenLife, TokenView};
use crate::shapes::ById;

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and print it, this one time
    Create {
        /// The connection's id or name
        connection: String,
        /// What to call it, unique within the connection [default: "Token 1", "Token 2" and so on]
        #[arg(long)]
        label: Option<String>,
        /// How long it lives
        #[arg(long, value_enum, default_value = "1y")]
        expires: TokenLife,
    },
    /// List a connection's tokens
    List {
        /// The connection's id or name
        connection: String,
    },
    /// Refuse a token from now on
    Revoke {
        /// The token's id, as `token list` shows it
        token: String,
    },
}

pub(super) async fn token(
    workspace: &Workspace,
    command: TokenCommand,
    print: &Print,
) -> Result<(), Failure> {
    match command {
        TokenCommand::Create { connection, label, expires } => {
            let args = TokenCreate { connection_id: connection, label, expires };
            created(&workspace.call::<command::TokenCreate>(args).await?, print)
        }
        TokenCommand::List { connection: id } => {
            list(&workspace.call::<command::TokenList>(ById { id }).await?, print)
        }
        TokenCommand::Revoke { token } => {
            let revoked = workspace.call::<command::TokenRevoke>(ById { id: token.clone() }).await?;
            print.done(&format!("Revoked {token}. Requests with it are refused from now on."), &revoked)
        }
    }
}

fn created(made: &NewToken, print: &Print) -> Result<(), Failure> {
    let expires = day(made.expires_at);
    print.either(
        made,
        &[
            made.token.clone(),
            format!(
                "{}, expires: {expires}. It is shown this one time; only a fingerprint is stored.",
                made.label
            ),
        ],
    )
}

fn list(tokens: &[TokenView], print: &Print) -> Result<(), Failure> {
    let row = |one: &TokenView| {
        format!(
            "{}  {}  {:<8}  expires {:<10}  last used {}  {}",
            one.id,
            one.masked,
            word(one.state),
            day(one.expires_at),
            day(one.last_used_at),
            one.label
        )
    };
    let mut lines: Vec<String> = tokens.iter().map(row).collect();
    if lines.is_empty() {
        lines.push("There is no token yet. Make one with: foundational token create CONNECTION".to_owned());
    }
    print.either(&tokens, &lines)
}
