//! The order in which everything is measured.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, Result};

use crate::bench::{Bench, Measured};
use crate::cores::Cores;
use crate::fill::Filler;
use crate::foundational::Foundational;
use crate::http::Target;
use crate::limits::http::FixedAnswer;
use crate::limits::sqlite::BareSqlite;
use crate::options::Options;
use crate::rates::{self, PARALLEL};
use crate::report::{Report, Subject};
use crate::statistics::{float, mebibytes};
use crate::work::each;
use crate::work::fixed::Fixed;
use crate::{attack, clients, first_sync, groups, lists, log_cost, machine, peers, soak, starts, table};

/// Measures everything that the options name.
pub(crate) async fn run(options: Options, folder: &Path) -> Result<Report> {
    let cores = Cores::of_this_process()?;
    let mut bench = begin(options, cores, folder).await?;
    table::head();
    for (at, size) in bench.options.sizes().into_iter().enumerate() {
        if at > 0 {
            renew(&mut bench).await?;
        }
        fill(&mut bench, size).await?;
        cores.generate()?;
        limits(&bench, size, folder).await?;
        rates::without_creates(&mut bench, size).await?;
        if bench.options.wants("W6") {
            bench.completed("W6", lists::measure(&bench, size).await)?;
        }
        // From here on there are more people than the size.
        if bench.options.wants("W1") {
            rates::creates(&bench, size).await?;
        }
        if bench.options.wants("W7") {
            bench.completed("W7", groups::measure(&bench, size).await)?;
        }
        if bench.options.wants("W8") {
            bench.completed("W8", synchronise(&bench, size).await)?;
        }
        if bench.options.wants("W9") {
            resources(&bench, size)?;
        }
        if bench.server.is_some() && bench.options.wants("IdP") {
            clients::measure(&mut bench, size).await?;
        }
        if bench.server.is_some() && bench.options.wants("J1") {
            attack::measure(&bench, size).await?;
        }
        if bench.server.is_some() && bench.options.names("J2") {
            soak::measure(&bench, size).await?;
        }
        if bench.server.is_some() && bench.options.wants("W10") {
            starts::measure(&mut bench, size).await?;
        }
    }
    if bench.server.is_some() && bench.options.wants("log") {
        renew(&mut bench).await?;
        log_cost::measure(&bench, bench.options.sizes().last().copied().unwrap_or_default()).await?;
    }
    if bench.options.peers {
        peers::compare(&mut bench, folder).await?;
    }
    if let Some(server) = &mut bench.server {
        server.stop().await?;
    }
    Ok(bench.report.into_inner())
}

async fn begin(options: Options, cores: Cores, folder: &Path) -> Result<Bench> {
    let mut report = Report { setting: machine::describe(), ..Report::default() };
    report.setting.push(("cores".to_owned(), cores.describe()));
    let (server, target) = if let Some(url) = &options.against {
        report.setting.push(("server".to_owned(), url.clone()));
        (None, Target::new(url, options.token.as_deref().unwrap_or_default())?)
    } else {
        let beside = std::env::current_exe()?.with_file_name("foundational");
        let program = options.program.clone().unwrap_or(beside);
        let server = Foundational::on_new_folder(&program, folder, cores).await?;
        report.setting.push(("server".to_owned(), server.version().await?));
        let target = Rc::clone(&server.target);
        (Some(server), target)
    };
    report.left_out = left_out(&options);
    let fixed = Rc::new(FixedAnswer::start(&cores, folder).await?);
    let (people, report) = (Rc::default(), RefCell::new(report));
    Ok(Bench { options, cores, target, server, fixed, people, report })
}

/// What these options leave out, and what no run measures.
fn left_out(options: &Options) -> Vec<String> {
    let mut left_out = Vec::new();
    let mut leave = |text: &str| left_out.push(text.to_owned());
    if options.against.is_some() {
        leave(
            "W9, W10, J1 and the clients during a backup: the process and the data folder of another server are unknown",
        );
    } else {
        leave("the log of writes against none: each of them has a row");
        if !options.peers {
            leave("other SCIM servers: --peers measures them");
        }
        leave(
            "a log row for each look-up: of alike ones beyond 1,000 a minute the log has one row with their number",
        );
        if options.people.is_none() && (options.quick || options.smoke || options.curves) {
            leave("more people, and groups with more members, than this run has");
        }
    }
    if !options.only.is_empty() {
        leave("workloads that --only does not name");
    }
    left_out
}

/// Continues on a new data folder, so that the next size has none of the people and none of the log of the one before.
async fn renew(bench: &mut Bench) -> Result<()> {
    let Some(server) = &mut bench.server else { return Ok(()) };
    server.renew().await?;
    bench.target = Rc::clone(&server.target);
    bench.people = Rc::default();
    Ok(())
}

/// Creates the first person by a request: the pattern of the others.
async fn pattern(bench: &mut Bench) -> Result<Filler> {
    let number = bench.create_one().await?;
    let id = bench.people.borrow().get(number).context("the pattern is not there")?.id.to_string();
    let server = bench.server.as_mut().context("there is no server of ours")?;
    server.stop().await?;
    let filler = Filler::new(&server.data(), &server.connection, &id).await?;
    server.start().await?;
    Ok(filler)
}

/// Creates people until there are `size` of them.
async fn fill(bench: &mut Bench, size: usize) -> Result<()> {
    bench.cores.use_all()?;
    let began = std::time::Instant::now();
    let before = bench.count();
    let filler = if bench.server.is_some() { Some(pattern(bench).await?) } else { None };
    if let (Some(server), Some(filler)) = (&mut bench.server, filler) {
        server.stop().await?;
        filler.fill(&server.data(), &bench.people, size).await?;
        server.start().await?;
    } else {
        while bench.count() < size {
            bench.create_one().await?;
        }
    }
    let added = bench.count() - before;
    table::note(&format!("{added} people added in {:.1} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// W8: one connection synchronises fewer people than many do, as it takes longer.
async fn synchronise(bench: &Bench, size: usize) -> Result<()> {
    let people = match bench.options {
        Options { smoke: true, .. } => 40,
        Options { quick: true, .. } => 4_000,
        _ => 20_000,
    };
    first_sync::measure(bench, size, people / 10, 1).await?;
    first_sync::measure(bench, size, people, 16).await
}

/// W9: what the server uses after this much work.
fn resources(bench: &Bench, size: usize) -> Result<()> {
    let (Some(server), Some(process)) = (&bench.server, bench.process()) else { return Ok(()) };
    bench.value("W9", "people at the end", size, float(bench.count()), "people");
    bench.value("W9", "anonymous memory", size, mebibytes(process.anonymous_memory()?), "MiB");
    bench.value("disk", "workspace", size, mebibytes(server.bytes("foundational.db")?), "MiB");
    bench.value("disk", "request log", size, mebibytes(server.bytes("activity.db")?), "MiB");
    Ok(())
}

/// L1 to L3 in this minute.
async fn limits(bench: &Bench, size: usize, folder: &Path) -> Result<()> {
    let subject = |work, variant: &str, connections| Subject {
        work,
        variant: variant.to_owned(),
        people: size,
        connections,
    };
    let limit = bench.options.limit();
    if bench.options.wants("L1") || bench.options.wants("W2") || bench.options.wants("W3") {
        for connections in PARALLEL {
            let subject = subject("L1", "fixed answer", connections);
            bench.rate(Measured::FixedAnswer, subject, limit, || each(connections, |_| Fixed)).await?;
        }
    }
    let wanted = ["L2", "L3", "W1", "W4", "W5", "W6"].iter().any(|work| bench.options.wants(work));
    if !wanted {
        return Ok(());
    }
    let folder = tempfile::tempdir_in(folder)?;
    let mut bare = BareSqlite::with_people(folder.path(), size).await?;
    let rounds = bench.options.rounds();
    for each_commit in [1, 64] {
        let samples = (0..rounds).map(|_| bare.inserts(each_commit, limit)).collect::<Result<_>>()?;
        bench.add(subject("L2", "insert", each_commit as usize), samples);
    }
    for each_commit in [1, 16] {
        let samples = (0..rounds).map(|_| bare.updates(each_commit, limit)).collect::<Result<_>>()?;
        bench.add(subject("L2", "update", each_commit as usize), samples);
    }
    let samples = (0..rounds).map(|_| bare.selects(limit)).collect::<Result<_>>()?;
    bench.add(subject("L3", "select one", 1), samples);
    let samples = (0..rounds).map(|_| bare.pages(limit)).collect::<Result<_>>()?;
    bench.add(subject("L3", "page of 100", 1), samples);
    Ok(())
}
