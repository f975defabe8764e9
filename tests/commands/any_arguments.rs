//! Any arguments of a command are answered, or refused as what is wrong with them, and are never a fault of the program. Names and
//! types of the arguments are learned from what the commands say about wrong ones. Some values are listed and some are random:
//! `FOUNDATIONAL_RUNS` sets how many calls have random ones, or `FOUNDATIONAL_SECONDS` for how long, and `FOUNDATIONAL_SEED` which.

mod random_arguments;

use std::collections::BTreeMap;

use foundational::Caller;
use foundational::commands::{Effect, Need, TABLE, read_arguments};
use foundational::error::Code;
use serde_json::{Map, Value, json};
use tests::{Api, Random, Rounds, number};

use random_arguments::{changed, value};

const PASSWORD: &str = "correct horse battery";

/// How many calls have random arguments in `npm test`.
const RUNS: usize = 1_500;

/// What is not done with any arguments, by the beginning of its name, and why: these arguments are read, and that is all.
const READ_ALONE: [(&str, &str); 11] = [
    ("account.createFirst", "it hashes a password, and the next test calls it"),
    ("account.newRecoveryKey", "it hashes a key, and has no arguments"),
    ("backup.make", "it writes a file, anywhere"),
    ("backup.folder", "it makes a folder, anywhere"),
    ("backup.restore", "it replaces the workspace"),
    ("connection.delete", "it deletes the connection of the other commands"),
    ("move.toServer", "it writes a file, anywhere"),
    ("rehearsal.run", "it plays the life of a client, also against another server"),
    ("server.listen", "it moves the listener"),
    ("server.publicUrl", "with a public address, checks call another computer"),
    ("session.", "it compares a password or ends a session, and the next test calls it"),
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

/// A command of this name signs in or out, or is about the password or the session of its caller.
fn is_of_sessions(name: &str) -> bool {
    name.starts_with("session.") || name.starts_with("account.")
}

fn window(name: &str) -> Caller {
    Caller::Window(name.to_owned())
}

fn is_read_alone(name: &str) -> bool {
    READ_ALONE.iter().any(|(beginning, _)| name.starts_with(beginning))
}

/// Numbers that are the same in every run, unless the environment has another seed.
fn seeded() -> Random {
    Random(number("FOUNDATIONAL_SEED").unwrap_or(1))
}

/// Signs an Admin in, and a Member who has chosen a password, each at a window.
async fn signed_in(api: &Api) -> (Caller, Caller) {
    let (admin, member) = (window("admin"), window("member"));
    let call =
        async |caller: &Caller, name: &str, args: Value| api.app.call(caller, name, args).await.unwrap();
    let grace = json!({"name": "Grace Hopper", "email": "grace@example.com", "password": PASSWORD});
    call(&admin, "account.createFirst", grace).await;
    let mel = json!({"name": "Mel Conway", "email": "mel@example.com", "role": "member"});
    let passcode = api.command("people.createLocal", mel).await["passcode"].clone();
    call(&member, "session.signIn", json!({"email": "mel@example.com", "password": passcode})).await;
    let chosen = json!({"password": passcode, "newPassword": PASSWORD});
    call(&member, "session.changePassword", chosen).await;
    (admin, member)
}

struct Caught {
    api: Api,
    calls: usize,
    /// How many of them were done.
    done: usize,
    faults: Vec<String>,
}

impl Caught {
    const fn over(api: Api) -> Self {
        Self { api, calls: 0, done: 0, faults: Vec::new() }
    }

    /// Calls a command as the command line does. Gives the message of its refusal.
    async fn call(&mut self, name: &str, args: &Map<String, Value>) -> String {
        self.call_or_read(&Caller::Operator, name, Value::Object(args.clone())).await
    }

    /// Calls a command, or has its arguments read where that is all. Gives the message of its refusal.
    async fn call_or_read(&mut self, caller: &Caller, name: &str, args: Value) -> String {
        if !is_read_alone(name) {
            return self.call_as(caller, name, args).await;
        }
        self.calls += 1;
        let Err(error) = read_arguments(name, args) else { return String::new() };
        assert_eq!(error.code, Code::Invalid, "{name}: {error:?}");
        error.message
    }

    /// Calls a command. Gives the message of its refusal.
    async fn call_as(&mut self, caller: &Caller, name: &str, args: Value) -> String {
        self.calls += 1;
        let sent: String = args.to_string().chars().take(300).collect();
        let Err(error) = self.api.app.call(caller, name, args).await else {
            self.done += 1;
            return String::new();
        };
        if error.code == Code::Internal {
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
    let (admin, member) = signed_in(&api).await;
    let mut caught = Caught::over(api);
    let mut known = BTreeMap::new();
    for (name, ..) in TABLE {
        let args = caught.learned(name).await;
        for (field, known) in &args {
            for value in hostile(known) {
                let mut changed = args.clone();
                changed.insert(field.clone(), value);
                caught.call(name, &changed).await;
            }
        }
        known.insert(*name, args);
    }
    let names: Vec<&str> = known.keys().copied().collect();
    let callers = [Caller::Operator, admin, member];
    let (mut random, mut by_chance) = (seeded(), 0);
    for run in Rounds::new("FOUNDATIONAL_RUNS", RUNS) {
        let (name, caller) = (names[random.below(names.len())], &callers[run % callers.len()]);
        caught.call_or_read(caller, name, changed(&mut random, &known[name])).await;
        by_chance = run + 1;
    }
    for (beginning, why) in READ_ALONE {
        assert!(names.iter().any(|name| name.starts_with(beginning)), "{beginning}: {why}");
    }
    let Caught { api, calls, done, faults } = caught;
    assert!(faults.is_empty(), "{} of {calls}:\n{}", faults.len(), faults.join("\n"));
    assert!(calls > 1_000 && done > 50, "{calls} were called and {done} of them done");
    for caller in &callers {
        api.app.call(caller, "home.show", json!({})).await.expect("each caller is signed in to the end");
    }
    api.app.close().await;
    println!("long run: {by_chance} calls of commands with random arguments, 0 faults");
}

#[tokio::test]
async fn any_arguments_of_a_sign_in_or_a_password_are_refused_and_never_a_fault() {
    let api = Api::start("custom").await;
    let (admin, _) = signed_in(&api).await;
    let mut caught = Caught::over(api);
    // They would end the session that calls.
    let left_out = ["session.signOut", "session.lock", "session.end"];
    let is_meant = |name: &str| is_of_sessions(name) && !left_out.contains(&name);
    for (name, ..) in TABLE.iter().filter(|(name, ..)| is_meant(name)) {
        let fields = quoted(&caught.call_as(&admin, name, json!({"?": null})).await);
        let fields: Vec<&String> = fields.iter().skip(1).collect();
        if fields.is_empty() {
            continue;
        }
        // A password that may be right is compared with its hash, which takes long, so there are few texts.
        for value in [json!("x".repeat(100_000)), json!("\0"), json!(-1), json!({"x": {}}), Value::Null] {
            let args: Map<String, Value> =
                fields.iter().map(|field| ((*field).clone(), value.clone())).collect();
            caught.call_as(&admin, name, Value::Object(args)).await;
        }
    }
    let Caught { api, calls, faults, .. } = caught;
    assert!(faults.is_empty(), "{} of {calls}:\n{}", faults.len(), faults.join("\n"));
    assert!(calls > 30, "{calls} were called");
    let sign_in = json!({"email": "mel@example.com", "password": PASSWORD});
    api.app.call(&window("other"), "session.signIn", sign_in).await.expect("Mel's password is as before");
    api.app.close().await;
}

#[tokio::test]
async fn nothing_is_written_whatever_a_member_sends() {
    let api = Api::start("custom").await;
    api.scim("POST", "/Users", json!({"userName": "ada"})).await.expect(201, "there is a user");
    api.recorded_now().await;
    let (_, member) = signed_in(&api).await;
    let before = written(&api).await;
    let (mut random, mut read) = (seeded(), 0);
    let connection = json!({"id": api.connection_id, "connectionId": api.connection_id, "name": "x"});
    // A Member's own session and profile are theirs to change.
    for (name, need, effect) in TABLE.iter().filter(|(name, ..)| !is_of_sessions(name)) {
        let known = json!({"id": api.connection_id});
        let mut all = vec![Value::Null, json!([]), json!("x"), json!({}), known, connection.clone()];
        all.extend((0..4).map(|_| value(&mut random, 3)));
        for args in all {
            match api.app.call(&member, name, args.clone()).await {
                Ok(_) => {
                    assert!(!matches!(need, Need::Admin | Need::Confirmed), "{name} is an Admin's: {args}");
                    assert_eq!(*effect, Effect::Reads, "{name} {args}");
                    read += 1;
                }
                Err(error) if matches!(need, Need::Admin | Need::Confirmed) => {
                    assert_eq!(error.code, Code::Role, "{name} {args}: {error:?}");
                }
                Err(error) => assert_ne!(error.code, Code::Internal, "{name} {args}: {error:?}"),
            }
        }
    }
    assert!(read > 5, "a Member reads: {read}");
    assert_eq!(written(&api).await, before, "and writes nothing");
    api.app.close().await;
}

/// What an Admin sees of everything that can be written: each act has an audit entry.
async fn written(api: &Api) -> Vec<Value> {
    let people = json!({"sort": "name", "descending": false, "offset": 0, "limit": 200});
    vec![
        api.command("audit.list", json!({"filter": {}, "offset": 0, "limit": 200})).await,
        api.command("people.list", people).await,
        api.command("connection.list", json!({})).await,
    ]
}
