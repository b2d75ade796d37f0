//! What the settings of well-known programs say of the address under them, from the tables beside this file: one
//! TOML table for a program, with the documented names of its settings. It comes before what the words of a key
//! suggest (`keys`): `authelia_url` is where Authelia itself is reached, whatever `url` says elsewhere.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::doc::pattern::{glob_matches, words};
use crate::doc::{KeyPath, Kind, Limits, NodeId, Segment, SourceFile, Tree};
use crate::formats;

/// What a setting says of the address that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Says {
    /// The program listens or is reached there.
    Own,
    /// A server that the program connects to, so that a bare host is one.
    Server,
    /// If it is an address, the program connects there.
    Outbound,
    /// A page for people, or a name that nothing connects to.
    Page,
    /// No address, whatever it looks like.
    Nothing,
}

/// The keys of a program's table, and what the names under them say.
const MEANINGS: &[(&str, Says)] = &[
    ("own", Says::Own),
    ("servers", Says::Server),
    ("outbound", Says::Outbound),
    ("pages", Says::Page),
    ("nothing", Says::Nothing),
];

/// The tables, by kind of program. A new one is a file and a row.
const TABLES: &[(&str, &str)] = &[
    ("brokers.toml", include_str!("brokers.toml")),
    ("ci.toml", include_str!("ci.toml")),
    ("databases.toml", include_str!("databases.toml")),
    ("frameworks.toml", include_str!("frameworks.toml")),
    ("identity.toml", include_str!("identity.toml")),
    ("kubernetes.toml", include_str!("kubernetes.toml")),
    ("mail.toml", include_str!("mail.toml")),
    ("monitoring.toml", include_str!("monitoring.toml")),
    ("network.toml", include_str!("network.toml")),
    ("proxies.toml", include_str!("proxies.toml")),
    ("storage.toml", include_str!("storage.toml")),
    ("web.toml", include_str!("web.toml")),
];

/// One setting: the names above its own, nearest last, without separators and in lower case; `*` is any one.
#[derive(Debug)]
struct Setting {
    above: Vec<String>,
    says: Says,
    program: usize,
}

/// How a program's files are told. Settings of a program that says neither count in any file.
#[derive(Debug, Default)]
struct Program {
    /// Globs over the names of the file, of the folders it is in, and of the keys above the setting.
    files: Vec<String>,
    /// Keys at the top of the file, any of which tells.
    beside: Vec<String>,
}

#[derive(Debug, Default)]
struct Catalog {
    programs: Vec<Program>,
    /// By the last name.
    settings: HashMap<String, Vec<Setting>>,
    /// Those of all keys in a table, `info.*`, by the table's name.
    any: HashMap<String, Vec<Setting>>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let mut catalog = Catalog::default();
    for (name, text) in TABLES {
        catalog.add(name, text);
    }
    catalog
});

impl Catalog {
    fn add(&mut self, name: &str, text: &str) {
        let source = Arc::new(SourceFile::from_text(name, text));
        let tree = formats::detect(name).and_then(|syntax| (syntax.parse)(&source, &Limits::DEFAULT).ok());
        let Some((tree, root)) =
            tree.and_then(|tree| Some((tree.documents.first().copied()?, tree)).map(|(a, b)| (b, a)))
        else {
            return;
        };
        let Kind::Mapping(tables) = tree.kind(root) else {
            return;
        };
        for table in tables {
            self.add_program(&tree, table.value);
        }
    }

    fn add_program(&mut self, tree: &Tree, table: NodeId) {
        let program = self.programs.len();
        self.programs.push(Program {
            files: texts(tree, table, "files"),
            beside: texts(tree, table, "beside")
                .iter()
                .map(|key| folded(key))
                .collect(),
        });
        for (key, says) in MEANINGS {
            for setting in texts(tree, table, key) {
                let mut above: Vec<String> = setting.split('.').map(folded).collect();
                let last = above.pop().unwrap_or_default();
                let says = *says;
                let (by, name) = match above.last() {
                    Some(table) if last == "*" => (&mut self.any, table.clone()),
                    Some(_) | None => (&mut self.settings, last),
                };
                let setting = Setting { above, says, program };
                by.entry(name).or_default().push(setting);
            }
        }
    }
}

fn texts(tree: &Tree, table: NodeId, key: &str) -> Vec<String> {
    let items = tree.get(table, key).map(|id| tree.kind(id));
    let Some(Kind::Sequence(items)) = items else {
        return Vec::new();
    };
    let texts = items.iter().filter_map(|id| tree.scalar(*id));
    texts.map(|scalar| scalar.text.to_owned()).collect()
}

/// A name without separators and in lower case, as people write it in many ways; `*` stays. Names of the environment
/// stay apart from others: `AUTH_URL` is another setting than `auth_url`.
fn folded(name: &str) -> String {
    let name = name.trim_start_matches('@');
    let capitals = name.contains('_') && !name.bytes().any(|b| b.is_ascii_lowercase());
    if name == "*" || capitals {
        return name.replace("__", "_");
    }
    words(name).replace('_', "")
}

/// The programs that a document may be of.
#[derive(Debug, Clone, Default)]
pub(super) struct Programs {
    told: Vec<bool>,
}

impl Programs {
    /// Those that the file's name, its folders or the keys at the top of a document tell, and those `around` it.
    pub(super) fn of(tree: &Tree, root: NodeId, around: &Self) -> Self {
        let name = tree.source().name.to_ascii_lowercase();
        let mut parts: Vec<&str> = name.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
        // A file that was named by itself is in a folder, too; those further up say nothing of one file.
        let shown = tree.source().display.to_ascii_lowercase();
        parts.extend(shown.rsplit(['/', '\\']).take(2));
        let tops: Vec<String> = match tree.kind(root) {
            Kind::Mapping(entries) => entries
                .iter()
                .filter_map(|entry| tree.scalar(entry.key))
                .map(|key| folded(key.text.split('.').next().unwrap_or("")))
                .collect(),
            Kind::Sequence(_) | Kind::Scalar(_) => Vec::new(),
        };
        let tells = |program: &Program| {
            !program.is_conditional()
                || program
                    .files
                    .iter()
                    .any(|glob| parts.iter().any(|part| glob_matches(glob, part)))
                || program.beside.iter().any(|key| tops.contains(key))
        };
        let programs = CATALOG.programs.iter().enumerate();
        Self {
            told: programs
                .map(|(at, program)| tells(program) || around.told.get(at).is_some_and(|told| *told))
                .collect(),
        }
    }

    /// What the setting `key` in the table at `path` says. The longest name decides, and of two as long the one of
    /// a program that is told.
    pub(super) fn says(&self, path: &KeyPath, key: &str) -> Option<Says> {
        let mut names = key.rsplit(['.', '/']);
        let last = folded(names.next()?);
        let tables = path.segments.iter().rev().filter_map(Segment::name);
        let mut above = names.chain(tables.flat_map(|name| name.rsplit('.')));
        let parent = above.next().map(folded);
        let named = CATALOG.settings.get(&last);
        let any = parent.as_ref().and_then(|parent| CATALOG.any.get(parent));
        if named.is_none() && any.is_none() {
            return None;
        }
        let above: Vec<String> = parent.into_iter().chain(above.map(folded)).collect();
        let fits = |setting: &&Setting| {
            let names = setting.above.iter().rev().zip(&above);
            setting.above.len() <= above.len()
                && names.into_iter().all(|(want, is)| want == "*" || want == is)
                && (self.told.get(setting.program).is_some_and(|told| *told)
                    || program_of(setting).is_some_and(|program| program.is_named_in(path)))
        };
        let conditional = |setting: &Setting| program_of(setting).is_some_and(Program::is_conditional);
        let settings = named.into_iter().chain(any).flatten();
        settings
            .filter(fits)
            .max_by_key(|setting| (setting.above.len(), conditional(setting)))
            .map(|setting| setting.says)
    }
}

fn program_of(setting: &Setting) -> Option<&'static Program> {
    CATALOG.programs.get(setting.program)
}

impl Program {
    fn is_conditional(&self) -> bool {
        !self.files.is_empty() || !self.beside.is_empty()
    }

    /// `services.vaultwarden.environment`: the table of a program among those of others.
    fn is_named_in(&self, path: &KeyPath) -> bool {
        let named = |name: &str| {
            let name = name.to_ascii_lowercase();
            self.files.iter().any(|glob| glob_matches(glob, &name))
        };
        path.segments.iter().filter_map(Segment::name).any(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_whole() {
        for (name, text) in TABLES {
            let source = Arc::new(SourceFile::from_text(name, text));
            let syntax = formats::detect(name).expect("TOML");
            let tree =
                (syntax.parse)(&source, &Limits::DEFAULT).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
            let Kind::Mapping(tables) = tree.kind(tree.documents[0]) else {
                panic!("{name} is no table");
            };
            for table in tables {
                let program = tree.scalar(table.key).expect("a name").text.to_owned();
                let Kind::Mapping(rows) = tree.kind(table.value) else {
                    panic!("{name}: {program}");
                };
                let mut settings = 0;
                for row in rows {
                    let key = tree.scalar(row.key).expect("a name").text;
                    let meaning = MEANINGS.iter().any(|(meaning, _)| *meaning == key);
                    assert!(
                        meaning || matches!(key, "files" | "beside"),
                        "{name}: {program}.{key}"
                    );
                    let texts = texts(&tree, table.value, key);
                    assert!(!texts.is_empty(), "{name}: {program}.{key} is empty");
                    settings += usize::from(meaning);
                }
                assert!(settings > 0, "{name}: {program} says nothing");
            }
        }
    }

    fn says(name: &str, text: &str, path: &[&str]) -> Option<Says> {
        let source = Arc::new(SourceFile::from_text(name, text));
        let tree = formats::parse(&source, &Limits::DEFAULT).expect("parses");
        let programs = Programs::of(&tree, tree.documents[0], &Programs::default());
        let (key, above) = path.split_last().expect("a key");
        let mut at = KeyPath::root();
        for name in above {
            at = at.join(Segment::key(*name));
        }
        programs.says(&at, key)
    }

    #[test]
    fn a_setting_says_the_same_however_its_table_is_written() {
        let yaml = says("x.yaml", "a: 1\n", &["session", "cookies", "authelia_url"]);
        assert_eq!(yaml, Some(Says::Own));
        let dotted = says("x.properties", "a=1\n", &["management.server.address"]);
        let nested = says("x.yaml", "a: 1\n", &["management", "server", "address"]);
        assert_eq!((dotted, nested), (Some(Says::Own), Some(Says::Own)));
        assert_eq!(
            says("x.yaml", "a: 1\n", &["spring", "mail", "host"]),
            Some(Says::Server)
        );
        assert_eq!(
            says("x.yaml", "a: 1\n", &["info", "app", "scm"]),
            Some(Says::Page),
            "any key of a table"
        );
    }

    #[test]
    fn a_general_name_counts_only_in_the_files_of_its_program() {
        let address = ["server", "address"];
        assert_eq!(says("app.yaml", "server: {address: x}\n", &address), None);
        assert_eq!(
            says("application-prod.yml", "server: {address: x}\n", &address),
            Some(Says::Own)
        );
        assert_eq!(
            says("app.yaml", "spring: {}\nserver: {address: x}\n", &address),
            Some(Says::Own)
        );
        let domain = ["services", "vaultwarden", "environment", "DOMAIN"];
        assert_eq!(
            says("compose.yaml", "a: 1\n", &domain),
            Some(Says::Own),
            "its name stands above"
        );
        assert_eq!(
            says(
                "compose.yaml",
                "a: 1\n",
                &["services", "shop", "environment", "DOMAIN"]
            ),
            None
        );
    }

    #[test]
    fn names_of_the_environment_are_settings_of_their_own() {
        assert_eq!(says("x.env", "A=1\n", &["NEXTAUTH_URL"]), Some(Says::Own));
        assert_eq!(says("x.yaml", "a: 1\n", &["nextauth_url"]), None);
        // What authenticates is what it all began with: no table may take it for the program's own.
        for key in [
            "AUTH_URL",
            "auth_url",
            "AUTH_SERVER",
            "auth_server",
            "API_URL",
            "BACKEND_URL",
            "url",
            "host",
        ] {
            let said = says("x.yaml", "a: 1\n", &[key]);
            assert!(
                !matches!(said, Some(Says::Own | Says::Page | Says::Nothing)),
                "{key}: {said:?}"
            );
        }
    }

    #[test]
    fn no_two_rows_contradict_each_other() {
        let open = |setting: &Setting| !CATALOG.programs[setting.program].is_conditional();
        for (last, settings) in CATALOG.settings.iter().chain(&CATALOG.any) {
            assert!(!last.is_empty(), "{settings:?}");
            for (at, one) in settings.iter().enumerate() {
                for other in settings[at + 1..].iter().filter(|other| one.above == other.above) {
                    assert!(one.program != other.program, "{last} is there twice: {one:?}");
                    let both = open(one) && open(other);
                    assert!(!both || one.says == other.says, "{last}: {one:?}, {other:?}");
                }
            }
        }
    }
}
