//! The tables, and how to get from one format to the next.

use std::path::Path;

use rusqlite::Connection;

use crate::StoreError;

/// "SQUO": tells our files from others'.
const APPLICATION: i64 = 0x5351_554f;

/// Migrations, forward only; the format of a file is the number of those that it has seen.
const MIGRATIONS: &[&str] = &[
    // 1: the first format. Moments are microseconds since 1970; widths and starts of stretches are seconds.
    "
    -- Monitors and locations, so that probes need not spell them.
    CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    -- Probes that were not counted yet, in the order of arrival: cheap to append. A roll-up empties it.
    CREATE TABLE sample (
        at INTEGER NOT NULL, monitor INTEGER NOT NULL, location INTEGER NOT NULL,
        answer INTEGER NOT NULL, mark INTEGER NOT NULL, total INTEGER NOT NULL,
        resolve INTEGER, connect INTEGER, tls INTEGER, wait INTEGER, transfer INTEGER);
    -- Probes that were counted, by five minutes (`slo::Sample::encode`).
    CREATE TABLE packed (
        start INTEGER NOT NULL, monitor INTEGER NOT NULL, location INTEGER NOT NULL, samples BLOB NOT NULL,
        PRIMARY KEY (start, monitor, location)) WITHOUT ROWID;
    -- What was counted (`slo::Tally::encode`). By time first, so that a roll-up writes a few pages side by side
    -- and not one for each monitor.
    CREATE TABLE tally (
        width INTEGER NOT NULL, start INTEGER NOT NULL, monitor INTEGER NOT NULL, location INTEGER NOT NULL,
        data BLOB NOT NULL, PRIMARY KEY (width, start, monitor, location)) WITHOUT ROWID;
    CREATE TABLE evidence (
        id TEXT PRIMARY KEY, monitor INTEGER NOT NULL, location INTEGER NOT NULL, at INTEGER NOT NULL,
        answer INTEGER NOT NULL, mark INTEGER NOT NULL, json TEXT NOT NULL);
    CREATE INDEX evidence_of_monitor ON evidence (monitor, at, mark, id);
    CREATE TABLE watch (monitor TEXT PRIMARY KEY, json TEXT NOT NULL);
    -- `owed`: somebody was told of the start and not of the end. `evidence`: the exchange that shows it, which stays.
    CREATE TABLE incident (
        number INTEGER PRIMARY KEY, phase TEXT NOT NULL, monitor TEXT, opened INTEGER NOT NULL, resolved INTEGER,
        owed INTEGER NOT NULL, evidence TEXT, json TEXT NOT NULL);
    CREATE INDEX incident_of_monitor ON incident (monitor, number);
    CREATE INDEX incident_at_hand ON incident (number) WHERE phase <> 'resolved' OR owed;
    CREATE INDEX incident_evidence ON incident (evidence) WHERE evidence IS NOT NULL;
    CREATE TABLE silence (
        id INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL, who TEXT NOT NULL,
        comment TEXT NOT NULL, monitors TEXT);
    CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, incident INTEGER NOT NULL,
        receiver TEXT NOT NULL, notice TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
        due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, ended INTEGER, answer TEXT, json TEXT NOT NULL);
    CREATE INDEX outbox_pending ON outbox (incident, receiver, seq) WHERE state = 'pending';
    CREATE INDEX outbox_of_incident ON outbox (incident);
    CREATE TABLE receiver (
        name TEXT PRIMARY KEY, last_sent INTEGER, last_failure INTEGER, failures INTEGER NOT NULL,
        failing_since INTEGER, reason TEXT);
    CREATE TABLE audit (at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL);
    CREATE TABLE user (name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL);
    CREATE TABLE token (name TEXT PRIMARY KEY, role TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL);
    CREATE TABLE session (
        hash BLOB PRIMARY KEY, user TEXT NOT NULL, csrf TEXT NOT NULL, expires INTEGER NOT NULL);
    ",
    // 2: real traffic. Moments are seconds since 1970.
    "
    -- `became`: its route was merged into another one's. The endpoint without method and route is the whole service.
    CREATE TABLE endpoint (
        id INTEGER PRIMARY KEY, service INTEGER NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL,
        is_declared INTEGER NOT NULL, became INTEGER, requests INTEGER NOT NULL DEFAULT 0,
        first INTEGER, last INTEGER, UNIQUE (service, method, route));
    CREATE INDEX endpoint_became ON endpoint (became) WHERE became IS NOT NULL;
    -- What was counted (`slo::traffic::Series::encode`) and not rolled up yet, in the order of arrival.
    CREATE TABLE traffic_new (
        endpoint INTEGER NOT NULL, layer INTEGER NOT NULL, first INTEGER, last INTEGER, series BLOB NOT NULL);
    -- What was rolled up (`slo::traffic::Chunk::encode`), and how long requests took (`slo::Histogram::encode`).
    CREATE TABLE traffic (
        width INTEGER NOT NULL, start INTEGER NOT NULL, endpoint INTEGER NOT NULL, layer INTEGER NOT NULL,
        counts BLOB NOT NULL, PRIMARY KEY (width, start, endpoint, layer)) WITHOUT ROWID;
    CREATE TABLE traffic_latency (
        width INTEGER NOT NULL, start INTEGER NOT NULL, endpoint INTEGER NOT NULL, layer INTEGER NOT NULL,
        latency BLOB NOT NULL, PRIMARY KEY (width, start, endpoint, layer)) WITHOUT ROWID;
    -- When an endpoint gave an answer for the first and the last time.
    CREATE TABLE answered (
        endpoint INTEGER NOT NULL, answer INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (endpoint, answer)) WITHOUT ROWID;
    -- How far sources were read.
    CREATE TABLE checkpoint (
        source TEXT NOT NULL, part TEXT NOT NULL, position TEXT NOT NULL, PRIMARY KEY (source, part)) WITHOUT ROWID;
    ",
    // 3: what the public is told. People wrote it, so there is little, and it stays.
    "
    CREATE TABLE announcement (number INTEGER PRIMARY KEY, is_open INTEGER NOT NULL, json TEXT NOT NULL);
    CREATE INDEX announcement_open ON announcement (number) WHERE is_open;
    ",
    // 4: requests that are kept one by one. `request` and `trace` are their ids in 64 bits (`slo::kept::Id`).
    "
    CREATE TABLE kept (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, service INTEGER NOT NULL, layer INTEGER NOT NULL,
        why INTEGER NOT NULL, method TEXT NOT NULL, target TEXT NOT NULL, route TEXT NOT NULL,
        answer INTEGER NOT NULL, upstream INTEGER, duration INTEGER, bytes INTEGER NOT NULL, host TEXT NOT NULL,
        client TEXT NOT NULL, user_agent TEXT NOT NULL, error TEXT NOT NULL, request_id TEXT NOT NULL,
        trace_id TEXT NOT NULL, request INTEGER, trace INTEGER);
    CREATE INDEX kept_request ON kept (request) WHERE request IS NOT NULL;
    CREATE INDEX kept_trace ON kept (trace) WHERE trace IS NOT NULL;
    CREATE INDEX kept_at ON kept (at, answer);
    ",
    // 5: what the status pages of third parties said last; deploys; how answers of monitors were judged, by status code;
    // how far series had counted.
    "
    CREATE TABLE party (name TEXT PRIMARY KEY, json TEXT NOT NULL);
    CREATE TABLE deploy (
        id INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL, version TEXT NOT NULL, url TEXT,
        who TEXT NOT NULL);
    CREATE INDEX deploy_at ON deploy (at);
    CREATE TABLE judged (
        monitor TEXT NOT NULL, code INTEGER NOT NULL, first INTEGER NOT NULL, answers INTEGER NOT NULL,
        PRIMARY KEY (monitor, code)) WITHOUT ROWID;
    CREATE TABLE broken (
        monitor TEXT NOT NULL, code INTEGER NOT NULL, rule TEXT NOT NULL, level TEXT NOT NULL, count INTEGER NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL, message TEXT NOT NULL, was_kept INTEGER NOT NULL,
        PRIMARY KEY (monitor, code, rule)) WITHOUT ROWID;
    -- How far series of OTLP that count from a beginning on had counted (`source::otlp::Cumulative`).
    CREATE TABLE series (key INTEGER PRIMARY KEY, until INTEGER NOT NULL, point BLOB NOT NULL);
    ",
    // 6: what was taken out of the account of objectives.
    "
    CREATE TABLE correction (
        id INTEGER PRIMARY KEY, slo TEXT NOT NULL, from_second INTEGER NOT NULL, until_second INTEGER NOT NULL,
        good INTEGER NOT NULL, bad INTEGER NOT NULL, why TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL,
        incident INTEGER, withdrawn_at INTEGER, withdrawn_by TEXT);
    ",
];

/// The format of a file, and the newest one that we know; refused when it is somebody else's, or newer.
fn format(connection: &Connection, file: &Path) -> Result<(i64, i64), StoreError> {
    let read = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, format) = (read("application_id")?, read("user_version")?);
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && tables > 0 {
        return Err(StoreError::NotOurs(file.to_owned()));
    }
    if format > known {
        return Err(StoreError::Newer { found: format, known });
    }
    Ok((format, known))
}

/// Can a file be read as it is?
pub(crate) fn check(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    match format(connection, file)? {
        (found, known) if found < known => Err(StoreError::Older { found, known }),
        _ => Ok(()),
    }
}

/// Brings a file to the newest format.
pub(crate) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), StoreError> {
    let (format, known) = format(connection, file)?;
    let transaction = connection.transaction()?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(format).unwrap_or_default()) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
