//! A window of the same kind with an empty page and nothing behind it: the suite measures what Foundational needs beside
//! what any app of this kind needs. It is not shipped.

use std::process::ExitCode;

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> ExitCode {
    let blank = tauri::Url::parse("about:blank");
    let built = tauri::Builder::default()
        .setup(move |app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::External(blank?))
                .title("Bare")
                .inner_size(1240.0, 820.0)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let Ok(app) = built else { return ExitCode::FAILURE };
    let code = app.run_return(|_, _| {});
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
