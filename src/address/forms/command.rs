//! Values inside of a command line or a line of assignments: `--db-host=x`, `-Dhttp.proxyHost=x`, `--server x`,
//! `DB_HOST=x DB_PORT=1`. Each with the key that names it.

use crate::address::traps;

/// A value that the text itself names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::address) struct Named<'t> {
    pub(in crate::address) key: &'t str,
    pub(in crate::address) value: &'t str,
    /// Where the value stands in the text.
    pub(in crate::address) at: usize,
}

/// The named values of a text of several words; nothing for a text that reads as anything else.
pub(in crate::address) fn find(text: &str) -> Vec<Named<'_>> {
    if !text.trim().contains([' ', '\t', '\n']) || text.len() > 64 * 1024 {
        return Vec::new();
    }
    let words = words(text);
    let assigned = |word: &str| pair(word).is_some();
    let several = words.iter().filter(|(_, word)| assigned(word)).count() > 1;
    let flags = words.iter().any(|(_, word)| {
        let letter = |b: &u8| b.is_ascii_alphabetic() || *b == b'-';
        word.starts_with('-') && word.as_bytes().get(1).is_some_and(letter)
    });
    let login = words
        .first()
        .is_some_and(|(_, word)| matches!(*word, "ssh" | "scp" | "rsync" | "sftp"));
    if !(flags || several || login || words.iter().all(|(_, word)| assigned(word))) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut client = words.iter().any(|(_, word)| is_client(word));
    let login = words
        .iter()
        .any(|(_, word)| matches!(*word, "ssh" | "scp" | "rsync" | "sftp"));
    let mut taken = 0;
    for (nth, (at, word)) in words.iter().enumerate() {
        if nth < taken {
            continue;
        }
        client |= is_dotted_flag(&words[nth..]);
        if let Some((key, value, shift)) = pair(word) {
            let at = at + shift;
            out.push(Named { key, value, at });
        } else if let (Some(key), Some((at, value))) = (
            flag(word).or_else(|| short_flag(word).filter(|_| client || login)),
            words.get(nth + 1),
        ) && !value.starts_with('-')
        {
            // `--replicaof kv.corp 6379`: the flag's value is two words.
            let port = words
                .get(nth + 2)
                .filter(|(_, port)| value.contains('.') && is_port(port));
            let end = port.map_or(at + value.len(), |(end, port)| end + port.len());
            out.push(Named {
                key,
                value: &text[*at..end],
                at: *at,
            });
            taken = nth + 2 + usize::from(port.is_some());
        } else if nth > 0 && is_registry_login(&words[..nth]) && word.contains('.') && is_server_name(word) {
            out.push(Named {
                key: "host",
                value: word,
                at: *at,
            });
        } else if let Some((end, port)) = words.get(nth + 1).filter(|(_, port)| is_port(port))
            && (word.contains('.') || (nth > 0 && tries_a_port(words[nth - 1].1) && is_name(word)))
            && !word.contains([':', '/', '='])
            && !word.starts_with('-')
        {
            out.push(Named {
                key: if word.contains('.') { "" } else { "host" },
                value: text[*at..end + port.len()].trim_end_matches(';'),
                at: *at,
            });
            taken = nth + 2;
        } else if let Some((shift, host)) = logged_into(word).filter(|_| login) {
            let at = at + shift;
            out.push(Named {
                key: "host",
                value: host,
                at,
            });
        } else if is_server(word.trim_start_matches("tcp:")) {
            let server = word.trim_start_matches("tcp:");
            out.push(Named {
                key: "",
                value: server,
                at: at + word.len() - server.len(),
            });
        }
    }
    out
}

/// `docker login … registry.corp`: the words before the registry's.
fn is_registry_login(before: &[(usize, &str)]) -> bool {
    const CLIENTS: &[&str] = &[
        "docker", "podman", "buildah", "skopeo", "oras", "nerdctl", "registry", "auth", "argocd", "vault",
    ];
    let login = before.iter().rposition(|(_, word)| *word == "login");
    login.is_some_and(|at| {
        let client = at.checked_sub(1).and_then(|at| before.get(at));
        client.is_some_and(|(_, client)| CLIENTS.contains(client))
            && before[at..]
                .iter()
                .all(|(_, word)| !matches!(*word, "&&" | "|" | ";" | "||"))
    })
}

/// `registry.corp` or `registry.corp:5000`, and no option's value that looks otherwise.
fn is_server_name(word: &str) -> bool {
    let host = word.rsplit_once(':').map_or(word, |(host, _)| host);
    is_name(host) && host.contains(|c: char| c.is_ascii_alphabetic())
}

/// `--flag`, whose value is the next word.
fn flag(word: &str) -> Option<&str> {
    let name = word.trim_start_matches('-');
    (word.starts_with('-') && name.len() > 1 && is_name(name)).then_some(name)
}

/// A flag that is an item of a list of arguments, whose value is the next item.
pub(in crate::address) fn lone_flag(word: &str) -> Option<&str> {
    flag(word).filter(|_| word.starts_with("--"))
}

/// Programs that take the server after `-h` and its port after `-p`.
fn is_client(word: &str) -> bool {
    const CLIENTS: &[&str] = &[
        "redis-cli",
        "valkey-cli",
        "psql",
        "pg_isready",
        "pg_dump",
        "mysql",
        "mysqladmin",
        "mysqldump",
    ];
    let name = word.rsplit('/').next().unwrap_or(word);
    CLIENTS.contains(&name.rsplit(',').next().unwrap_or(name))
}

/// `-h ldap.corp -p 636`, of whatever program.
fn is_dotted_flag(words: &[(usize, &str)]) -> bool {
    match words {
        [(_, "-h"), (_, host), (_, "-p" | "-P"), (_, port), ..] => host.contains('.') && is_port(port),
        [(_, "-p" | "-P"), (_, port), (_, "-h"), (_, host), ..] => host.contains('.') && is_port(port),
        [(_, "-h"), (_, host), ..] => {
            host.matches('.').count() > 1 && is_server_name(host) && !traps::is_file_like(host)
        }
        _ => false,
    }
}

fn short_flag(word: &str) -> Option<&'static str> {
    match word {
        "-h" => Some("host"),
        "-p" | "-P" => Some("port"),
        _ => None,
    }
}

/// `NAME=value`, `--name=value`, `-Dname=value`: name, value, and where the value begins.
fn pair(word: &str) -> Option<(&str, &str, usize)> {
    let (left, value) = word.split_once('=')?;
    let name = left.trim_start_matches('-');
    let name = if left.starts_with("-D") { &name[1..] } else { name };
    let bare = value.trim_start_matches(['"', '\'']);
    let shift = left.len() + 1 + value.len() - bare.len();
    (is_name(name) && !bare.is_empty()).then(|| (name, bare.trim_end_matches(['"', '\'']), shift))
}

/// `nc -z`, `nc -vz`: tries whether somebody listens there.
fn tries_a_port(flag: &str) -> bool {
    flag.len() <= 4 && flag.starts_with('-') && flag.contains('z')
}

/// `user@host` and `user@host:/path`.
fn logged_into(word: &str) -> Option<(usize, &str)> {
    let (user, rest) = word.split_once('@')?;
    let host = rest.split(':').next()?;
    (is_name(user) && is_name(host)).then_some((user.len() + 1, host))
}

fn is_port(word: &str) -> bool {
    let word = word.trim_end_matches(';');
    word.len() >= 3 && word.parse::<u16>().is_ok()
}

/// `db.corp:5432` as an argument of its own.
pub(in crate::address) fn is_server(word: &str) -> bool {
    word.rsplit_once(':').is_some_and(|(host, port)| {
        (host.contains('.') || port.len() >= 4)
            && host.len() > 1
            && !host.contains(['/', '=', '@', ':'])
            && port.len() > 1
            && port.bytes().all(|b| b.is_ascii_digit())
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Words without the quotes around them, and where they stand.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut at = 0;
    for word in text.split([' ', '\t', '\n', '\r']) {
        let start = at;
        at += word.len() + 1;
        let bare = word.trim_matches(['"', '\'']);
        if !bare.is_empty() {
            out.push((
                start + (word.len() - word.trim_start_matches(['"', '\'']).len()),
                bare,
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_assignments_of_a_command() {
        let text = "java -Dhttp.proxyHost=p.corp -jar x --auth-server a.corp:1 --quiet \"--k=v\"";
        let found: Vec<(&str, &str)> = find(text)
            .iter()
            .map(|one| {
                assert_eq!(&text[one.at..one.at + one.value.len()], one.value);
                (one.key, one.value)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("http.proxyHost", "p.corp"),
                ("jar", "x"),
                ("auth-server", "a.corp:1"),
                ("k", "v")
            ]
        );
        let pairs = |text| {
            find(text)
                .iter()
                .map(|one| (one.key, one.value))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            pairs("docker login -u ci -p \"$PW\" registry.corp"),
            [("host", "registry.corp")]
        );
        assert_eq!(
            pairs("valkey-server --replicaof kv.corp 6379"),
            [("replicaof", "kv.corp 6379")]
        );
        assert_eq!(
            pairs("acl -b dc=x -h ldap.corp -p 636")[1..],
            [("host", "ldap.corp"), ("port", "636")]
        );
        assert_eq!(pairs("npx wait-on tcp:postgres:5432 -q"), [("", "postgres:5432")]);
        assert_eq!(pairs("run a=\"x.corp\" b='y'"), [("a", "x.corp"), ("b", "y")]);
        assert_eq!(find("DB_HOST=x DB_PORT=1").len(), 2);
        for text in ["a sentence with words", "one", "x = y", "host=a b"] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
