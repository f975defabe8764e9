//! The format of transcripts, which `tests/transcripts/README.md` explains.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// One file.
#[derive(Debug, Default)]
pub struct Transcript {
    pub provider: String,
    /// The file that is played first.
    pub after: Option<PathBuf>,
    pub headers: Vec<(String, String)>,
    /// The deviations that must be recorded.
    pub deviations: Vec<String>,
    pub steps: Vec<Step>,
    pub afterwards: Vec<State>,
    /// `Users/{{grace}}`.
    pub untouched: Vec<String>,
}

#[derive(Debug)]
pub struct Step {
    pub title: String,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
    pub first: Expected,
    /// What is expected in the replay, where that differs.
    pub again: Option<Expected>,
    pub says: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub status: u16,
    pub body: Option<Value>,
    /// Names and JSON pointers.
    pub store: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct State {
    /// `Users/{{ada}}`.
    pub resource: String,
    /// The whole resource; none: it is gone.
    pub document: Option<Value>,
}

/// Reads a file.
pub fn read(path: &Path) -> Transcript {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = Reader { path, lines: text.lines().collect(), at: 0 };
    let mut transcript = reader.head();
    while let Some(line) = reader.next_line() {
        if let Some(title) = line.strip_prefix("### ") {
            transcript.steps.push(reader.step(title));
        } else if line == "=== afterwards" {
            transcript.afterwards = reader.afterwards();
        } else if line == "=== untouched" {
            transcript.untouched = reader.resources();
        } else {
            reader.wrong("expected a step or a section");
        }
    }
    assert!(!transcript.steps.is_empty(), "{}: no steps", path.display());
    let has_state = transcript.afterwards.len() + transcript.untouched.len() > 0;
    assert!(has_state, "{}: has no state afterwards", path.display());
    transcript
}

struct Reader<'t> {
    path: &'t Path,
    lines: Vec<&'t str>,
    at: usize,
}

impl<'t> Reader<'t> {
    fn wrong(&self, why: &str) -> ! {
        panic!("{}:{}: {why}: {}", self.path.display(), self.at, self.lines[self.at - 1])
    }

    fn peek(&mut self) -> Option<&'t str> {
        while self.lines.get(self.at).is_some_and(|line| line.trim().is_empty()) {
            self.at += 1;
        }
        self.lines.get(self.at).copied()
    }

    fn next_line(&mut self) -> Option<&'t str> {
        let line = self.peek()?;
        self.at += 1;
        Some(line)
    }

    fn head(&mut self) -> Transcript {
        let mut transcript = Transcript::default();
        let is_described = self.peek().is_some_and(|line| line.starts_with("# "));
        assert!(is_described, "{}: begins with a comment that describes what happens", self.path.display());
        while let Some(line) = self.peek().filter(|line| !line.starts_with("###")) {
            self.at += 1;
            if line.starts_with("# ") {
                continue;
            }
            match line.split_once(' ') {
                Some(("provider", word)) => word.clone_into(&mut transcript.provider),
                Some(("after", name)) => transcript.after = Some(self.path.with_file_name(name)),
                Some(("deviations", codes)) => {
                    transcript.deviations = codes.split_whitespace().map(str::to_owned).collect();
                }
                _ => transcript.headers.push(self.header(line)),
            }
        }
        transcript
    }

    fn header(&self, line: &str) -> (String, String) {
        let Some((name, value)) = line.split_once(':') else { self.wrong("expected a header") };
        // A value may begin with spaces on purpose: some clients paste them.
        (name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned())
    }

    fn step(&mut self, title: &str) -> Step {
        let Some((method, path)) = self.next_line().and_then(|line| line.split_once(' ')) else {
            self.wrong("expected a request")
        };
        let mut headers = Vec::new();
        while let Some(line) = self.peek().filter(|line| !line.starts_with(['{', '<'])) {
            self.at += 1;
            headers.push(self.header(line));
        }
        let body = self.json();
        let (mut first, mut again, mut says) = (None, None, None);
        while let Some(line) = self.peek().filter(|line| !line.starts_with("###") && !line.starts_with("==="))
        {
            self.at += 1;
            if let Some(status) = line.strip_prefix("<- again ") {
                again = Some(self.expected(status));
            } else if let Some(status) = line.strip_prefix("<- ") {
                first = Some(self.expected(status));
            } else if let Some(sentence) = line.strip_prefix("says ") {
                says = Some(sentence.to_owned());
            } else {
                self.wrong("expected an answer");
            }
        }
        let Some(first) = first else { self.wrong("a step has no answer") };
        let (title, method, path) = (title.to_owned(), method.to_owned(), path.to_owned());
        Step { title, method, path, headers, body, first, again, says }
    }

    fn expected(&mut self, status: &str) -> Expected {
        let Ok(status) = status.trim().parse() else { self.wrong("no status") };
        let body = self.json();
        let mut store = Vec::new();
        while let Some(rest) = self.peek().and_then(|line| line.strip_prefix('@')) {
            self.at += 1;
            let (name, pointer) = rest.split_once(' ').unwrap_or((rest, ""));
            store.push((name.to_owned(), pointer.to_owned()));
        }
        Expected { status, body, store }
    }

    /// A JSON object, from a line that begins with `{` to the line that ends it.
    fn json(&mut self) -> Option<Value> {
        if !self.peek()?.starts_with('{') {
            return None;
        }
        let mut text = String::new();
        while let Some(line) = self.lines.get(self.at) {
            self.at += 1;
            text.push_str(line);
            match serde_json::from_str(&text) {
                Ok(value) => return Some(value),
                Err(error) if error.is_eof() => {}
                Err(error) => self.wrong(&error.to_string()),
            }
        }
        self.wrong("the JSON does not end")
    }

    fn afterwards(&mut self) -> Vec<State> {
        let mut states = Vec::new();
        while let Some(line) = self.peek().filter(|line| !line.starts_with("===")) {
            self.at += 1;
            if let Some(name) = line.strip_prefix("Gone ") {
                states.push(State { resource: self.resource(name), document: None });
            } else {
                let resource = self.resource(line);
                let Some(document) = self.json() else { self.wrong("expected the resource below") };
                states.push(State { resource, document: Some(document) });
            }
        }
        states
    }

    fn resources(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(line) = self.peek().filter(|line| !line.starts_with("===")) {
            self.at += 1;
            names.push(self.resource(line));
        }
        names
    }

    fn resource(&self, line: &str) -> String {
        match line.split_once(' ') {
            Some((kind @ ("User" | "Group"), id)) => format!("{kind}s/{id}"),
            _ => self.wrong("expected User or Group and an id"),
        }
    }
}
