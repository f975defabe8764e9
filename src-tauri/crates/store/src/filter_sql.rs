//! A SCIM filter as SQL over indexed columns. The SQL may select too much, never too little: where it is not exact,
//! `scim`'s own evaluation decides row by row.

use scim::{AttributePath, Comparand, CompareOp, Filter, Node, ResourceType, fold};

/// A value bound to a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bind {
    Text(String),
    Integer(i64),
}

/// A condition with `?` placeholders.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FilterSql {
    pub sql: String,
    pub binds: Vec<Bind>,
    /// Selects just the rows that the filter accepts.
    pub exact: bool,
}

impl FilterSql {
    /// Every row, for terms that SQL knows nothing about.
    pub(crate) fn all() -> Self {
        Self { sql: "1".to_owned(), binds: Vec::new(), exact: false }
    }

    fn exactly(sql: impl Into<String>, binds: impl IntoIterator<Item = Bind>) -> Self {
        Self { sql: sql.into(), binds: binds.into_iter().collect(), exact: true }
    }

    fn at_least(self) -> Self {
        Self { exact: false, ..self }
    }

    /// The plan of a filter. The filter's depth is bounded by its parser.
    pub(crate) fn of(filter: &Filter, resource_type: ResourceType) -> Self {
        FilterTranslator { filter, resource_type }.node(filter.root)
    }
}

struct FilterTranslator<'f> {
    filter: &'f Filter,
    resource_type: ResourceType,
}

impl FilterTranslator<'_> {
    fn node(&self, index: usize) -> FilterSql {
        match &self.filter.nodes[index] {
            Node::And(left, right) => self.join(*left, *right, "AND"),
            Node::Or(left, right) => self.join(*left, *right, "OR"),
            Node::Not(inner) => {
                let inner = self.node(*inner);
                // The opposite of too many rows would be too few.
                if inner.exact {
                    FilterSql { sql: format!("NOT ({})", inner.sql), ..inner }
                } else {
                    FilterSql::all()
                }
            }
            Node::Compare { path, op, value, case_exact } => {
                self.compare(path, *op, value, *case_exact).unwrap_or_else(FilterSql::all)
            }
            Node::Present(path) => self.present(path),
            Node::ValuePath { path, filter } => self.value_path(path, *filter),
            Node::Never(_) => FilterSql::exactly("0", []),
        }
    }

    fn join(&self, left: usize, right: usize, word: &str) -> FilterSql {
        let (left, right) = (self.node(left), self.node(right));
        let exact = left.exact && right.exact;
        let sql = format!("({}) {word} ({})", left.sql, right.sql);
        FilterSql { sql, binds: left.binds.into_iter().chain(right.binds).collect(), exact }
    }

    fn present(&self, path: &AttributePath) -> FilterSql {
        match (self.resource_type, path.to_string().as_str()) {
            (ResourceType::User, "userName" | "active" | "id")
            | (ResourceType::Group, "displayName" | "id") => FilterSql::exactly("1", []),
            (_, "externalId") => FilterSql::exactly("external_id IS NOT NULL", []),
            _ => FilterSql::all(),
        }
    }

    fn value_path(&self, path: &AttributePath, inner: usize) -> FilterSql {
        let name = path.to_string();
        if let Node::Compare { path: sub, op: CompareOp::Eq, value: Comparand::String(text), .. } =
            &self.filter.nodes[inner]
            && sub.to_string() == "value"
            && name == "members"
        {
            return self.of_member(text);
        }
        match (name.as_str(), self.value_needed(inner)) {
            ("emails", Some(text)) if self.resource_type == ResourceType::User => of_email(text).at_least(),
            ("members", Some(text)) if self.resource_type == ResourceType::Group => {
                self.of_member(text).at_least()
            }
            _ => FilterSql::all(),
        }
    }

    /// The `value` that an element must have in any case, if the filter inside the brackets says one.
    fn value_needed(&self, index: usize) -> Option<&str> {
        match &self.filter.nodes[index] {
            Node::And(left, right) => self.value_needed(*left).or_else(|| self.value_needed(*right)),
            Node::Compare { path, op: CompareOp::Eq, value: Comparand::String(text), .. }
                if path.to_string() == "value" =>
            {
                Some(text)
            }
            _ => None,
        }
    }

    fn of_member(&self, id: &str) -> FilterSql {
        if self.resource_type != ResourceType::Group {
            return FilterSql::all();
        }
        FilterSql::exactly(
            "r.id IN (SELECT m.group_id FROM member m WHERE m.member_id = ? AND m.resolved = 1)",
            [Bind::Text(id.to_owned())],
        )
    }

    fn compare(
        &self,
        path: &AttributePath,
        op: CompareOp,
        value: &Comparand,
        case_exact: bool,
    ) -> Option<FilterSql> {
        let name = path.to_string();
        match (value, name.as_str()) {
            (Comparand::String(text), "id") => by_text("id", op, text, false),
            (Comparand::String(text), "externalId") => by_text("external_id", op, text, true),
            (Comparand::String(text), "userName")
                if self.resource_type == ResourceType::User && !case_exact =>
            {
                by_text("user_name_fold", op, &op.fold(text), false)
            }
            (Comparand::String(text), "displayName") if !case_exact => match self.resource_type {
                ResourceType::Group => by_text("display_fold", op, &op.fold(text), false),
                // A person's column also holds other names where there is no displayName.
                // A blank one is never shown.
                ResourceType::User if op == CompareOp::Eq && !op.fold(text).trim().is_empty() => {
                    by_text("display_fold", op, &op.fold(text), false).map(FilterSql::at_least)
                }
                ResourceType::User => None,
            },
            (Comparand::String(text), "emails" | "emails.value")
                if self.resource_type == ResourceType::User && op == CompareOp::Eq =>
            {
                let plan = of_email(text);
                Some(if case_exact { plan.at_least() } else { plan })
            }
            (Comparand::String(text), "members" | "members.value") if op == CompareOp::Eq => {
                Some(self.of_member(text))
            }
            (Comparand::Bool(wanted), "active") if self.resource_type == ResourceType::User => match op {
                CompareOp::Eq => Some(FilterSql::exactly("active = ?", [Bind::Integer(i64::from(*wanted))])),
                CompareOp::Ne => Some(FilterSql::exactly("active <> ?", [Bind::Integer(i64::from(*wanted))])),
                _ => None,
            },
            (Comparand::DateTime(time), "meta.created") => by_time("created_at", op, *time),
            (Comparand::DateTime(time), "meta.lastModified") => by_time("modified_at", op, *time),
            _ => None,
        }
    }
}

fn of_email(text: &str) -> FilterSql {
    FilterSql::exactly(
        "r.id IN (SELECT e.person_id FROM email e WHERE e.value_fold = ?)",
        [Bind::Text(fold(text))],
    )
}

/// By `instr` and `substr` rather than LIKE: no wildcards, and the pattern's length is all it costs. That few rows are
/// equal is known here and not by SQLite, which would otherwise read all rows of the connection in the order of the page.
fn by_text(column: &str, op: CompareOp, text: &str, nullable: bool) -> Option<FilterSql> {
    let once = Bind::Text(text.to_owned());
    let twice = [once.clone(), once.clone()];
    // An empty text is contained in everything, which the columns alone do not say.
    let plan = match op {
        // NULL is not equal, and the column's index holds no NULL.
        CompareOp::Eq if nullable => {
            let sql = format!("({column} IS NOT NULL AND likelihood({column} = ?, 0.000001))");
            return Some(FilterSql::exactly(sql, [once]));
        }
        CompareOp::Eq => FilterSql::exactly(format!("likelihood({column} = ?, 0.000001)"), [once]),
        CompareOp::Ne => FilterSql::exactly(format!("{column} <> ?"), [once]),
        CompareOp::Co if !text.is_empty() => FilterSql::exactly(format!("instr({column}, ?) > 0"), [once]),
        CompareOp::Sw if !text.is_empty() => {
            FilterSql::exactly(format!("substr({column}, 1, length(?)) = ?"), twice)
        }
        CompareOp::Ew if !text.is_empty() => {
            FilterSql::exactly(format!("substr({column}, -length(?)) = ?"), twice)
        }
        _ => return None,
    };
    if !nullable {
        return Some(plan);
    }
    // NULL must not swallow a NOT around it; "not equal" holds where there is no value.
    let otherwise = i32::from(op == CompareOp::Ne);
    Some(FilterSql { sql: format!("coalesce({}, {otherwise})", plan.sql), ..plan })
}

fn by_time(column: &str, op: CompareOp, time: jiff::Timestamp) -> Option<FilterSql> {
    let sign = match op {
        CompareOp::Eq => "=",
        CompareOp::Ne => "<>",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => return None,
    };
    // Nanoseconds on both sides: a filter may be finer than what is stored. Beyond the year 2262 SQL does not decide.
    let nanos = i64::try_from(time.as_nanosecond()).ok()?;
    Some(FilterSql::exactly(format!("{column} * 1000000 {sign} ?"), [Bind::Integer(nanos)]))
}

#[cfg(test)]
mod tests {
    use scim::Registry;
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{AssertSqlSafe, Connection as _, Row as _};

    use super::*;
    use crate::database_file::DatabaseFile;

    /// How SQLite finds the rows of a filter's page.
    async fn steps(conn: &mut SqliteConnection, resource_type: ResourceType, filter: &str) -> Vec<String> {
        let filter = Filter::parse(filter, &Registry::standard(), resource_type).unwrap();
        let plan = FilterSql::of(&filter, resource_type);
        let table = if resource_type == ResourceType::User { "person" } else { "scim_group" };
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT id FROM {table} r WHERE connection_id = ? AND deleted_at IS NULL AND ({})
             ORDER BY id ASC LIMIT ? OFFSET ?",
            plan.sql
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(conn).await.unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    }

    #[tokio::test]
    async fn what_providers_look_up_by_is_found_by_its_index_and_not_by_reading_the_connection() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        DatabaseFile::Workspace.migrator().run_direct(None, &mut conn, false).await.unwrap();
        for (resource_type, filter, expected) in [
            (ResourceType::User, "userName eq \"a\"", "person_user_name (user_name_fold=?)"),
            (
                ResourceType::User,
                "externalId eq \"a\"",
                "person_external (connection_id=? AND external_id=?)",
            ),
            (ResourceType::User, "emails[type eq \"work\" and value eq \"a\"]", "email_value (value_fold=?)"),
            (ResourceType::User, "emails.value eq \"a\"", "email_value (value_fold=?)"),
            (ResourceType::User, "id eq \"a\"", "(id=?)"),
            (
                ResourceType::User,
                "userName eq \"a\" and active eq true",
                "person_user_name (user_name_fold=?)",
            ),
            (
                ResourceType::Group,
                "displayName eq \"a\"",
                "group_display (connection_id=? AND display_fold=?)",
            ),
            (
                ResourceType::Group,
                "externalId eq \"a\"",
                "group_external (connection_id=? AND external_id=?)",
            ),
            (ResourceType::Group, "members eq \"a\"", "member_of (member_id=?)"),
        ] {
            let steps = steps(&mut conn, resource_type, filter).await;
            assert!(steps.iter().any(|step| step.ends_with(expected)), "{filter}: {steps:?}");
            let reads_all = |step: &String| step.starts_with("SCAN") || step.ends_with("(connection_id=?)");
            assert!(!steps.iter().any(reads_all), "{filter} reads the whole connection: {steps:?}");
        }
        // Without an index every row is read, in the order of the page.
        let steps = steps(&mut conn, ResourceType::User, "title eq \"a\"").await;
        assert!(steps.iter().any(|step| step.ends_with("(connection_id=?)")), "{steps:?}");
    }
}
