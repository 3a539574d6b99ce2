//! Requests that are kept one by one, found by what they are called.

use std::collections::BTreeSet;

use rusqlite::{Connection, Params, Row as Line, Transaction, params};
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Id, Layer, Row, Why};

use crate::StoreError;

/// So many are found of one id: a trace may pass many services.
const MOST_OF_ONE: i64 = 200;
/// So many ids are followed from one to the next: from a request to its trace, and to the other requests of that.
const MOST_IDS: usize = 16;

/// A request that was kept, and of which service it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Numbers rise in the order of keeping.
    pub number: i64,
    /// Which service it is of.
    pub service: Name,
    /// What is known of it.
    pub row: Row,
}

/// Which kept requests are wanted: all that fit all of this.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Not before this moment, in microseconds since 1970.
    pub from_us: Option<i64>,
    /// Before this moment.
    pub to_us: Option<i64>,
    /// Of this service.
    pub service: Option<Name>,
    /// With a status code from … to …
    pub codes: Option<(u16, u16)>,
    /// Only those that got no answer.
    pub unanswered: bool,
    /// From this client.
    pub client: Option<String>,
    /// With this method.
    pub method: Option<String>,
    /// With this route, or a target that begins so.
    pub path: Option<String>,
}

/// Keeps requests of a service.
pub(crate) fn save(transaction: &Transaction<'_>, service: &Name, rows: &[Row]) -> Result<(), StoreError> {
    let service: i64 = transaction
        .prepare_cached(
            "INSERT INTO name (text) VALUES (?1) ON CONFLICT (text) DO UPDATE SET text = text RETURNING id",
        )?
        .query_row([service.as_str()], |row| row.get(0))?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO kept (at, service, layer, why, method, target, route, answer, upstream, duration, bytes, host,
         client, user_agent, error, request_id, trace_id, request, trace)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?;
    for row in rows {
        let number = |text: &str| Id::of(text.as_bytes()).map(Id::to_number);
        insert.execute(params![
            row.at_us,
            service,
            row.layer.to_number(),
            row.why.to_number(),
            row.method,
            row.target,
            row.route,
            row.answer.to_number(),
            row.upstream,
            row.duration_us,
            i64::try_from(row.bytes).unwrap_or(i64::MAX),
            row.host,
            row.client,
            row.user_agent,
            row.error,
            row.request_id,
            row.trace_id,
            number(&row.request_id),
            number(&row.trace_id),
        ])?;
    }
    Ok(())
}

/// All that was kept of a request or trace: what has this id, and what has an id that came along with it.
pub(crate) fn by_id(connection: &Connection, id: &str) -> Result<Vec<Kept>, StoreError> {
    let mut waiting: Vec<i64> = Id::of(id.as_bytes()).map(Id::to_number).into_iter().collect();
    let (mut asked, mut all) = (BTreeSet::new(), by_number(connection, id)?);
    while let Some(number) = waiting.pop() {
        if asked.len() >= MOST_IDS || !asked.insert(number) {
            continue;
        }
        let which =
            "kept.id IN (SELECT id FROM kept WHERE request = ?1 UNION SELECT id FROM kept WHERE trace = ?1)
                     ORDER BY at LIMIT ?2";
        for kept in select(connection, which, (number, MOST_OF_ONE))? {
            let ids = [&kept.row.request_id, &kept.row.trace_id];
            waiting.extend(ids.into_iter().filter_map(|id| Id::of(id.as_bytes())).map(Id::to_number));
            if all.iter().all(|other| other.number != kept.number) {
                all.push(kept);
            }
        }
    }
    all.sort_by_key(|kept| (kept.row.at_us, kept.number));
    Ok(all)
}

/// The one that has no id of its own and is called by its number: `kept-17`.
fn by_number(connection: &Connection, id: &str) -> Result<Vec<Kept>, StoreError> {
    match id.strip_prefix("kept-").and_then(|number| number.parse::<i64>().ok()) {
        Some(number) => select(connection, "kept.id = ?1", [number]),
        None => Ok(Vec::new()),
    }
}

/// The newest that are wanted, newest first.
pub(crate) fn newest(connection: &Connection, wanted: &Wanted, limit: i64) -> Result<Vec<Kept>, StoreError> {
    let (least, most) =
        wanted.codes.map_or((i32::MIN, i32::MAX), |(least, most)| (least.into(), most.into()));
    let most = if wanted.unanswered { 0 } else { most };
    let prefix = wanted.path.as_ref().map(|path| format!("{path}\u{10ffff}"));
    select(
        connection,
        "at >= ?1 AND at < ?2 AND answer BETWEEN ?3 AND ?4 AND (?5 IS NULL OR name.text = ?5)
         AND (?6 IS NULL OR client = ?6) AND (?7 IS NULL OR method = ?7)
         AND (?8 IS NULL OR route = ?8 OR target BETWEEN ?8 AND ?9) ORDER BY at DESC LIMIT ?10",
        params![
            wanted.from_us.unwrap_or(i64::MIN),
            wanted.to_us.unwrap_or(i64::MAX),
            least,
            most,
            wanted.service.as_ref().map(Name::as_str),
            wanted.client,
            wanted.method,
            wanted.path,
            prefix,
            limit
        ],
    )
}

/// When the oldest one that is still kept ended.
pub(crate) fn oldest(connection: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(connection.prepare_cached("SELECT min(at) FROM kept")?.query_row([], |row| row.get(0))?)
}

/// Deletes what is older than a moment, and the oldest of what is more than there is room for; at most so many at once.
pub(crate) fn delete(
    transaction: &Transaction<'_>,
    before_us: i64,
    room: u64,
    at_once: i64,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "DELETE FROM kept WHERE id IN (SELECT id FROM kept WHERE at < ?1 ORDER BY at LIMIT ?2)",
        )?
        .execute((before_us, at_once))?;
    // Numbers rise without gaps, and the oldest go first: so many are there, or fewer.
    let room = i64::try_from(room).unwrap_or(i64::MAX);
    transaction
        .prepare_cached(
            "DELETE FROM kept WHERE id <= min((SELECT max(id) FROM kept) - ?1, (SELECT min(id) FROM kept) + ?2)",
        )?
        .execute((room, at_once))?;
    Ok(())
}

fn select(connection: &Connection, which: &str, parameters: impl Params) -> Result<Vec<Kept>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT kept.id, name.text, at, layer, why, method, target, route, answer, upstream, duration, bytes, host,
         client, user_agent, error, request_id, trace_id FROM kept JOIN name ON name.id = service WHERE {which}"
    ))?;
    let mut lines = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(line) = lines.next()? {
        all.push(read(line)?);
    }
    Ok(all)
}

fn read(line: &Line<'_>) -> Result<Kept, StoreError> {
    let unknown = |what: &str| StoreError::Corrupt(format!("unknown {what} of a request"));
    let row = Row {
        at_us: line.get(2)?,
        layer: Layer::from_number(line.get(3)?).ok_or_else(|| unknown("layer"))?,
        why: Why::from_number(line.get(4)?).ok_or_else(|| unknown("reason"))?,
        method: text(line, 5)?,
        target: text(line, 6)?,
        route: text(line, 7)?,
        answer: Answer::from_number(line.get(8)?),
        upstream: line.get(9)?,
        duration_us: line.get(10)?,
        bytes: line.get::<_, i64>(11)?.unsigned_abs(),
        host: text(line, 12)?,
        client: text(line, 13)?,
        user_agent: text(line, 14)?,
        error: text(line, 15)?,
        request_id: text(line, 16)?,
        trace_id: text(line, 17)?,
    };
    Ok(Kept { number: line.get(0)?, service: Name::from(line.get::<_, String>(1)?), row })
}

fn text(line: &Line<'_>, column: usize) -> Result<Box<str>, StoreError> {
    Ok(line.get::<_, String>(column)?.into_boxed_str())
}
