//! `npm run bench`: measures the server with verified answers, and the limits of the machine in the same run.
//!
//! **Invariant**: an answer that is not what was sent before counts as wrong, and a run with a wrong answer fails.
//! Nothing is compared with a figure of another run.

mod answers;
mod attack;
mod attackers;
mod bench;
mod clients;
mod comparison;
mod cores;
mod curve;
mod fill;
mod first_sync;
mod foundational;
mod goals;
mod groups;
mod http;
mod limits;
mod lists;
mod log_cost;
mod machine;
mod measure;
mod options;
mod order;
mod page;
mod peers;
mod people;
mod process;
mod rates;
mod ratios;
mod report;
mod resource_usage;
mod single;
mod soak;
mod starts;
mod statistics;
mod suite;
mod table;
mod work;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;

use options::Options;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let options = Options::parse();
    if let Some(listen) = options.fixed_answer {
        limits::http::serve(listen).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = match &options.folder {
        Some(folder) => folder.clone(),
        None => std::env::current_exe()?.ancestors().nth(2).context("no target folder")?.join("bench"),
    };
    std::fs::create_dir_all(&folder)?;
    let folder = tempfile::Builder::new().prefix("run-").tempdir_in(folder)?;
    let (json, page_folder) = (options.json.clone(), options.page_folder());
    let report = suite::run(options, folder.path()).await?;
    table::end(&report, goals::people(&report));
    if let Some(json) = json {
        std::fs::write(json, serde_json::to_vec_pretty(&report)?)?;
    }
    if let Some(docs) = page_folder {
        page::write(&report, &docs)?;
    }
    Ok(if report.wrong() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
