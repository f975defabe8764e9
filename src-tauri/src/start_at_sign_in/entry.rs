//! An entry of the desktop's autostart folder.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::settings::{AtLogin, HIDDEN};

const NAME: &str = "io.foundational.desktop.desktop";

pub(super) fn read() -> Result<AtLogin, String> {
    let path = path()?;
    match fs::read_to_string(&path) {
        Ok(text) => Ok(parse(&text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(AtLogin { starts: false, hidden: false }),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

pub(super) fn write(wanted: AtLogin) -> Result<(), String> {
    let path = path()?;
    let failed = |error| format!("{} cannot be written: {error}", path.display());
    if !wanted.starts {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        };
    }
    let program = std::env::var_os("APPIMAGE").map_or_else(std::env::current_exe, |image| Ok(image.into()));
    let program = program.map_err(|error| format!("the program does not know its place: {error}"))?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, entry(&program, wanted.hidden)).map_err(failed)
}

fn path() -> Result<PathBuf, String> {
    let folder = dirs::config_dir().ok_or("the user has no configuration folder")?;
    Ok(folder.join("autostart").join(NAME))
}

fn entry(program: &Path, hidden: bool) -> String {
    let option = if hidden { format!(" {HIDDEN}") } else { String::new() };
    format!(
        "[Desktop Entry]\nType=Application\nName=Foundational\nExec={}{option}\nTerminal=false\n\
         StartupNotify=false\n",
        quoted(&program.display().to_string())
    )
}

/// A word of an `Exec` line: in quotes, with a backslash before what means something inside them. The file's own rule
/// for strings doubles each backslash once more, and a percent sign begins a field code.
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in word.chars() {
        match sign {
            '"' | '`' | '$' => quoted.push_str("\\\\"),
            '\\' => quoted.push_str("\\\\\\"),
            '%' => quoted.push('%'),
            _ => {}
        }
        quoted.push(sign);
    }
    quoted.push('"');
    quoted
}

/// A desktop switches an entry off in one of two ways without deleting it.
fn parse(text: &str) -> AtLogin {
    let value = |key: &str| {
        let found =
            text.lines().find_map(|line| line.trim().strip_prefix(key)?.trim_start().strip_prefix('='));
        found.map(str::trim)
    };
    let off = value("Hidden").is_some_and(|value| value == "true")
        || value("X-GNOME-Autostart-enabled").is_some_and(|value| value == "false");
    let starts = !off && value("Exec").is_some();
    let hidden = value("Exec").is_some_and(|command| command.split_whitespace().any(|word| word == HIDDEN));
    AtLogin { starts, hidden: starts && hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for hidden in [false, true] {
            let text = entry(Path::new("/opt/my apps/foundational-desktop"), hidden);
            assert_eq!(parse(&text), AtLogin { starts: true, hidden }, "read back from {text}");
            assert!(text.contains("Exec=\"/opt/my apps/foundational-desktop\""), "one word: {text}");
        }
    }

    #[test]
    fn an_entry_that_the_desktop_switched_off_is_off() {
        let text = entry(Path::new("/usr/bin/foundational-desktop"), true);
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            let state = parse(&format!("{text}{line}\n"));
            assert_eq!(state, AtLogin { starts: false, hidden: false }, "{line} switches it off");
        }
    }

    #[test]
    fn signs_that_mean_something_are_taken_as_they_are() {
        assert_eq!(quoted("/a b/$c"), "\"/a b/\\\\$c\"", "a dollar sign names no variable");
        assert_eq!(quoted("/50%"), "\"/50%%\"", "a percent sign is no field code");
    }
}
