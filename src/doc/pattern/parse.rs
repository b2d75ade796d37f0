//! The text of a pattern to its steps.

use super::{Name, PatternError, Step};

/// The most names that braces in one step may spell out.
const MAX_NAMES: usize = 256;

/// The steps of a pattern.
pub(super) fn steps(text: &str) -> Result<Vec<Step>, PatternError> {
    Parser { text, at: 0 }.steps()
}

struct Parser<'p> {
    text: &'p str,
    at: usize,
}

impl Parser<'_> {
    fn steps(&mut self) -> Result<Vec<Step>, PatternError> {
        let mut steps = Vec::new();
        if self.text.is_empty() {
            return Err(self.error("a pattern must not be empty"));
        }
        while self.at < self.text.len() {
            if self.peek() == Some('[') {
                steps.push(self.bracket()?);
            } else {
                if !steps.is_empty() {
                    self.expect('.')?;
                }
                steps.push(self.name_step()?);
            }
        }
        Ok(steps)
    }

    fn name_step(&mut self) -> Result<Step, PatternError> {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(c) = self.peek() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => return Err(self.error("`}` without `{`")),
                '}' => depth -= 1,
                '.' | '[' if depth == 0 => break,
                ',' if depth == 0 => return Err(self.error("`,` stands only inside `{…}`")),
                c if c.is_whitespace() => {
                    return Err(self.error("white space in a name; quote it as [\"…\"]"));
                }
                _ => {}
            }
            self.at += c.len_utf8();
        }
        let name = &self.text[start..self.at];
        if depth > 0 {
            return Err(PatternError {
                at: start,
                message: "`{` without `}`".into(),
            });
        }
        match name {
            "" => Err(PatternError {
                at: start,
                message: "a name is missing here".into(),
            }),
            "**" => Ok(Step::AnyDepth),
            "*" => Ok(Step::AnyOne),
            _ if name.contains("**") => Err(PatternError {
                at: start,
                message: "`**` stands alone between dots".into(),
            }),
            _ => {
                let names = braces(name, start)?;
                Ok(Step::Names(names.iter().map(|name| Name::new(name)).collect()))
            }
        }
    }

    fn bracket(&mut self) -> Result<Step, PatternError> {
        let start = self.at;
        self.at += 1;
        if self.peek() == Some('"') {
            return self.literal();
        }
        let Some(length) = self.text[self.at..].find(']') else {
            return Err(PatternError {
                at: start,
                message: "`[` without `]`".into(),
            });
        };
        let inner = &self.text[self.at..self.at + length];
        self.at += length + 1;
        if inner == "*" {
            return Ok(Step::AnyItem);
        }
        if let Ok(index) = inner.parse() {
            return Ok(Step::Index(index));
        }
        match inner.split_once('=') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                let value = if value.contains('*') {
                    Name::new(value)
                } else {
                    Name::Literal(value.trim_matches('"').to_owned())
                };
                Ok(Step::ItemBy(key.to_owned(), value))
            }
            _ => Err(PatternError {
                at: start,
                message: "expected [*], [0], [key=value] or [\"key\"]".into(),
            }),
        }
    }

    fn literal(&mut self) -> Result<Step, PatternError> {
        let start = self.at;
        self.at += 1;
        let mut name = String::new();
        loop {
            match self.next() {
                Some('\\') => name.extend(self.next()),
                Some('"') => break,
                Some(c) => name.push(c),
                None => {
                    return Err(PatternError {
                        at: start,
                        message: "the quote is not closed".into(),
                    });
                }
            }
        }
        self.expect(']')?;
        Ok(Step::Names(vec![Name::Literal(name)]))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn expect(&mut self, want: char) -> Result<(), PatternError> {
        if self.peek() == Some(want) {
            self.at += want.len_utf8();
            Ok(())
        } else {
            Err(self.error(&format!("expected `{want}` here")))
        }
    }

    fn error(&self, message: &str) -> PatternError {
        PatternError {
            at: self.at,
            message: message.to_owned(),
        }
    }
}

/// Spells out `{a,b}` groups, left to right; the groups do not nest.
fn braces(name: &str, at: usize) -> Result<Vec<String>, PatternError> {
    let error = |message: &str| PatternError {
        at,
        message: message.to_owned(),
    };
    let mut out = vec![String::new()];
    let mut rest = name;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').ok_or_else(|| error("`{` without `}`"))? + open;
        let inner = &rest[open + 1..close];
        if inner.contains('{') {
            return Err(error("`{…}` groups do not nest"));
        }
        if inner.split(',').any(str::is_empty) {
            return Err(error("an empty name inside `{…}`"));
        }
        out = out
            .iter()
            .flat_map(|head| {
                inner
                    .split(',')
                    .map(move |alt| format!("{head}{}{alt}", &rest[..open]))
            })
            .collect();
        if out.len() > MAX_NAMES {
            return Err(error("`{…}` groups spell out too many names"));
        }
        rest = &rest[close + 1..];
    }
    Ok(out.iter().map(|head| format!("{head}{rest}")).collect())
}
