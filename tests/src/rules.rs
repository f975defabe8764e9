//! Rules that every screen keeps: accessibility by axe, and the page's own content security policy.

use std::fs;

use serde_json::{Value, json};

use crate::page::Page;
use crate::paths::project;

impl Page {
    /// From now on, notes everything that the content security policy stops.
    pub async fn watch_policy(&self) {
        let script = "window.policyBreaks = []; document.addEventListener('securitypolicyviolation', (event) => \
            window.policyBreaks.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));";
        self.run(script, Vec::new()).await;
    }

    /// What the content security policy stopped since it was watched.
    pub async fn policy_breaks(&self) -> Value {
        self.run("return window.policyBreaks;", Vec::new()).await
    }

    /// Every rule of WCAG 2.2, levels A and AA, that the screen breaks, with the elements that break it.
    pub async fn accessibility_breaks(&self) -> Value {
        if self.run("return typeof window.axe;", Vec::new()).await == json!("undefined") {
            let axe = project().join("node_modules/axe-core/axe.min.js");
            let script =
                fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
            self.run(&script, Vec::new()).await;
        }
        let script = "const done = arguments[0]; window.axe.run(document, \
            { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then( \
            (found) => done(found.violations.map((rule) => \
                ({ rule: rule.id, at: rule.nodes.map((node) => `${node.html} ${node.failureSummary}`) }))), \
            (error) => done(String(error)));";
        self.run_until_done(script, Vec::new()).await
    }
}
