//! The headers of a request and of its answer, as the log has them.

/// Headers as lines of `name: value`, in the order in which they were sent. A value has no line break (RFC 9110 section 5.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderLines(pub(crate) String);

impl HeaderLines {
    /// None yet, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Appends a header.
    pub fn push(&mut self, name: &str, value: &str) {
        for part in [name, ": ", value, "\n"] {
            self.0.push_str(part);
        }
    }

    /// Their length in bytes.
    pub const fn bytes(&self) -> usize {
        self.0.len()
    }

    /// Name and value of each.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(": "))
    }
}

/// The headers of one exchange that are recorded: those that say how the request and its answer are to be read, without a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedHeaders {
    /// The client's.
    pub request: HeaderLines,
    /// Those of the answer, without what HTTP adds to it (`Date`, `Content-Length`).
    pub response: HeaderLines,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_read_again() {
        let mut lines = HeaderLines::default();
        let sent = [("accept", "a/b; q=0.5, c: d"), ("if-match", ""), ("host", "x:1")];
        for (name, value) in sent {
            lines.push(name, value);
        }
        assert_eq!(lines.fields().collect::<Vec<_>>(), sent);
        assert_eq!(lines.bytes(), 25 + 11 + 10);
    }
}
