//! One self-contained page for a review: no script, nothing loaded from anywhere. Every text is escaped.

use std::fmt::Write as _;

use super::counted;
use super::escape::html;
use super::hunk::Line;
use super::rows::{Block, Maker, Row, blocks};
use crate::diff::ChangeSet;
use crate::gate::{CheckOutcome, EnvironmentOutcome, Finding, Weight};
use crate::report::human::{Human, ack_command, risk_marks};
use crate::settings::{Action, Severity};

const STYLE: &str = include_str!("page.css");

/// The report of `diff`.
#[must_use]
pub fn diff(set: &ChangeSet, human: Human<'_>) -> String {
    let title = format!(
        "{} in {}",
        counted(set.shown(), "change"),
        counted(set.files.len(), "file")
    );
    let maker = Maker {
        view: human.view,
        redactor: human.redactor,
        mark: &|_, _| None,
        unrated: &|_, _| false,
    };
    let body: String = blocks(set, maker).iter().map(block_text).collect();
    page(&title, "", &body)
}

/// The report of a check.
#[must_use]
pub fn check(outcome: &CheckOutcome, human: Human<'_>) -> String {
    let mut body = String::new();
    for environment in &outcome.environments {
        body.push_str(&environment_text(environment, human));
    }
    for skipped in &outcome.skipped {
        let _ = writeln!(
            body,
            "<p class=note>skipped: {} ({})</p>",
            html(&skipped.what),
            html(&skipped.why)
        );
    }
    if let Some(command) = ack_command(outcome, human.again) {
        let _ = writeln!(body, "<p>If it is meant:</p><pre>{}</pre>", html(&command));
    }
    page(
        &format!("tollgate: {}", outcome.verdict.word()),
        outcome.verdict.word(),
        &body,
    )
}

fn page(title: &str, class: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1 class=\"{class}\">{0}</h1>\n{body}</body>\n</html>\n",
        html(title)
    )
}

fn environment_text(environment: &EnvironmentOutcome, human: Human<'_>) -> String {
    let mut out = String::new();
    if !environment.name.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", html(&environment.name));
    }
    let findings = environment
        .findings
        .iter()
        .filter(|finding| human.view.verbose || finding.action > Action::Note);
    for finding in findings {
        out.push_str(&finding_text(finding));
    }
    let marks = risk_marks(environment);
    for set in &environment.sets {
        let maker = Maker {
            view: human.view,
            redactor: human.redactor,
            mark: &|display, path| marks.get(&(display.to_owned(), path.to_owned())).copied(),
            unrated: &|at, nth| set.unrated.contains(&(at, nth)),
        };
        out.extend(blocks(&set.changes, maker).iter().map(block_text));
    }
    out
}

fn finding_text(finding: &Finding) -> String {
    let word = match finding.weight() {
        Weight::Refuses | Weight::Undecided => "error",
        Weight::Advice => "warning",
    };
    let place = finding.place.as_ref().map_or_else(String::new, |place| {
        let at = place.source.position(place.span.start as usize);
        format!(" <code>{}:{}</code>", html(&place.source.display), at.line)
    });
    let acked = finding.acked.as_ref().map_or_else(String::new, |ack| {
        format!("<br>acknowledged: {}", html(&ack.reason))
    });
    format!(
        "<div class=\"finding {word}\"><b>{word} {}</b> {}{place}<br><span class=note>{}</span>{acked}</div>\n",
        finding.code,
        html(&finding.message),
        html(&finding.help)
    )
}

fn block_text(block: &Block) -> String {
    let mut out = format!("<section>\n<h3>{}</h3>\n<table>\n", html(&block.title));
    for group in &block.groups {
        if let Some(title) = &group.title {
            let _ = writeln!(
                out,
                "<tr class=note><td></td><td colspan=4>{}</td></tr>",
                html(title)
            );
        }
        for row in &group.rows {
            row_text(row, &mut out);
        }
        if let Some(more) = &group.more {
            let _ = writeln!(
                out,
                "<tr class=note><td></td><td colspan=4>{}</td></tr>",
                html(more)
            );
        }
    }
    out.push_str("</table>\n");
    for note in &block.footer {
        let _ = writeln!(out, "<p class=note>{}</p>", html(note));
    }
    out.push_str("</section>\n");
    out
}

fn row_text(row: &Row, out: &mut String) {
    let class = match row.sign {
        '+' => "new",
        '-' => "old",
        ' ' => "note",
        _ => "changed",
    };
    let mark = match row.mark {
        Some(Severity::High | Severity::Critical) => " <b class=bad>HIGH RISK</b>",
        Some(Severity::Medium) => " <b class=risk>RISK</b>",
        Some(Severity::Info | Severity::Low) | None => "",
    };
    let cell = |text: &Option<String>, class: &str| match text {
        Some(text) => format!("<td class={class}><code>{}</code></td>", html(text)),
        None => "<td></td>".to_owned(),
    };
    let values = if row.lines.is_empty() {
        format!("{}{}", cell(&row.old, "old"), cell(&row.new, "new"))
    } else {
        format!("<td colspan=2><pre>{}</pre></td>", lines(&row.lines))
    };
    let _ = writeln!(
        out,
        "<tr class={class}><td>{}</td><td><code>{}</code></td>{values}<td class=note>{}{mark}</td></tr>",
        html(&row.sign.to_string()),
        html(&row.path),
        html(&row.note)
    );
}

fn lines(lines: &[Line]) -> String {
    let parts = |parts: &[(bool, String)]| -> String {
        let several = parts.len() > 1;
        parts
            .iter()
            .map(|(differs, part)| {
                if *differs && several {
                    format!("<mark>{}</mark>", html(part))
                } else {
                    html(part)
                }
            })
            .collect()
    };
    lines
        .iter()
        .map(|line| match line {
            Line::Context(text) => format!("  {}\n", html(text)),
            Line::Old(line) => format!("<span class=old>- {}</span>\n", parts(line)),
            Line::New(line) => format!("<span class=new>+ {}</span>\n", parts(line)),
            Line::Gap(text) => format!("<span class=note>{}</span>\n", html(text)),
        })
        .collect()
}
