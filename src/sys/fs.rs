//! Reading files without ever blocking on one, listing folders without ever looping, writing atomically.

#![expect(clippy::disallowed_methods, reason = "this is where files are touched")]

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::doc::source::NotText;
use crate::doc::{Limits, SourceFile};
use crate::gate::{FileInput, ReadFault};

/// The folder inside a target in which a push is made ready; never a part of what is live.
pub const STAGING: &str = ".tollgate-push";

/// Reads one file's exact bytes.
pub fn raw_bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, ReadFault> {
    read_bytes(path, limits)
}

/// Bytes that are already read, as a file.
#[must_use]
pub fn from_bytes(display: &str, name: &str, bytes: Vec<u8>) -> FileInput {
    FileInput {
        display: display.to_owned(),
        name: name.to_owned(),
        content: to_source(display, name, bytes),
    }
}

/// Reads one file as text.
#[must_use]
pub fn read(path: &Path, display: &str, name: &str, limits: &Limits) -> FileInput {
    let content = read_bytes(path, limits).and_then(|bytes| to_source(display, name, bytes));
    FileInput {
        display: display.to_owned(),
        name: name.to_owned(),
        content,
    }
}

/// Reads standard input as text; its first character tells JSON from YAML.
#[must_use]
pub fn read_stdin(name: Option<&str>, limits: &Limits) -> FileInput {
    let mut bytes = Vec::new();
    let content = match io::stdin()
        .lock()
        .take(limits.file_bytes + 1)
        .read_to_end(&mut bytes)
    {
        Err(error) => Err(fault(&error)),
        Ok(_) if bytes.len() as u64 > limits.file_bytes => Err(too_large(limits)),
        Ok(_) => Ok(bytes),
    };
    let json = |bytes: &[u8]| matches!(bytes.iter().find(|b| !b.is_ascii_whitespace()), Some(b'{' | b'['));
    let sniffed = if content.as_ref().is_ok_and(|bytes| json(bytes)) {
        "stdin.json"
    } else {
        "stdin.yaml"
    };
    let name = name.unwrap_or(sniffed);
    FileInput {
        display: "<stdin>".into(),
        name: name.to_owned(),
        content: content.and_then(|bytes| to_source("<stdin>", name, bytes)),
    }
}

fn to_source(display: &str, name: &str, bytes: Vec<u8>) -> Result<Arc<SourceFile>, ReadFault> {
    // Its lines would be read as the configuration that it stands for.
    if super::git::is_pointer(&bytes) {
        return Err(super::git::absent_pointer());
    }
    SourceFile::new(display, name, bytes)
        .map(Arc::new)
        .map_err(|error| {
            let help = match error {
                NotText::Utf8(at) | NotText::Nul(at) => {
                    Some(format!("the first such byte is at offset {at}"))
                }
                NotText::Utf16 => Some("convert the file to UTF-8".into()),
            };
            ReadFault {
                message: error.to_string(),
                help,
                not_text: true,
            }
        })
}

fn fault(error: &io::Error) -> ReadFault {
    ReadFault {
        message: describe(error),
        help: None,
        not_text: false,
    }
}

/// An operating system error without its number.
#[must_use]
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or("").to_owned();
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().collect::<String>() + chars.as_str())
        .unwrap_or(text)
}

pub(super) fn too_large(limits: &Limits) -> ReadFault {
    ReadFault {
        message: format!(
            "the file is larger than {} MiB",
            limits.file_bytes / (1024 * 1024)
        ),
        help: Some("take it out of the config set".into()),
        not_text: false,
    }
}

/// Opens a regular file only: a FIFO or a device would block, or never end. The check is made on the
/// open handle, so that the file cannot be swapped in between.
fn open_regular(path: &Path) -> Result<File, ReadFault> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(|error| fault(&error))?;
    let kind = file.metadata().map_err(|error| fault(&error))?.file_type();
    if kind.is_file() {
        return Ok(file);
    }
    let what = if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    };
    Err(ReadFault {
        message: format!("this is {what}, not a regular file"),
        help: None,
        not_text: false,
    })
}

fn read_bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, ReadFault> {
    let file = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(limits.file_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fault(&error))?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(limits));
    }
    Ok(bytes)
}

/// The path without links and dots, as far as it exists.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => real(parent).join(name),
        _ => path.to_path_buf(),
    }
}

/// A path without `.` and `..`, as far as that can be told without looking; from the current folder, unless it is
/// absolute.
#[must_use]
pub fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut out = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

/// What is left of a path below a folder, [`None`] outside of it. Links on the way to the folder are followed, those
/// below it are not: what lies behind them is not what stands under this name in a commit.
#[must_use]
pub fn below(folder: &Path, path: &Path) -> Option<PathBuf> {
    let (folder, path) = (real(folder), plain(path));
    let mut above: Vec<&Path> = path.ancestors().collect();
    above.reverse();
    let top = above.into_iter().find(|above| real(above) == folder)?;
    path.strip_prefix(top).ok().map(Path::to_path_buf)
}

/// What a path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A file, or anything else that is no folder.
    File,
    /// A folder.
    Folder,
    /// `/dev/null`: an empty side.
    Null,
    /// Nothing there.
    Missing,
    /// It cannot be told; why.
    Unknown(String),
}

/// What stands at a path, links followed.
#[must_use]
pub fn kind(path: &Path) -> Kind {
    if path == Path::new("/dev/null") {
        return Kind::Null;
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Kind::Folder,
        Ok(_) => Kind::File,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Kind::Missing,
        Err(error) => Kind::Unknown(describe(&error)),
    }
}

/// A file found in a folder, by its path below it with `/` between the parts; or why it cannot be read.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Path below the folder.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// A folder that cannot be listed, or that leads back to itself.
    pub fault: Option<String>,
}

/// Every file below a folder, in name order. Links are followed, folders that lead back to themselves
/// are reported, `.git` is left out.
pub fn list(folder: &Path, limits: &Limits) -> Result<Vec<Listed>, String> {
    let mut out = Vec::new();
    let root = fs::canonicalize(folder).map_err(|error| describe(&error))?;
    let mut stack = vec![(folder.to_path_buf(), String::new(), BTreeSet::from([root]))];
    while let Some((path, prefix, above)) = stack.pop() {
        let rows = match fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(rows) => rows,
            Err(error) if prefix.is_empty() => return Err(describe(&error)),
            Err(error) => {
                out.push(Listed {
                    name: prefix,
                    path,
                    fault: Some(describe(&error)),
                });
                continue;
            }
        };
        for row in rows {
            let raw = row.file_name();
            let file_name = raw.to_string_lossy().into_owned();
            let name = if prefix.is_empty() {
                file_name.clone()
            } else {
                format!("{prefix}/{file_name}")
            };
            let path = row.path();
            if raw.to_str().is_none() {
                // Two such names may look the same: neither may stand for the other.
                let fault = Some("its name is not UTF-8".to_owned());
                out.push(Listed { name, path, fault });
                continue;
            }
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    if file_name == ".git" || file_name == STAGING {
                        continue;
                    }
                    let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                    if above.contains(&real) {
                        let fault = Some("this link leads back to a folder that holds it".to_owned());
                        out.push(Listed { name, path, fault });
                        continue;
                    }
                    let mut above = above.clone();
                    above.insert(real);
                    stack.push((path, name, above));
                }
                Ok(_) => out.push(Listed {
                    name,
                    path,
                    fault: None,
                }),
                Err(error) => out.push(Listed {
                    name,
                    path,
                    fault: Some(describe(&error)),
                }),
            }
            if out.len() > limits.files {
                return Err(format!("more than {} files", limits.files));
            }
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// The top folder of the checkout around a folder; the folder itself outside of any.
#[must_use]
pub fn top_of(start: &Path) -> PathBuf {
    start
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(start)
        .to_path_buf()
}

/// Walks up from `start` to the root of the repository, for a file of this name. Outside a repository
/// only `start` itself is looked at: a stranger's file further up has no say. Whatever stands under the
/// name is returned, be it a broken link: reading it then says what is wrong.
#[must_use]
pub fn find_upwards(start: &Path, name: &str) -> Option<PathBuf> {
    let root = top_of(start);
    start
        .ancestors()
        .take_while(|folder| folder.starts_with(&root))
        .map(|folder| folder.join(name))
        .find(|candidate| fs::symlink_metadata(candidate).is_ok())
}

/// The size of a file in bytes; 0 where there is none.
#[must_use]
pub fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// Whether a program of this name is in a folder of `PATH`.
#[must_use]
pub fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| may_run(&folder.join(name)))
}

/// Whether a file may be executed by its owner.
#[must_use]
pub fn may_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
}

/// Whether anything stands at a path, be it a broken link.
#[must_use]
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether a symbolic link stands at a path.
#[must_use]
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// Writes a file below a folder, where no part of its path is a link: what lies in a checkout must not lead a write
/// elsewhere.
pub fn write_below(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let mut path = folder.to_path_buf();
    for part in Path::new(name).components() {
        path.push(part);
        if is_link(&path) {
            return Err(io::Error::other("a symbolic link stands there"));
        }
    }
    write(&path, text)
}

/// Puts text to the end of a file, which is made where there is none.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// Removes a file.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

/// Writes a program that anybody may run; never over something that is there.
pub fn write_program(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o755)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A new folder that only we can enter, below the system's place for such.
pub fn temporary_folder(name: &str) -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let path = std::env::temp_dir().join(name);
    fs::DirBuilder::new().mode(0o700).create(&path)?;
    Ok(path)
}

/// Removes a folder with everything in it.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path)
}

/// Writes a file atomically: a new file beside it, synced, renamed over it, the folder synced. Links
/// are followed; what is no regular file (`/dev/stderr`, a pipe) is written to, never replaced.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let followed = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let path = followed.as_path();
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
        return OpenOptions::new()
            .write(true)
            .custom_flags(flags)
            .open(path)?
            .write_all(text.as_bytes());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let result = (|| {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(folder)?.sync_all()
    })();
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result
}
