//! A table as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe in front.

use super::Table;

/// Renders a table: a header line, then its rows.
pub fn render(table: &Table) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // A minus that programs read.
    let plain = |text: &str| guard(&text.replace('−', "-"));
    let header: Vec<String> = table.columns.iter().map(|column| plain(&column.title)).collect();
    // Writing to memory fails only for rows of unequal length, which a table does not have.
    let _ = writer.write_record(&header);
    for row in &table.rows {
        let _ = writer.write_record(row.iter().map(|cell| plain(&cell.text)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Keeps a text from being a formula; numbers with a sign stay as they are.
pub fn guard(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky && text.parse::<f64>().is_err() { format!("'{text}") } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Align;

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        let mut table = Table::new("", &[("name", Align::Left), ("x", Align::Right)]);
        table.row(["=1+1".to_string(), "-4.5".to_string()]);
        table.row(["a,\"b\"".to_string(), "@cmd".to_string()]);
        assert_eq!(render(&table), "name,x\n'=1+1,-4.5\n\"a,\"\"b\"\"\",'@cmd\n");
    }
}
