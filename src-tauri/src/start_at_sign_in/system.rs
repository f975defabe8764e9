//! The login items of macOS and the Run key of Windows. The system can tell whether an item is there, but not with
//! which arguments, so each of the two ways to start has an item of its own.

use auto_launch::{AutoLaunch, AutoLaunchBuilder, Error, MacOSLaunchMode};

use super::settings::{AtLogin, HIDDEN};

pub(super) fn read() -> Result<AtLogin, String> {
    let is_on = |hidden| item(hidden)?.is_enabled().map_err(sentence);
    let hidden = is_on(true)?;
    Ok(AtLogin { starts: hidden || is_on(false)?, hidden })
}

pub(super) fn write(wanted: AtLogin) -> Result<(), String> {
    for hidden in [false, true] {
        let item = item(hidden)?;
        let is_wanted = wanted.starts && wanted.hidden == hidden;
        if is_wanted {
            item.enable().map_err(sentence)?;
        } else if item.is_enabled().map_err(sentence)? {
            item.disable().map_err(sentence)?;
        }
    }
    Ok(())
}

fn item(hidden: bool) -> Result<AutoLaunch, String> {
    let program =
        std::env::current_exe().map_err(|error| format!("the program does not know its place: {error}"))?;
    let (name, arguments): (_, &[&str]) =
        if hidden { ("Foundational in the background", &[HIDDEN]) } else { ("Foundational", &[]) };
    AutoLaunchBuilder::new()
        .set_app_name(name)
        .set_app_path(&program.display().to_string())
        .set_macos_launch_mode(MacOSLaunchMode::LaunchAgent)
        .set_args(arguments)
        .build()
        .map_err(sentence)
}

#[expect(clippy::needless_pass_by_value, reason = "it is used as a function of an owned error")]
fn sentence(error: Error) -> String {
    error.to_string()
}
