//! What `docs/deploy` has for containers: no image is built here, so what is looked at is its form, the paths that it names, and
//! that this program takes every command line in it.

use std::path::Path;

use clap::Parser as _;

use super::CommandLine;

const CONTAINERFILE: &str = include_str!("../../../../../docs/deploy/Containerfile");
const COMPOSE: &str = include_str!("../../../../../docs/deploy/compose.yaml");
const KUBERNETES: &str = include_str!("../../../../../docs/deploy/kubernetes.md");
const README: &str = include_str!("../../../../../docs/deploy/README.md");

const INSTRUCTIONS: [&str; 10] =
    ["FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"];

/// A list in brackets, which no shell reads.
fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text).expect(text)
}

/// The words of a line that a shell reads.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The arguments of each command line that starts this program.
fn command_lines() -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> =
        CONTAINERFILE.lines().filter_map(|line| line.strip_prefix("CMD ")).map(list).collect();
    for line in [COMPOSE, KUBERNETES].into_iter().flat_map(str::lines).map(str::trim) {
        let arguments = ["command: ", "args: "].into_iter().find_map(|key| line.strip_prefix(key));
        found.extend(arguments.map(list).filter(|words| words[0] == "serve"));
    }
    for line in [README, KUBERNETES].into_iter().flat_map(str::lines) {
        let inside = line.split_once("/usr/bin/foundational ").map(|(_, arguments)| arguments);
        let arguments = inside.or_else(|| line.strip_prefix("foundational "));
        found.extend(arguments.and_then(|text| text.split('`').next()).map(words));
    }
    found
}

#[test]
fn every_command_line_for_containers_is_one_that_the_program_takes() {
    let parse = |arguments: &[String]| {
        let words = std::iter::once("foundational").chain(arguments.iter().map(String::as_str));
        CommandLine::try_parse_from(words).err()
    };
    assert!(parse(&words("serve --metricses 127.0.0.1:9464")).is_some(), "one that it does not take");
    let found = command_lines();
    assert!(found.len() >= 7, "{found:?}");
    for arguments in found {
        let refused = parse(&arguments);
        assert!(refused.is_none(), "{arguments:?}: {refused:?}");
    }
}

#[test]
fn the_container_file_has_known_instructions_and_copies_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let lines: Vec<&str> =
        CONTAINERFILE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    for line in &lines {
        let (instruction, rest) = line.split_once(' ').expect(line);
        assert!(INSTRUCTIONS.contains(&instruction), "{line}");
        if instruction == "COPY" && !rest.starts_with("--from") {
            let mut paths = words(rest);
            assert!(paths.pop().is_some() && !paths.is_empty(), "{line}");
            assert!(paths.iter().all(|path| root.join(path).exists()), "{line}");
        }
    }
    let of = |wanted: &str| lines.iter().filter(|line| line.starts_with(wanted)).count();
    assert_eq!((of("USER 65532"), of("USER"), of("VOLUME")), (1, 1, 1), "not root, and one volume");
    assert!(COMPOSE.contains("dockerfile: docs/deploy/Containerfile"), "it is the one that is built");
    for text in [README, KUBERNETES] {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or(link);
            let is_there = link.starts_with("https://") || root.join("docs/deploy").join(file).exists();
            assert!(is_there, "{link}");
        }
    }
}

/// The blocks of YAML in a page.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

#[test]
fn the_files_for_containers_have_the_form_of_yaml() {
    let mut entries = 0;
    for text in [COMPOSE].into_iter().chain(blocks(KUBERNETES)).chain(blocks(README)) {
        let mut before = 0;
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let entry = line.trim_start();
            let depth = line.len() - entry.len();
            assert!(depth.is_multiple_of(2) && !line.contains('\t') && depth <= before + 2, "{line}");
            let (item, is_item) = entry.strip_prefix("- ").map_or((entry, false), |item| (item, true));
            let value = item.split_once(": ").map(|(_, value)| value);
            assert!(is_item || value.is_some() || item.ends_with(':'), "{line}");
            if let Some(value) = value.filter(|value| value.starts_with('[')) {
                assert!(!list(value).is_empty(), "{line}");
            }
            before = if is_item { depth + 2 } else { depth };
            entries += 1;
        }
    }
    assert!(entries > 80, "{entries} were looked at");
}
