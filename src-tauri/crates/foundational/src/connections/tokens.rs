//! Tokens: made, shown once, listed, revoked. They belong to a connection, never to a person.

use std::collections::HashMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use store::{AuditAct, AuditEntry, AuditSubject, Clock, Token, TokenText, TokenUse, TokenValidity, Tx};

use crate::access::actor::Actor;
use crate::connections::Connections;
use crate::connections::connection::USABLE_TOKENS;
use crate::connections::find::find_connection;
use crate::connections::token_views::{
    NewToken, Overlap, TokenCreate, TokenLife, TokenRotate, TokenShorten, TokenState, TokenView,
};
use crate::context::{Room as _, audited};
use crate::error::{Code, Error};
use crate::history::words::DELETED_USER;
use crate::limits::LONGEST_TOKEN_LABEL;
use crate::random::no_randomness;
use crate::shapes::{ById, Nothing};

impl Connections {
    pub(crate) async fn token_create(&self, actor: Actor, args: TokenCreate) -> Result<NewToken, Error> {
        self.draw_token(&actor, &args.connection_id, args.label.as_deref(), args.expires, None).await
    }

    /// Makes a token that takes the place of the one in use, which lives on for the overlap after the new one was
    /// first used.
    pub(crate) async fn token_rotate(&self, actor: Actor, args: TokenRotate) -> Result<NewToken, Error> {
        let replacing = Some(lasting(args.overlap));
        self.draw_token(&actor, &args.connection_id, args.label.as_deref(), args.expires, replacing).await
    }

    async fn draw_token(
        &self,
        actor: &Actor,
        connection: &str,
        label: Option<&str>,
        life: TokenLife,
        replacing: Option<Duration>,
    ) -> Result<NewToken, Error> {
        let connection = find_connection(self.store(), connection).await?;
        let label = label_of(label)?;
        let (clock, uses) = (self.store().clock().clone(), self.store().token_uses().await?);
        let text = TokenText::generate().map_err(no_randomness)?;
        let expires_at = end_of(life, self.latest())?;
        let (id, token) = (text.key_id().to_owned(), text.reveal().to_owned());
        let origin = actor.origin();
        let act = if replacing.is_some() { AuditAct::TokenReplace } else { AuditAct::TokenCreate };
        let entry = actor.audit(act).on(&connection);
        let stored: Result<String, Error> = self
            .store()
            .write(async move |tx| {
                if revoke_retired(tx, &connection.id, &clock, &uses).await? >= USABLE_TOKENS {
                    return Err(Error::new(Code::Conflict, "Two tokens are active already.")
                        .hinting("Revoke the one that is no longer in use first."));
                }
                let label =
                    tx.create_token(&connection.id, &text, label.as_deref(), expires_at, &origin).await?;
                if let Some(overlap) = replacing {
                    tx.replace_tokens(&connection.id, text.key_id(), overlap).await?;
                }
                tx.audit(&entry.with(&label)).await?;
                Ok(label)
            })
            .await;
        Ok(NewToken { id, label: stored?, token, expires_at })
    }

    /// Takes a rotation back while its new token, whose id is given, is unused: that one is revoked, the old one
    /// remains.
    pub(crate) async fn token_cancel_rotation(&self, actor: Actor, args: ById) -> Result<Nothing, Error> {
        let token = self.store().token(&args.id).await?.ok_or_else(|| Error::not_found("token", &args.id))?;
        let store = self.store().clone();
        let done: Result<(), Error> = self
            .store()
            .write(async move |tx| {
                // In the transaction, so that a use until now counts.
                if store.token_first_use(&token.id).await?.is_some() {
                    return Err(Error::new(Code::Conflict, "The new token is in use already.")
                        .hinting("Revoke the one that you want to end."));
                }
                tx.cancel_token_replacement(&token.connection_id, &token.id).await?;
                tx.revoke_token(&token.id, Some(&actor.name())).await?;
                Ok(tx.audit(&about(actor.audit(AuditAct::TokenReplaceCancel), &token)).await?)
            })
            .await;
        done.map(|()| Nothing {})
    }

    /// Revokes the tokens whose successor has been in use for as long as the two were to overlap. The server refuses
    /// them from that moment by itself; this only records it.
    pub(crate) async fn end_retired(&self, connection_id: &str) -> Result<(), Error> {
        let (clock, uses) = (self.store().clock().clone(), self.store().token_uses().await?);
        let is_retired = |token: &Token| {
            token.validity(&clock, token.successor_first_use(&uses)) == TokenValidity::Retired
        };
        if self.store().tokens(connection_id).await?.iter().any(is_retired) {
            let id = connection_id.to_owned();
            let done: Result<u32, store::Error> =
                self.store().write(async move |tx| revoke_retired(tx, &id, &clock, &uses).await).await;
            done?;
        }
        Ok(())
    }

    /// The tokens of a connection that are accepted now, newest first.
    pub(crate) async fn usable_tokens(&self, connection_id: &str) -> Result<Vec<Token>, Error> {
        let uses = self.store().token_uses().await?;
        let mut tokens = self.store().tokens(connection_id).await?;
        tokens.retain(|token| token.is_usable(self.store().clock(), &uses));
        Ok(tokens)
    }

    pub(crate) async fn token_list(&self, _: Actor, args: ById) -> Result<Vec<TokenView>, Error> {
        let connection = find_connection(self.store(), &args.id).await?;
        let uses = self.store().token_uses().await?;
        let mut views = Vec::new();
        for token in self.store().tokens(&connection.id).await? {
            views.push(self.token_view(&token, &uses).await?);
        }
        Ok(views)
    }

    /// Lets a token end earlier. Never later: a leaked token must not live longer than was decided.
    pub(crate) async fn token_shorten(&self, actor: Actor, args: TokenShorten) -> Result<TokenView, Error> {
        let token = self.store().token(&args.id).await?.ok_or_else(|| Error::not_found("token", &args.id))?;
        if args.expires_at <= self.latest() {
            return Err(Error::invalid("expiresAt", "The new expiry date is in the past.")
                .hinting("Revoke the token to end it at once."));
        }
        if token.expires_at.is_some_and(|end| end <= args.expires_at) {
            return Err(Error::invalid("expiresAt", "A token's expiry date can only be made earlier.")
                .hinting("Replace the token to continue for longer."));
        }
        let (id, end) = (token.id.clone(), args.expires_at);
        let entry = about(actor.audit(AuditAct::TokenShorten), &token).with(format!(
            "{} to {}",
            token.label,
            end.strftime("%-d %B %Y, %H:%M UTC")
        ));
        let done = audited(self.store(), entry, async move |tx| Ok(tx.shorten_token(&id, end).await?)).await;
        if !done? {
            return Err(Error::new(Code::Conflict, "The token has already expired or was revoked."));
        }
        let uses = self.store().token_uses().await?;
        let token = self.store().token(&args.id).await?.unwrap_or(token);
        self.token_view(&token, &uses).await
    }

    pub(crate) async fn token_revoke(&self, actor: Actor, args: ById) -> Result<TokenView, Error> {
        let token = self.store().token(&args.id).await?.ok_or_else(|| Error::not_found("token", &args.id))?;
        let (clock, uses) = (self.store().clock().clone(), self.store().token_uses().await?);
        let id = args.id.clone();
        let revoked: Result<Option<Token>, Error> = self
            .store()
            .write(async move |tx| {
                // What ended by itself has to be recorded before the reason for it is removed: it must never work again.
                revoke_retired(tx, &token.connection_id, &clock, &uses).await?;
                let revoked = tx.revoke_token(&id, Some(&actor.name())).await?;
                if let Some(token) = &revoked {
                    // What it was to replace, and has not replaced yet, remains in use.
                    tx.cancel_token_replacement(&token.connection_id, &token.id).await?;
                    tx.audit(&about(actor.audit(AuditAct::TokenRevoke), token)).await?;
                }
                Ok(revoked)
            })
            .await;
        let token = revoked?.ok_or_else(|| Error::not_found("token", &args.id))?;
        let uses = self.store().token_uses().await?;
        self.token_view(&token, &uses).await
    }

    async fn token_view(&self, token: &Token, uses: &HashMap<String, TokenUse>) -> Result<TokenView, Error> {
        let (usage, successor_first_use) = (uses.get(&token.id), token.successor_first_use(uses));
        let state = match token.validity(self.store().clock(), successor_first_use) {
            TokenValidity::Revoked | TokenValidity::Retired => TokenState::Revoked,
            TokenValidity::Expired => TokenState::Expired,
            TokenValidity::Usable if token.replaced_by.is_some() => TokenState::Retiring,
            TokenValidity::Usable if usage.is_some() => TokenState::Active,
            TokenValidity::Usable => TokenState::New,
        };
        let created_by = match &token.created_by {
            Some(person) => Some(
                self.store()
                    .any_person(person)
                    .await?
                    .map_or_else(|| DELETED_USER.to_owned(), |person| person.display),
            ),
            None => None,
        };
        Ok(TokenView {
            id: token.id.clone(),
            connection_id: token.connection_id.clone(),
            label: token.label.clone(),
            masked: format!("fdn_••••{}", token.tail),
            state,
            created_at: token.created_at,
            created_by,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at: usage.map(|used| used.at),
            last_used_ip: usage.and_then(|used| used.source_ip.clone()),
            first_used_at: usage.map(|used| used.first_at),
            exposed_at: token.exposed_at,
            replaced_by: token.replaced_by.clone(),
            overlap: token.overlap.map(chosen),
            retires_at: token.retires_at(successor_first_use),
        })
    }
}

/// An audit entry about a token: on its connection, with its label.
fn about(entry: AuditEntry, token: &Token) -> AuditEntry {
    entry.on(AuditSubject::connection_id(token.connection_id.clone())).with(&token.label)
}

const OVERLAPS: [Overlap; 4] = [Overlap::None, Overlap::Hour1, Overlap::Hours24, Overlap::Days7];

/// How long an overlap lasts.
const fn lasting(overlap: Overlap) -> Duration {
    match overlap {
        Overlap::None => Duration::ZERO,
        Overlap::Hour1 => Duration::from_hours(1),
        Overlap::Hours24 => Duration::from_hours(24),
        Overlap::Days7 => Duration::from_hours(7 * 24),
    }
}

/// The choice that lasts as long as what is stored.
fn chosen(stored: Duration) -> Overlap {
    OVERLAPS.into_iter().find(|overlap| lasting(*overlap) >= stored).unwrap_or(Overlap::Days7)
}

/// A label as it was typed; nothing when there is none. No invisible controls, and short enough for a table.
fn label_of(typed: Option<&str>) -> Result<Option<String>, Error> {
    let label = typed.map_or("", str::trim);
    let length = label.chars().count();
    if length > LONGEST_TOKEN_LABEL {
        let message = format!("The label has {length} characters; it can have {LONGEST_TOKEN_LABEL}.");
        return Err(Error::invalid("label", message));
    }
    if label.chars().any(char::is_control) {
        return Err(Error::invalid("label", "The label has invisible characters, such as a line break."));
    }
    Ok((length > 0).then(|| label.to_owned()))
}

/// Revokes the tokens of a connection that have retired. Returns how many of its tokens are usable.
async fn revoke_retired(
    tx: &mut Tx,
    connection_id: &str,
    clock: &Clock,
    uses: &HashMap<String, TokenUse>,
) -> Result<u32, store::Error> {
    let mut usable = 0;
    for token in tx.unrevoked_tokens(connection_id).await? {
        match token.validity(clock, token.successor_first_use(uses)) {
            TokenValidity::Retired => {
                tx.revoke_token(&token.id, None).await?;
                tx.audit(&about(AuditEntry::by_program(AuditAct::TokenRetire), &token)).await?;
            }
            TokenValidity::Usable => usable += 1,
            TokenValidity::Revoked | TokenValidity::Expired => {}
        }
    }
    Ok(usable)
}

/// When a token made at `now` expires. Months and years follow the calendar in UTC.
fn end_of(life: TokenLife, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let span = match life {
        TokenLife::Days90 => 90.days(),
        TokenLife::Months6 => 6.months(),
        TokenLife::Year1 => 1.year(),
        TokenLife::Years2 => 2.years(),
        TokenLife::Never => return Ok(None),
    };
    let end = now.to_zoned_datetime(TimeZone::UTC).checked_add(span);
    let end =
        end.map_err(|error| Error::new(Code::Internal, format!("The calendar ends before that: {error}")))?;
    Ok(Some(end.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_shown_as_it_was_chosen() {
        for overlap in OVERLAPS {
            assert_eq!(chosen(lasting(overlap)), overlap);
        }
    }

    #[test]
    fn lives_follow_the_calendar() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        for (life, end) in [
            (TokenLife::Days90, Some("2027-02-22T10:00:00Z")),
            (TokenLife::Months6, Some("2027-05-24T10:00:00Z")),
            (TokenLife::Year1, Some("2027-11-24T10:00:00Z")),
            (TokenLife::Years2, Some("2028-11-24T10:00:00Z")),
            (TokenLife::Never, None),
        ] {
            let expected = end.map(|text| text.parse::<Timestamp>().unwrap());
            assert_eq!(end_of(life, now).unwrap(), expected, "{life:?}");
        }
    }
}
