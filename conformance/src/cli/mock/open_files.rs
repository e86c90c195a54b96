//! The number of files that the process may have open: each connection is one.

use std::io::Write as _;

/// What a mock has open beside its connections: its store, its log, and one connection that waits for a place.
const OTHERS: usize = 64;

/// The number of connections that the system's limit on open files allows, up to `connections`. The limit is raised as
/// far as the system lets the process raise it; if that is not enough, a note says so.
pub(super) fn within_limit(connections: usize) -> usize {
    let Some(limit) = raised(connections.saturating_add(OTHERS)) else { return connections };
    let allowed = limit.saturating_sub(OTHERS).max(1);
    if allowed < connections {
        // If standard error is closed, nobody wants to know.
        let _ = writeln!(
            std::io::stderr(),
            "note: this process may have {limit} files open, which is enough for {allowed} connections, not for \
             --max-connections {connections}; `ulimit -n {}` before it raises the limit, if the system allows it",
            connections.saturating_add(OTHERS)
        );
    }
    allowed.min(connections)
}

/// The limit on open files, raised to `needed` if it is lower and may be raised; `None` if there is none.
#[cfg(unix)]
fn raised(needed: usize) -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current?;
    let needed = u64::try_from(needed).unwrap_or(u64::MAX);
    let wanted = maximum.map_or(needed, |maximum| maximum.min(needed));
    if wanted <= current {
        return usize::try_from(current).ok();
    }
    let is_raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok();
    usize::try_from(if is_raised { wanted } else { current }).ok()
}

#[cfg(not(unix))]
fn raised(_needed: usize) -> Option<usize> {
    None
}
