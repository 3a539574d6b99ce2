//! Ctrl-C: the first ends the reading, so that what was counted so far is shown; the second ends everything.

use std::sync::atomic::{AtomicBool, Ordering};

static WANTED: AtomicBool = AtomicBool::new(false);

/// Listens for Ctrl-C from now on.
pub(super) fn listen() {
    // Without a thread for it, Ctrl-C does what it always does.
    let _listening = std::thread::Builder::new().name("interrupt".to_owned()).spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            WANTED.store(true, Ordering::Relaxed);
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    });
}

/// Has somebody pressed it?
pub(super) fn is_wanted() -> bool {
    WANTED.load(Ordering::Relaxed)
}
