//! Which files belong to a log.

use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};

/// More files than this are not looked at.
const MOST_FILES: usize = 10_000;

/// Which files belong to a log: a path or a pattern with `*` and `?`, and what rotation makes of such files:
/// `access.log.1`, `access.log-20261129`, `access.log.2.gz`, `access-20261129.log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    folder: PathBuf,
    /// Patterns of the folders below, and of the file.
    patterns: Vec<String>,
}

/// A file that belongs to it.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
}

impl Files {
    /// The files that a path or a pattern means.
    #[must_use]
    pub fn new(pattern: &Path) -> Self {
        let mut folder = PathBuf::new();
        let mut patterns = Vec::new();
        let last = pattern.components().count().saturating_sub(1);
        for (at, component) in pattern.components().enumerate() {
            let text = component.as_os_str().to_string_lossy();
            let is_plain = !text.contains(['*', '?']) || !matches!(component, Component::Normal(_));
            if patterns.is_empty() && at < last && is_plain {
                folder.push(component);
            } else {
                patterns.push(text.into_owned());
            }
        }
        Self { folder, patterns }
    }

    /// The folder that has to be watched for changes; others may lie below it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder }
    }

    /// The files that are there now, the oldest first.
    pub(super) fn list(&self) -> std::io::Result<Vec<Listed>> {
        let mut all = Vec::new();
        if let Some((pattern, folders)) = self.patterns.split_last() {
            list_below(self.folder(), folders, pattern, &mut all)?;
        }
        all.sort_by_cached_key(|file| (file.metadata.modified().ok(), file.path.clone()));
        Ok(all)
    }
}

fn list_below(
    folder: &Path,
    folders: &[String],
    pattern: &str,
    all: &mut Vec<Listed>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let Ok(entry) = entry else { continue };
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // A file that is gone by now, or that we may not look at, is none; links are followed.
        let path = entry.path();
        match folders.split_first() {
            Some((first, rest)) if matches(first, &name) && path.is_dir() => {
                // A folder that cannot be read does not hide the others.
                let _ = list_below(&path, rest, pattern, all);
            }
            Some(_) => {}
            None if all.len() < MOST_FILES && belongs(pattern, &name) => {
                let metadata = std::fs::metadata(&path).ok().filter(Metadata::is_file);
                all.extend(metadata.map(|metadata| Listed { path, metadata }));
            }
            None => {}
        }
    }
    Ok(())
}

/// Is it such a file, or was it one before it was rotated?
fn belongs(pattern: &str, name: &str) -> bool {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    [Some(name), Some(plain), without_mark(plain), None]
        .into_iter()
        .flatten()
        .any(|name| matches(pattern, name))
        || without_inner_mark(plain).is_some_and(|name| matches(pattern, &name))
}

/// `access.log.1`, `access.log-20261129`, `access.log.old` → `access.log`
fn without_mark(name: &str) -> Option<&str> {
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ':' | 'T');
    let rest = name.strip_suffix(".old").or_else(|| {
        let rest = name.trim_end_matches(is_mark);
        let mark = name.get(rest.len()..)?;
        (mark.starts_with(['.', '-', '_']) && mark.ends_with(|c: char| c.is_ascii_digit())).then_some(rest)
    })?;
    (!rest.is_empty()).then_some(rest)
}

/// `access-20261129.log` → `access.log`
fn without_inner_mark(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    Some(format!("{}.{extension}", without_mark(stem)?))
}

/// `*` is any number of characters, `?` is one.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut in_name, mut star) = (0, 0, None);
    while in_name < name.len() {
        match (pattern.get(at), name.get(in_name)) {
            (Some('*'), _) => {
                star = Some((at, in_name));
                at += 1;
            }
            (Some('?'), Some(_)) => (at, in_name) = (at + 1, in_name + 1),
            (Some(wanted), Some(found)) if wanted == found => (at, in_name) = (at + 1, in_name + 1),
            // The last star takes one more.
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    (at, in_name) = (star_at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_files_belong_to_their_log_and_others_do_not() {
        for name in [
            "access.log",
            "access.log.1",
            "access.log.2.gz",
            "access.log-20261129",
            "access.log.2026-11-29",
            "access.log-20261129-1764403200.gz",
            "access.log.old",
            "access.log.gz",
            "access-20261129.log",
            "access.1.log",
        ] {
            assert!(belongs("access.log", name), "{name}");
            assert!(belongs("acc*.log", name), "{name}");
        }
        for name in [
            "error.log",
            "access.log.swp",
            "access.log2",
            "my-access.log",
            "access.logs.1",
            "access.log.1.zip",
        ] {
            assert!(!belongs("access.log", name), "{name}");
        }
        assert!(belongs("*", "anything"));
        assert!(belongs("a?c*e*", "abc-d-e-f"));
        assert!(!belongs("a?c*e", "abc-d-e-f"));
    }

    #[test]
    fn patterns_of_folders_are_followed_too() {
        let root = tempfile::tempdir().unwrap();
        for path in
            ["one/logs/access.log", "two/logs/access.log.1", "two/logs/error.log", "two/other/access.log"]
        {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let files = Files::new(&root.path().join("*/logs/access.log"));
        assert_eq!(files.folder(), root.path());
        let mut found: Vec<PathBuf> = files.list().unwrap().into_iter().map(|file| file.path).collect();
        found.sort();
        let expected = ["one/logs/access.log", "two/logs/access.log.1"].map(|path| root.path().join(path));
        assert_eq!(found, expected);
        assert!(Files::new(Path::new("/no/such/folder/access.log")).list().is_err());
    }
}
