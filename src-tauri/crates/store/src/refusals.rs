//! What is refused at this moment: runs of refusals, refused writes, and taking those out of what is shown.

use crate::{Error, RefusalRun, RefusedWrite, Store, WriteAct};

impl Store {
    /// The runs of refusals that last until now, one for each kind at most.
    pub async fn refusal_runs(&self, connection_id: &str) -> Result<Vec<RefusalRun>, Error> {
        Ok(sqlx::query_as("SELECT * FROM refusal_run WHERE connection_id = $1 ORDER BY kind")
            .bind(connection_id)
            .fetch_all(self.activity_readers())
            .await?)
    }

    /// The writes that were refused, have not succeeded since and were not set aside, newest first.
    pub async fn refused_writes(&self, connection_id: &str) -> Result<Vec<RefusedWrite>, Error> {
        Ok(sqlx::query_as(
            "SELECT * FROM refused_write WHERE connection_id = $1 AND set_aside = 0
             ORDER BY newest_at DESC, subject, act",
        )
        .bind(connection_id)
        .fetch_all(self.activity_readers())
        .await?)
    }

    /// Takes refused writes out of what an Admin is shown, until they are refused for another reason.
    pub async fn set_aside_refused_writes(
        &self,
        connection_id: &str,
        writes: Vec<(String, WriteAct)>,
    ) -> Result<(), Error> {
        let connection_id = connection_id.to_owned();
        let work = self.recorder().work(async move |conn| {
            for (subject, act) in writes {
                sqlx::query(
                    "UPDATE refused_write SET set_aside = 1 WHERE connection_id = $1 AND subject = $2 AND act = $3",
                )
                .bind(&connection_id)
                .bind(subject)
                .bind(act.as_str())
                .execute(&mut *conn)
                .await?;
            }
            Ok(())
        });
        work.await
    }
}
