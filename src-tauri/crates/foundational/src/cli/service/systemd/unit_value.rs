//! Values as systemd reads them in a unit file.

/// A value in double quotes: what systemd would take for a specifier (`%`), an escape (`\`) or the end of the value is
/// escaped. Variables (`$`) are not: a command begins with `:` instead, and elsewhere they mean nothing.
/// Source: systemd.syntax(7) "Quoting", systemd.unit(5) "Specifiers", systemd.service(5) "Command lines".
///
/// # Errors
/// The value itself when it has a control character: systemd reads escapes of those in some settings only.
pub(super) fn quoted(value: &str) -> Result<String, String> {
    refuse_control(value)?;
    let mut out = String::from("\"");
    for letter in value.chars() {
        match letter {
            '\\' | '"' => out.extend(['\\', letter]),
            '%' => out.push_str("%%"),
            other => out.push(other),
        }
    }
    out.push('"');
    Ok(out)
}

/// A full path for the settings that take one to the end of the line, without quotes and escapes. A path that goes up (`..`)
/// systemd ignores with a warning. Source: systemd.exec(5), `LoadCredential=`.
///
/// # Errors
/// Why the path cannot be named in a unit.
pub(super) fn path(value: &str) -> Result<String, String> {
    refuse_control(value)?;
    if value.ends_with([' ', '\\']) || value.split('/').any(|part| part == "..") {
        return Err(format!(
            "{value:?} ends in a space or a backslash, or has a part \"..\", which cannot be in a systemd unit."
        ));
    }
    Ok(value.replace('%', "%%"))
}

fn refuse_control(value: &str) -> Result<(), String> {
    if value.chars().any(char::is_control) {
        return Err(format!("{value:?} has a control character, which cannot be in a systemd unit."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systemd_reads_as_syntax_is_escaped_and_a_control_character_refused() {
        for (value, wanted) in [
            ("/var/lib/a", Some(r#""/var/lib/a""#)),
            ("/my folder", Some(r#""/my folder""#)),
            (r#"/50%/"a"\b"#, Some(r#""/50%%/\"a\"\\b""#)),
            ("/$HOME/'é'", Some(r#""/$HOME/'é'""#)),
            ("/a\nExecStart=/bin/sh", None),
            ("/a\u{7f}", None),
        ] {
            assert_eq!(quoted(value).ok().as_deref(), wanted, "{value:?}");
        }
    }

    #[test]
    fn a_path_to_the_end_of_the_line_has_no_quotes_and_what_systemd_would_read_otherwise_is_refused() {
        for (value, wanted) in [
            ("/etc/tls/a.pem", Some("/etc/tls/a.pem")),
            (r#"/50% "my" 'keys'/é:1.pem"#, Some(r#"/50%% "my" 'keys'/é:1.pem"#)),
            ("/a/../b", None),
            ("/a ", None),
            (r"/a\", None),
            ("/a\nUser=root", None),
        ] {
            assert_eq!(path(value).ok().as_deref(), wanted, "{value:?}");
        }
    }
}
