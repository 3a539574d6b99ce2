//! Which files are meant, oldest first.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// A log that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) path: PathBuf,
    /// Was it named? What merely lies in a folder that was named may be something else.
    pub(super) is_named: bool,
}

/// The logs that names, patterns and folders stand for. Rotated logs of one name come oldest first.
pub(super) fn find(names: &[PathBuf]) -> anyhow::Result<Vec<Log>> {
    let mut logs = Vec::new();
    for name in names {
        if name.is_dir() {
            let inside = list(name)?.into_iter().filter(|path| path.is_file());
            logs.extend(inside.map(|path| Log { path, is_named: false }));
        } else if is_pattern(name) && !name.exists() {
            logs.extend(matching(name)?.into_iter().map(|path| Log { path, is_named: true }));
        } else {
            logs.push(Log { path: name.clone(), is_named: true });
        }
    }
    logs.sort_by_cached_key(|log| age(&log.path));
    logs.dedup_by(|a, b| a.path == b.path);
    Ok(logs)
}

fn list(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read `{}`", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

fn is_pattern(name: &Path) -> bool {
    name.file_name().is_some_and(|name| name.to_string_lossy().contains(['*', '?']))
}

/// Files whose name is like the last part of a pattern.
fn matching(pattern: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = pattern.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wanted = pattern.file_name().unwrap_or_default().to_string_lossy();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found: Vec<PathBuf> =
        list(folder)?.into_iter().filter(|path| path.is_file() && is_like(&wanted, &name(path))).collect();
    if found.is_empty() {
        bail!("no file is like `{}`", pattern.display());
    }
    Ok(found)
}

/// `*` stands for any text, `?` for a character.
fn is_like(pattern: &str, name: &str) -> bool {
    let mut chars = pattern.chars();
    match chars.next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = chars.as_str();
            name.char_indices()
                .map(|(at, _)| at)
                .chain([name.len()])
                .any(|at| name.get(at..).is_some_and(|name| is_like(rest, name)))
        }
        Some('?') => name
            .chars()
            .next()
            .is_some_and(|c| is_like(chars.as_str(), name.get(c.len_utf8()..).unwrap_or_default())),
        Some(c) => name.strip_prefix(c).is_some_and(|name| is_like(chars.as_str(), name)),
    }
}

/// Name without what rotation added; how many rotations ago, the oldest first; the date in its name; the name.
fn age(path: &Path) -> (PathBuf, std::cmp::Reverse<u32>, u64, PathBuf) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let plain = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let (stem, suffix) = plain.rsplit_once(['.', '-']).unwrap_or((plain, ""));
    let digits: String = suffix.chars().filter(char::is_ascii_digit).collect();
    let is_number = !suffix.is_empty() && suffix.len() == digits.len();
    match (is_number, digits.len()) {
        (true, 1..=4) => {
            (path.with_file_name(stem), std::cmp::Reverse(digits.parse().unwrap_or(0)), 0, path.to_owned())
        }
        (true, _) => {
            (path.with_file_name(stem), std::cmp::Reverse(1), digits.parse().unwrap_or(0), path.to_owned())
        }
        (false, _) => (path.with_file_name(plain), std::cmp::Reverse(0), 0, path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_logs_come_oldest_first() {
        let mut names = [
            "access.log",
            "access.log.1",
            "access.log.10.gz",
            "access.log.2.gz",
            "b.log-20261123",
            "b.log",
            "b.log-20261122.gz",
        ]
        .map(PathBuf::from);
        names.sort_by_cached_key(|path| age(path));
        let expect = [
            "access.log.10.gz",
            "access.log.2.gz",
            "access.log.1",
            "access.log",
            "b.log-20261122.gz",
            "b.log-20261123",
            "b.log",
        ];
        assert_eq!(names, expect.map(PathBuf::from));
    }

    #[test]
    fn patterns_stand_for_names() {
        for (pattern, name, expect) in [
            ("*.log", "a.log", true),
            ("a?c*", "abcd", true),
            ("*.log", "a.log.1", false),
            ("**", "", true),
            ("a", "b", false),
        ] {
            assert_eq!(is_like(pattern, name), expect, "{pattern} {name}");
        }
    }
}
