//! Tokens of connections: hashes only.

use std::time::Duration;

use crate::error::Constraint as _;
use crate::{
    AuditAct, AuditEntry, AuditSubject, ChangeSource, Error, Store, StoreEvent, Token, TokenText, Tx,
};
use jiff::Timestamp;

impl Store {
    /// The token with this key id.
    pub async fn token(&self, id: &str) -> Result<Option<Token>, Error> {
        Ok(sqlx::query_as("SELECT * FROM token WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers())
            .await?)
    }

    /// A connection's tokens, newest first.
    pub async fn tokens(&self, connection_id: &str) -> Result<Vec<Token>, Error> {
        Ok(sqlx::query_as("SELECT * FROM token WHERE connection_id = $1 ORDER BY created_at DESC, id")
            .bind(connection_id)
            .fetch_all(self.readers())
            .await?)
    }

    /// Notes that a token arrived unencrypted, with an audit entry. The first time counts, and only for a token that was
    /// not revoked.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn expose_token(&self, id: &str) -> Result<(), Error> {
        let id = id.to_owned();
        self.write(async move |tx| tx.expose_token(&id).await).await
    }
}

impl Tx {
    /// A connection's tokens that are not revoked.
    pub async fn unrevoked_tokens(&mut self, connection_id: &str) -> Result<Vec<Token>, Error> {
        Ok(sqlx::query_as("SELECT * FROM token WHERE connection_id = $1 AND revoked_at IS NULL")
            .bind(connection_id)
            .fetch_all(&mut self.conn)
            .await?)
    }

    /// Keeps a new token's hash. Without a label it gets a number; [`Error::Duplicate`] when another token of the
    /// connection has or had the label.
    pub async fn create_token(
        &mut self,
        connection_id: &str,
        token: &TokenText,
        label: Option<&str>,
        expires_at: Option<Timestamp>,
        origin: &ChangeSource,
    ) -> Result<String, Error> {
        let label = match label {
            Some(label) => label.to_owned(),
            None => self.next_label(connection_id).await?,
        };
        sqlx::query(
            "INSERT INTO token (id, connection_id, hash, tail, created_at, expires_at, created_by, label)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(token.key_id())
        .bind(connection_id)
        .bind(token.hash().as_slice())
        .bind(token.tail())
        .bind(self.now().as_millisecond())
        .bind(expires_at.map(Timestamp::as_millisecond))
        .bind(&origin.actor)
        .bind(&label)
        .execute(&mut self.conn)
        .await
        .or_constraint()?;
        self.notify(StoreEvent::Token(connection_id.to_owned()));
        Ok(label)
    }

    /// "Token 3": the first number from the count of tokens on that no label has.
    async fn next_label(&mut self, connection_id: &str) -> Result<String, Error> {
        let taken: Vec<String> = sqlx::query_scalar("SELECT label FROM token WHERE connection_id = $1")
            .bind(connection_id)
            .fetch_all(&mut self.conn)
            .await?;
        let mut number = taken.len() + 1;
        loop {
            let label = format!("Token {number}");
            if !taken.iter().any(|other| other.eq_ignore_ascii_case(&label)) {
                return Ok(label);
            }
            number += 1;
        }
    }

    /// Lets a usable token end earlier than it would have. `false` when there is none that would live longer.
    pub async fn shorten_token(&mut self, id: &str, expires_at: Timestamp) -> Result<bool, Error> {
        let now = self.now().as_millisecond();
        let connection_id: Option<String> = sqlx::query_scalar(
            "UPDATE token SET expires_at = $2
             WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > max($2, $3))
             RETURNING connection_id",
        )
        .bind(id)
        .bind(expires_at.as_millisecond())
        .bind(now)
        .fetch_optional(&mut self.conn)
        .await?;
        let shortened = connection_id.is_some();
        if let Some(connection_id) = connection_id {
            self.notify(StoreEvent::Token(connection_id));
        }
        Ok(shortened)
    }

    /// Lets `new` take the place of every other usable token of its connection, each of which lives on for `overlap`
    /// after the first use of `new`.
    pub async fn replace_tokens(
        &mut self,
        connection_id: &str,
        new: &str,
        overlap: Duration,
    ) -> Result<(), Error> {
        sqlx::query(
            "UPDATE token SET replaced_by = $2, overlap_ms = $3
             WHERE connection_id = $1 AND id <> $2 AND revoked_at IS NULL",
        )
        .bind(connection_id)
        .bind(new)
        .bind(i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX))
        .execute(&mut self.conn)
        .await?;
        self.notify(StoreEvent::Token(connection_id.to_owned()));
        Ok(())
    }

    /// Takes back that tokens are being replaced by `new`.
    pub async fn cancel_token_replacement(&mut self, connection_id: &str, new: &str) -> Result<(), Error> {
        sqlx::query("UPDATE token SET replaced_by = NULL, overlap_ms = NULL WHERE replaced_by = $1")
            .bind(new)
            .execute(&mut self.conn)
            .await?;
        self.notify(StoreEvent::Token(connection_id.to_owned()));
        Ok(())
    }

    /// Revokes a token; revoking twice keeps the first time and person. `None` when there is no such token.
    pub async fn revoke_token(&mut self, id: &str, by: Option<&str>) -> Result<Option<Token>, Error> {
        let now = self.now().as_millisecond();
        let token: Option<Token> = sqlx::query_as(
            "UPDATE token SET revoked_at = coalesce(revoked_at, $2),
                 revoked_by = CASE WHEN revoked_at IS NULL THEN $3 ELSE revoked_by END
             WHERE id = $1 RETURNING *",
        )
        .bind(id)
        .bind(now)
        .bind(by)
        .fetch_optional(&mut self.conn)
        .await?;
        if let Some(token) = &token {
            self.notify(StoreEvent::Token(token.connection_id.clone()));
        }
        Ok(token)
    }

    async fn expose_token(&mut self, id: &str) -> Result<(), Error> {
        let exposed: Option<Token> = sqlx::query_as(
            "UPDATE token SET exposed_at = $2 WHERE id = $1 AND exposed_at IS NULL AND revoked_at IS NULL RETURNING *",
        )
        .bind(id)
        .bind(self.now().as_millisecond())
        .fetch_optional(&mut self.conn)
        .await?;
        let Some(token) = exposed else { return Ok(()) };
        let entry = AuditEntry::by_program(AuditAct::TokenExpose)
            .on(AuditSubject::connection_id(token.connection_id.clone()))
            .with(token.label);
        self.audit(&entry).await?;
        self.notify(StoreEvent::Token(token.connection_id));
        Ok(())
    }
}
