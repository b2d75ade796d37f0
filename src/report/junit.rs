//! `JUnit` XML: a suite for each environment, a test case for each finding that counts, and one for the verdict. In the
//! dialect that Jenkins' schema takes: no place in attributes, it stands in the text.

use std::fmt::Write as _;

use super::escape::xml;
use super::remarks::{Kind, Remark, remarks};
use crate::gate::{CheckOutcome, EnvironmentOutcome, Verdict};

/// The report; `now` is its time stamp.
#[must_use]
pub fn junit(outcome: &CheckOutcome, before: &str, now: jiff::Timestamp) -> String {
    let seconds = format!(
        "{}.{:03}",
        outcome.timing.total / 1000,
        outcome.timing.total % 1000
    );
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let mut suites = String::new();
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for environment in &outcome.environments {
        let suite = Suite::of(outcome, environment, before);
        tests += suite.tests;
        failures += suite.failures;
        errors += suite.errors;
        let name = if environment.name.is_empty() {
            "tollgate".to_owned()
        } else {
            format!("tollgate {}", environment.name)
        };
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" time=\"{seconds}\" timestamp=\"{stamp}\">\n{}  </testsuite>",
            xml(&name),
            suite.tests,
            suite.failures,
            suite.errors,
            suite.cases
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tollgate\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds}\">\n{suites}</testsuites>\n"
    )
}

struct Suite {
    cases: String,
    tests: usize,
    failures: usize,
    errors: usize,
}

impl Suite {
    fn of(outcome: &CheckOutcome, environment: &EnvironmentOutcome, before: &str) -> Self {
        let alone = CheckOutcome {
            environments: vec![environment.clone()],
            ..outcome.clone()
        };
        let mut suite = Self {
            cases: String::new(),
            tests: 0,
            failures: 0,
            errors: 0,
        };
        for remark in remarks(&alone, before) {
            suite.case(&remark);
        }
        suite.verdict(environment);
        suite
    }

    fn case(&mut self, remark: &Remark) {
        let place = remark.place.as_ref().map(|place| match place.lines {
            Some((line, _)) => format!("{}:{line}:{}", place.file, place.columns.0),
            None => place.file.clone(),
        });
        let place = place.unwrap_or_else(|| "the run".into());
        let text = format!("{place}\n{}", remark.message);
        let body = match remark.kind {
            Kind::Error => {
                self.failures += 1;
                format!(
                    "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
                    xml(remark.message.lines().next().unwrap_or("")),
                    xml(&remark.code),
                    lines(&text)
                )
            }
            Kind::Warning => format!("      <system-out>{}</system-out>\n", lines(&text)),
        };
        self.push(&format!("{} {place}", remark.title), &remark.check, &body);
    }

    fn verdict(&mut self, environment: &EnvironmentOutcome) {
        let body = match environment.verdict {
            Verdict::Pass => "",
            Verdict::Refuse if !environment.enforce => "      <system-out>would refuse</system-out>\n",
            Verdict::Undecided if !environment.enforce => {
                "      <system-out>would be undecided</system-out>\n"
            }
            Verdict::Refuse => {
                self.failures += 1;
                "      <failure message=\"refused\" type=\"verdict\">refused</failure>\n"
            }
            Verdict::Undecided => {
                self.errors += 1;
                "      <error message=\"undecided\" type=\"verdict\">undecided</error>\n"
            }
        };
        self.push("verdict", "verdict", body);
    }

    fn push(&mut self, name: &str, class: &str, body: &str) {
        self.tests += 1;
        let _ = writeln!(
            self.cases,
            "    <testcase name=\"{}\" classname=\"{}\" time=\"0\">\n{body}    </testcase>",
            xml(name),
            xml(class)
        );
    }
}

/// Text of several lines.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(xml).collect();
    lines.join("\n")
}
