//! What the settings of well-known programs say of the address under them, from the tables beside this file: one
//! TOML table for a program, with the documented names of its settings. It comes before what the words of a key
//! suggest (`keys`): `authelia_url` is where Authelia itself is reached, whatever `url` says elsewhere.
//!
//! What finds an address (`servers`, `outbound`) counts in any file. What takes one out of those that are looked up
//! (`own`, `pages`, `nothing`) needs evidence that the file is the program's, because others may use the name for a
//! server: the program's name in that of the file or its folder, what the table gives as `files` and `beside`, or, for
//! names of the environment, the name of the service whose they are. A table that says `anywhere` has only names that
//! no other program uses; one that says `only`, `files` or `beside` has general ones, which count in its files alone.

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

/// Words that name no program, although settings begin with them.
const GENERAL: &[&str] = &[
    "admin",
    "api",
    "app",
    "application",
    "base",
    "default",
    "external",
    "frontend",
    "http",
    "next",
    "public",
    "server",
    "service",
    "site",
    "url",
    "web",
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
    /// Whether nothing stands above these: `.server.address`.
    top: bool,
    says: Says,
    program: usize,
}

/// How a program's files are told.
#[derive(Debug, Default)]
struct Program {
    /// Words of which the file's name or its folder's has one: those of the table's own name.
    words: Vec<String>,
    /// Whether its settings need no evidence.
    anywhere: bool,
    /// Whether all its settings need it.
    only: bool,
    /// Globs over the names of the file and of the folder it is in.
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
            let name = tree.scalar(table.key).map_or("", |scalar| scalar.text);
            self.add_program(&tree, name, table.value);
        }
    }

    fn add_program(&mut self, tree: &Tree, name: &str, table: NodeId) {
        let program = self.programs.len();
        let anywhere = tree.get(table, "anywhere").is_some();
        let only = tree.get(table, "only").is_some();
        self.programs.push(Program {
            words: words_of(name),
            anywhere,
            only,
            files: texts(tree, table, "files"),
            beside: texts(tree, table, "beside")
                .iter()
                .map(|key| folded(key))
                .collect(),
        });
        for (key, says) in MEANINGS {
            for setting in texts(tree, table, key) {
                let top = setting.starts_with('.');
                let names = setting.strip_prefix('.').unwrap_or(&setting);
                let mut above: Vec<String> = names.split('.').map(folded).collect();
                let last = above.pop().unwrap_or_default();
                let says = *says;
                let (by, name) = match above.last() {
                    Some(table) if last == "*" => (&mut self.any, table.clone()),
                    Some(_) | None => (&mut self.settings, last),
                };
                let setting = Setting {
                    above,
                    top,
                    says,
                    program,
                };
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
    /// Those of them that a name tells, which go on for the files within its values: what stands at the top of a
    /// Kubernetes resource says nothing of the program whose settings it carries.
    named: Vec<bool>,
    /// The words of the names of the file and its folder.
    words: Vec<String>,
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
        let name_tells = |program: &Program| {
            let named = |part: &str| {
                program.files.iter().any(|glob| glob_matches(glob, part)) || program.is_named(part)
            };
            program.anywhere || parts.iter().any(|part| named(part))
        };
        let around_tells = |at: usize| around.named.get(at).is_some_and(|told| *told);
        let programs = || CATALOG.programs.iter().enumerate();
        let named: Vec<bool> = programs()
            .map(|(at, program)| name_tells(program) || around_tells(at))
            .collect();
        let beside = |program: &Program| program.beside.iter().any(|key| tops.contains(key));
        let told = programs().map(|(at, program)| named.get(at).is_some_and(|told| *told) || beside(program));
        let words = parts.iter().flat_map(|part| words_in(part)).map(str::to_owned);
        Self {
            told: told.collect(),
            words: words.chain(around.words.iter().cloned()).collect(),
            named,
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
                && (!setting.top || setting.above.len() == above.len())
                && names.into_iter().all(|(want, is)| want == "*" || want == is)
                && self.is_told(setting, path, key)
        };
        let conditional = |setting: &Setting| program_of(setting).is_some_and(Program::is_conditional);
        let settings = named.into_iter().chain(any).flatten();
        settings
            .filter(fits)
            .max_by_key(|setting| (setting.above.len(), conditional(setting)))
            .map(|setting| setting.says)
    }
}

impl Programs {
    fn is_told(&self, setting: &Setting, path: &KeyPath, key: &str) -> bool {
        let Some(program) = program_of(setting) else {
            return false;
        };
        let finds = matches!(setting.says, Says::Server | Says::Outbound);
        let environment = !key.bytes().any(|b| b.is_ascii_lowercase());
        (finds && !program.is_conditional())
            || self.told.get(setting.program).is_some_and(|told| *told)
            || (environment && (program.is_named_in(path) || self.is_of_its_service(path, key)))
    }
}

impl Programs {
    /// `PAPERLESS_URL` among what the service `paperless`, or a file in its folder, is told.
    fn is_of_its_service(&self, path: &KeyPath, key: &str) -> bool {
        let Some(first) = key
            .split('_')
            .find(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
        else {
            return false;
        };
        // `APP_HOST` in `app.env` may be any server.
        if GENERAL.contains(&first.as_str()) {
            return false;
        }
        let mut above = path.segments.iter().filter_map(Segment::name);
        self.words.contains(&first)
            || above.any(|name| words_in(&name.to_ascii_lowercase()).any(|word| word == first))
    }
}

fn words_in(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn program_of(setting: &Setting) -> Option<&'static Program> {
    CATALOG.programs.get(setting.program)
}

impl Program {
    fn is_conditional(&self) -> bool {
        self.only || !self.files.is_empty() || !self.beside.is_empty()
    }

    /// Whether the name of a file, a folder or a service has one of the program's words.
    fn is_named(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let mut parts = words_in(&name);
        parts.any(|part| self.words.iter().any(|word| word == part))
    }

    /// `services.vaultwarden.environment`: the environment of a program among those of others.
    fn is_named_in(&self, path: &KeyPath) -> bool {
        path.segments
            .iter()
            .filter_map(Segment::name)
            .any(|name| self.is_named(name))
    }
}

/// The words of a table's name that name programs: `kibana` of `kibana by its file`; none of `the docker daemon`.
fn words_of(name: &str) -> Vec<String> {
    let end = [" by ", " in ", " elsewhere", " anywhere"]
        .iter()
        .filter_map(|mark| name.find(mark))
        .min();
    let name = name[..end.unwrap_or(name.len())].to_ascii_lowercase();
    if name.starts_with("the ") {
        return Vec::new();
    }
    words_in(&name)
        .filter(|word| word.len() > 2)
        .map(str::to_owned)
        .collect()
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
                        meaning || matches!(key, "files" | "beside" | "anywhere" | "only"),
                        "{name}: {program}.{key}"
                    );
                    let texts = texts(&tree, table.value, key);
                    assert!(
                        matches!(key, "anywhere" | "only") || !texts.is_empty(),
                        "{name}: {program}.{key} is empty"
                    );
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
        let yaml = says(
            "authelia/x.yaml",
            "a: 1\n",
            &["session", "cookies", "authelia_url"],
        );
        assert_eq!(yaml, Some(Says::Own));
        let text = "spring.x=1\n";
        let dotted = says("x.properties", text, &["management.server.address"]);
        let nested = says("x.yaml", "spring: {}\n", &["management", "server", "address"]);
        assert_eq!((dotted, nested), (Some(Says::Own), Some(Says::Own)));
        assert_eq!(
            says("x.yaml", "a: 1\n", &["spring", "mail", "host"]),
            Some(Says::Server)
        );
        assert_eq!(
            says("x.yaml", "spring: {}\n", &["info", "app", "scm"]),
            Some(Says::Page),
            "any key of a table"
        );
    }

    #[test]
    fn what_hides_an_address_needs_evidence_of_its_program() {
        let address = ["server", "address"];
        let text = "server: {address: x}\n";
        assert_ne!(says("app.yaml", text, &address), Some(Says::Own));
        assert_eq!(says("application-prod.yml", text, &address), Some(Says::Own));
        assert_eq!(
            says("app.yaml", "spring: {}\nserver: {address: x}\n", &address),
            Some(Says::Own)
        );
        let below = ["ldap", "server", "address"];
        assert_ne!(
            says("application-prod.yml", text, &below),
            Some(Says::Own),
            "another server's"
        );
        let url = ["services", "paperless", "environment", "PAPERLESS_URL"];
        assert_eq!(
            says("compose.yaml", "a: 1\n", &url),
            Some(Says::Own),
            "the service's own"
        );
        assert_eq!(
            says(
                "compose.yaml",
                "a: 1\n",
                &["services", "backup", "environment", "PAPERLESS_URL"]
            ),
            None
        );
        // A client that names the program as its table.
        for path in [
            ["harbor", "hostname"],
            ["keycloak", "baseUrl"],
            ["nats", "host"],
            ["tidb", "host"],
        ] {
            let said = says("app.yaml", "a: 1\n", &path);
            assert!(
                !matches!(said, Some(Says::Own | Says::Page | Says::Nothing)),
                "{path:?}: {said:?}"
            );
        }
    }

    #[test]
    fn names_of_the_environment_are_settings_of_their_own() {
        assert_eq!(says("x.env", "A=1\n", &["GF_SERVER_ROOT_URL"]), Some(Says::Own));
        assert_eq!(says("x.yaml", "a: 1\n", &["gf_server_root_url"]), None);
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
            "domain",
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
        // Where both need no evidence, they have to agree.
        let finds = |setting: &Setting| matches!(setting.says, Says::Server | Says::Outbound);
        let open = |setting: &Setting| {
            let program = &CATALOG.programs[setting.program];
            program.anywhere || (finds(setting) && !program.is_conditional())
        };
        for (last, settings) in CATALOG.settings.iter().chain(&CATALOG.any) {
            assert!(!last.is_empty(), "{settings:?}");
            for (at, one) in settings.iter().enumerate() {
                for other in settings[at + 1..].iter().filter(|other| one.above == other.above) {
                    assert!(one.program != other.program, "{last} is there twice: {one:?}");
                    let both = open(one) && open(other) && !(finds(one) && finds(other));
                    assert!(!both || one.says == other.says, "{last}: {one:?}, {other:?}");
                }
            }
        }
    }
}
