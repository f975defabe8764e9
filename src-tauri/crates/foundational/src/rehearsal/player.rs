//! Plays a dialect over HTTP against any SCIM server.

use std::time::{Duration, Instant};

use idp::rehearsal::{Dialect, Phase, Play, Prepared, Verdict};
use serde_json::Value;

use crate::rehearsal::http::client;
use crate::rehearsal::verdict::verdict;
use crate::rehearsal::views::{Rehearsal, RehearsalAnswer, RehearsalRequest, RehearsalStep};
use crate::words::innermost;

/// The longest answer that is read; a longer one counts as none.
const LONGEST: usize = 4 * 1024 * 1024;

/// Where a rehearsal plays.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// The base URL of the SCIM server.
    pub endpoint: String,
    pub token: String,
    /// The header by which this process shows that it is the client, where it calls itself over plain HTTP.
    pub own_header: Option<(&'static str, String)>,
}

/// Plays the whole script and says after each step how far it is. The steps that clean up are played whatever happened.
pub(crate) async fn play(
    stage: &Stage,
    dialect: Dialect,
    tag: &str,
    mut progress: impl FnMut(&Rehearsal),
) -> Rehearsal {
    let http = client(&stage.endpoint);
    let mut play = Play::new(dialect, tag);
    let mut rehearsal = Rehearsal {
        dialect: dialect.as_str().to_owned(),
        label: dialect.label().to_owned(),
        endpoint: stage.endpoint.clone(),
        total: u32::try_from(play.progress().1).unwrap_or(u32::MAX),
        steps: Vec::new(),
        finished: false,
        passed: false,
        verdict: String::new(),
    };
    while let Some(next) = play.next_request() {
        let step = match next {
            Err(skipped) => step_of(skipped, None, None, Duration::ZERO),
            Ok(prepared) => {
                let started = Instant::now();
                let answered = send(&http, stage, &prepared).await;
                let took = started.elapsed();
                let step = judged(&mut play, prepared, answered, took);
                // No server there, or none that accepts the token: every other step would fail the same way.
                let is_hopeless =
                    step.answer.as_ref().is_none_or(|answer| matches!(answer.status, 401 | 403));
                if rehearsal.steps.is_empty() && is_hopeless {
                    play.stop();
                }
                step
            }
        };
        rehearsal.steps.push(step);
        rehearsal.verdict = verdict(&rehearsal);
        progress(&rehearsal);
    }
    rehearsal.finished = true;
    rehearsal.passed = rehearsal.steps.iter().all(|step| step.passed);
    rehearsal.verdict = verdict(&rehearsal);
    progress(&rehearsal);
    rehearsal
}

fn judged(
    play: &mut Play,
    prepared: Prepared,
    answered: Result<RehearsalAnswer, String>,
    took: Duration,
) -> RehearsalStep {
    let (answer, silence) = match answered {
        Ok(answer) => (Some(answer), None),
        Err(why) => (None, Some(why)),
    };
    let (status, body) = answer.as_ref().map_or((0, None), |answer| (answer.status, answer.body.as_ref()));
    let verdict = play.judge(status, body).map(|verdict| match silence {
        Some(why) => Verdict { passed: false, findings: vec![why], ..verdict },
        None => verdict,
    });
    let verdict = verdict.unwrap_or(Verdict {
        title: prepared.title,
        phase: prepared.phase,
        passed: false,
        findings: vec!["The rehearsal ended before this step.".to_owned()],
    });
    step_of(verdict, Some(prepared), answer, took)
}

fn step_of(
    verdict: Verdict,
    prepared: Option<Prepared>,
    answer: Option<RehearsalAnswer>,
    took: Duration,
) -> RehearsalStep {
    let phase = match verdict.phase {
        Phase::Client => "client",
        Phase::Look => "look",
        Phase::CleanUp => "clean-up",
    };
    RehearsalStep {
        title: verdict.title.to_owned(),
        phase: phase.to_owned(),
        passed: verdict.passed,
        findings: verdict.findings,
        request: prepared.map(|prepared| RehearsalRequest {
            method: prepared.method.to_owned(),
            path: prepared.path,
            headers: prepared.headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            body: prepared.body,
        }),
        answer,
        duration_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
    }
}

/// Sends one request. The error says why there is no answer.
async fn send(http: &reqwest::Client, stage: &Stage, prepared: &Prepared) -> Result<RehearsalAnswer, String> {
    let silence = |error: reqwest::Error| format!("No answer arrived: {}.", innermost(&error));
    let method = reqwest::Method::from_bytes(prepared.method.as_bytes())
        .map_err(|error| format!("The method cannot be sent: {error}."))?;
    let base = stage.endpoint.trim_end_matches('/');
    let mut request = http.request(method, format!("{base}{}", prepared.path)).bearer_auth(&stage.token);
    if let Some((name, value)) = &stage.own_header {
        request = request.header(*name, value);
    }
    for (name, value) in &prepared.headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = &prepared.body {
        request = request.body(body.to_string());
    }
    let mut answer = request.send().await.map_err(silence)?;
    let status = answer.status().as_u16();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(silence)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err("The answer is longer than 4 MiB.".to_owned());
        }
    }
    let body: Option<Value> = serde_json::from_slice(&bytes).ok();
    Ok(RehearsalAnswer { status, body })
}
