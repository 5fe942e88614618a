//! The recorded tables, which `cargo record` keeps in `docs/record.json`: the
//! lines of each table, under its name.

use std::collections::BTreeMap;
use std::fs;

use crate::pages::root;

/// What `table: NAME` stands for; or `table: NAME: row; row`, for these rows.
pub fn table(label: &str) -> Result<String, String> {
    let text = fs::read_to_string(root().join("docs/record.json"))
        .map_err(|error| format!("docs/record.json: {error}"))?;
    let record: BTreeMap<String, Vec<String>> = serde_json::from_str(&text)
        .map_err(|error| format!("docs/record.json: {error}"))?;
    let label = label.trim_start_matches("table: ");
    let (name, rows) = label.split_once(": ").unwrap_or((label, ""));
    let lines = record.get(name).ok_or_else(|| {
        format!("no table {name} is recorded; there are {:?}", record.keys())
    })?;
    if rows.is_empty() {
        return Ok(lines.iter().map(|line| format!("{line}\n")).collect());
    }
    let row = |row: &str| {
        let cell = format!("| {row} ");
        let line = lines.iter().find(|line| line.starts_with(&cell));
        let line = line.ok_or_else(|| format!("{name} has no row {row}"))?;
        Ok(format!("{line}\n"))
    };
    let rows: Result<String, String> = rows.split("; ").map(row).collect();
    Ok(format!("{}\n{}\n{}", lines[0], lines[1], rows?))
}
