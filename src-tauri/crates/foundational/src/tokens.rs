//! Tokens: made, shown once, listed, revoked. They belong to a connection, never to a person.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use store::{Token, TokenText, TokenUse};

use crate::app::Foundational;
use crate::connections::TOKENS;
use crate::error::{Code, Error};
use crate::sessions::Actor;
use crate::views::{ById, NewToken, TokenCreate, TokenLife, TokenState, TokenView};

impl Foundational {
    pub(crate) async fn token_create(&self, _: Actor, args: TokenCreate) -> Result<NewToken, Error> {
        let connection = self.find_connection(&args.connection_id).await?;
        let text = TokenText::draw().map_err(|error| {
            tracing::error!(%error, "no randomness");
            Error::new(Code::Internal, "This computer has no randomness to give.")
        })?;
        let expires_at = end_of(args.expires, self.now())?;
        let new = NewToken { id: text.key_id().to_owned(), token: text.reveal().to_owned(), expires_at };
        let kept: Result<(), Error> = self
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    if tx.usable_tokens(&connection.id).await? >= TOKENS {
                        return Err(Error::new(Code::Conflict, "Two tokens are already usable.")
                            .hinting("Revoke the one that is no longer used first."));
                    }
                    Ok(tx.keep_token(&connection.id, &text, expires_at).await?)
                })
            })
            .await;
        kept?;
        Ok(new)
    }

    pub(crate) async fn token_list(&self, _: Actor, args: ById) -> Result<Vec<TokenView>, Error> {
        let connection = self.find_connection(&args.id).await?;
        let uses = self.store().token_uses().await?;
        let tokens = self.store().tokens(&connection.id).await?;
        Ok(tokens.into_iter().map(|token| self.token_view(&token, uses.get(&token.id))).collect())
    }

    pub(crate) async fn token_revoke(&self, _: Actor, args: ById) -> Result<TokenView, Error> {
        let id = args.id.clone();
        let revoked: Result<Option<Token>, Error> =
            self.store().write(move |tx| Box::pin(async move { Ok(tx.revoke_token(&id).await?) })).await;
        let token = revoked?.ok_or_else(|| Error::not_found("token", &args.id))?;
        let uses = self.store().token_uses().await?;
        Ok(self.token_view(&token, uses.get(&token.id)))
    }

    fn token_view(&self, token: &Token, used: Option<&TokenUse>) -> TokenView {
        let state = match (token.revoked_at, token.usable(self.now()), used) {
            (Some(_), ..) => TokenState::Revoked,
            (None, false, _) => TokenState::Expired,
            (None, true, None) => TokenState::New,
            (None, true, Some(_)) => TokenState::Active,
        };
        TokenView {
            id: token.id.clone(),
            connection_id: token.connection_id.clone(),
            masked: format!("fdn_••••{}", token.tail),
            state,
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at: used.map(|used| used.at),
            last_used_ip: used.and_then(|used| used.source_ip.clone()),
        }
    }
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
