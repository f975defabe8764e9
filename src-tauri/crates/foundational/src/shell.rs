//! Commands that are copied into a shell: a text as one word of a POSIX shell, or with `$'...'` of bash and zsh.

/// A text as it is easiest to read: as it is where no shell takes it for anything else, else quoted.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-:@%+,".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { quoted(text) }
}

/// One word of the shell that stands for exactly this text. Control characters, which a terminal would obey when the command is
/// pasted, are written as escapes.
pub(crate) fn quoted(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut word = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' => word.push_str(r"\'"),
            '\\' => word.push_str(r"\\"),
            '\n' => word.push_str(r"\n"),
            control if control.is_control() => {
                let mut room = [0; 4];
                let bytes = control.encode_utf8(&mut room).bytes();
                word.extend(bytes.map(|byte| format!("\\x{byte:02x}")));
            }
            plain => word.push(plain),
        }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn bash(script: &str) -> String {
        let done = Command::new("bash").args(["--norc", "-c", script]).output().unwrap();
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    #[test]
    fn a_quoted_text_is_one_word_and_the_same_text_in_a_shell() {
        for text in [
            "",
            "plain",
            "it's",
            "''",
            "a \"b\" c",
            "$HOME ${HOME} $(id) `id` !! \\",
            "\\",
            "\\'",
            "\\n is no line",
            "line one\nline two\r\n\ttabbed",
            "'\n$(id)\\'",
            "\u{1b}[201~\nid\n\u{7f}\u{9b}",
            "é Ł 漢 🙂 …",
            "* ? [a-z] ~ # & ; | < >",
        ] {
            for word in [quoted(text), shell_word(text)] {
                assert_eq!(bash(&format!("printf '%s' {word}")), text, "{word}");
                assert!(!word.chars().any(char::is_control), "{word:?} is safe to paste");
            }
        }
    }

    #[test]
    fn a_plain_name_remains_as_it_is() {
        for (text, shown) in [
            ("/var/lib/foundational", "/var/lib/foundational"),
            ("My provider", "'My provider'"),
            ("a*b", "'a*b'"),
            ("~/x", "'~/x'"),
            ("http://[::1]:8470", "'http://[::1]:8470'"),
        ] {
            assert_eq!(shell_word(text), shown);
        }
    }
}
