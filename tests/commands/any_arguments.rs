//! Any arguments of a command are answered, or refused as what is wrong with them, and are never a fault of the program. Names and
//! types of the arguments are learned from what the commands say about wrong ones.

use foundational::Caller;
use foundational::commands::TABLE;
use foundational::error::Code;
use serde_json::{Map, Value, json};
use tests::Api;

/// What writes files, calls another computer, hashes a password, moves the listener or deletes the connection of the others.
const LEFT_OUT: [&str; 14] = [
    "xport",
    "backup.",
    "move.",
    "support.",
    "rehearsal.",
    "session.",
    "account.createFirst",
    "account.newRecoveryKey",
    "diagnosis.check",
    "server.checkPublicUrl",
    "server.publicUrl",
    "server.listen",
    "server.port",
    "connection.delete",
];

/// Values by which the type of an argument is found. An id is that of a connection that exists.
fn samples(field: &str, connection: &str) -> [Value; 6] {
    let text = if matches!(field, "id" | "connectionId") { connection } else { "x" };
    [json!(text), json!(1), json!(true), json!([]), json!({}), Value::Null]
}

/// Values of the type of `known` that no person would type, and some of other types.
fn hostile(known: &Value) -> Vec<Value> {
    let mut values = match known {
        Value::String(_) => vec![
            json!(""),
            json!("\0"),
            json!("x".repeat(100_000)),
            json!("' or 1=1 --"),
            json!("../../etc/passwd"),
            json!("%00"),
            json!("\u{202e}a"),
            json!("9999-12-31T23:59:59Z"),
            json!("-009999-01-01T00:00:00Z"),
        ],
        Value::Number(_) => vec![
            json!(0),
            json!(-1),
            json!(u32::MAX),
            json!(u64::MAX),
            json!(9_007_199_254_740_991_i64),
            json!(i64::MIN),
            json!(1e308),
        ],
        _ => Vec::new(),
    };
    values.extend([Value::Null, json!([[]]), json!({"x": {}})]);
    values
}

/// The words of a message in backticks.
fn quoted(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

struct Caught {
    api: Api,
    calls: usize,
    /// How many of them were done.
    done: usize,
    faults: Vec<String>,
}

impl Caught {
    /// Calls a command as the command line does. Gives the message of its refusal.
    async fn call(&mut self, name: &str, args: &Map<String, Value>) -> String {
        self.calls += 1;
        let Err(error) = self.api.app.call(&Caller::Operator, name, Value::Object(args.clone())).await else {
            self.done += 1;
            return String::new();
        };
        if error.code == Code::Internal {
            let sent: String = json!(args).to_string().chars().take(300).collect();
            self.faults.push(format!("{name} {sent}: {error:?}"));
        }
        error.message
    }

    /// Arguments that have the right names and types, as far as that can be learned.
    async fn learned(&mut self, name: &str) -> Map<String, Value> {
        let unknown = Map::from_iter([("?".to_owned(), Value::Null)]);
        let fields = quoted(&self.call(name, &unknown).await).into_iter().skip(1);
        let mut args = Map::new();
        let connection = self.api.connection_id.clone();
        for field in fields {
            for value in samples(&field, &connection) {
                args.insert(field.clone(), value);
                let message = self.call(name, &args).await;
                if message.contains("unknown variant") {
                    args.insert(field, json!(quoted(&message).get(1)));
                    break;
                }
                if !message.starts_with(&format!("{name}: ")) || message.contains("missing field") {
                    break;
                }
            }
        }
        args
    }
}

#[tokio::test]
async fn any_arguments_are_answered_or_refused_and_never_a_fault() {
    let api = Api::start("custom").await;
    let mut caught = Caught { api, calls: 0, done: 0, faults: Vec::new() };
    for (name, ..) in TABLE.iter().filter(|(name, ..)| !LEFT_OUT.iter().any(|part| name.contains(*part))) {
        let args = caught.learned(name).await;
        for (field, known) in &args {
            for value in hostile(known) {
                let mut changed = args.clone();
                changed.insert(field.clone(), value);
                caught.call(name, &changed).await;
            }
        }
    }
    let Caught { api, calls, done, faults } = caught;
    assert!(faults.is_empty(), "{} of {calls}:\n{}", faults.len(), faults.join("\n"));
    assert!(calls > 1_000 && done > 50, "{calls} were called and {done} of them done");
    api.command("home.show", json!({})).await;
    api.app.close().await;
}
