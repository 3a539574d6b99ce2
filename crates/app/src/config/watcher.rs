//! Tells when the configuration file has changed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{Receiver, channel};

/// An editor writes in several steps; the file is read when it has been left alone for so long.
const SETTLED_AFTER: Duration = Duration::from_millis(300);

/// Watches one file. The folder is watched, not the file: editors write a new file and rename it over the old
/// one, and a mounted configuration (a Kubernetes `ConfigMap`) is a symbolic link that is replaced.
#[derive(Debug)]
pub(crate) struct Watcher {
    _watcher: notify::RecommendedWatcher,
    changes: Receiver<()>,
    settled_after: Duration,
}

impl Watcher {
    /// Begins to watch.
    pub(crate) fn new(file: &Path) -> notify::Result<Self> {
        // One waiting change is enough: it means "read again".
        let (sender, changes) = channel(1);
        let file = std::path::absolute(file)?;
        let folder = file.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // An event that cannot be read may have been ours.
            if event.is_err() || event.is_ok_and(|event| concerns(&event, &file)) {
                let _already_waiting = sender.try_send(());
            }
        })?;
        watcher.watch(&folder, RecursiveMode::NonRecursive)?;
        Ok(Self { _watcher: watcher, changes, settled_after: SETTLED_AFTER })
    }

    /// Waits until the file has changed and has been left alone for a moment.
    pub(crate) async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        while tokio::time::timeout(self.settled_after, self.changes.recv()).await.is_ok_and(|c| c.is_some()) {
        }
    }
}

/// Reading a file is no change; a link in the folder that is replaced (`..data`) may be one.
fn concerns(event: &notify::Event, file: &Path) -> bool {
    let change = match event.kind {
        EventKind::Access(_) => false,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    };
    let linked = |path: &PathBuf| path.file_name().is_some_and(|name| name == "..data");
    change && (event.need_rescan() || event.paths.iter().any(|path| path == file || linked(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_file_that_is_written_or_replaced_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("statusquo.toml");
        std::fs::write(&file, "a = 1").unwrap();
        let mut watcher = Watcher::new(&file).unwrap();

        std::fs::write(&file, "a = 2").unwrap();
        tokio::time::timeout(PATIENCE, watcher.changed()).await.unwrap();

        let new = folder.path().join(".statusquo.toml.swp");
        std::fs::write(&new, "a = 3").unwrap();
        std::fs::rename(&new, &file).unwrap();
        tokio::time::timeout(PATIENCE, watcher.changed()).await.unwrap();
    }

    #[test]
    fn other_files_and_mere_reading_are_no_change() {
        let file = Path::new("/etc/statusquo.toml");
        let event = |kind, path: &str| notify::Event::new(kind).add_path(PathBuf::from(path));
        let modified = EventKind::Modify(notify::event::ModifyKind::Any);
        let read = EventKind::Access(notify::event::AccessKind::Any);
        assert!(concerns(&event(modified, "/etc/statusquo.toml"), file));
        assert!(concerns(&event(modified, "/etc/..data"), file));
        assert!(!concerns(&event(modified, "/etc/other.toml"), file));
        assert!(!concerns(&event(read, "/etc/statusquo.toml"), file));
    }
}
