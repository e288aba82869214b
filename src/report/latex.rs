//! A table as LaTeX, for papers: a `table` with `booktabs` rules, ready for `\input`.

use super::{Align, Table, one_line};

/// Renders a table. It needs `\usepackage{booktabs}` and an engine that reads UTF-8.
pub fn render(table: &Table) -> String {
    let columns: String =
        table.columns.iter().map(|column| if column.align == Align::Left { 'l' } else { 'r' }).collect();
    let row = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    let mut out = String::from("\\begin{table}\n\\centering\n\\small\n");
    if !table.caption.is_empty() {
        out.push_str(&format!("\\caption{{{}}}\n", escape(&table.caption)));
    }
    out.push_str(&format!("\\begin{{tabular}}{{{columns}}}\n\\toprule\n"));
    out.push_str(&row(table.columns.iter().map(|column| escape(&column.title)).collect()));
    out.push_str("\\midrule\n");
    for cells in &table.rows {
        out.push_str(&row(cells.iter().map(|cell| escape(&cell.text)).collect()));
    }
    out.push_str("\\bottomrule\n\\end{tabular}\n\\end{table}\n");
    out
}

/// Text that LaTeX sets as it stands.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => out.extend(['\\', character]),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            // A bracket after a row's end would be read as an argument of it.
            '[' => out.push_str("{[}"),
            ']' => out.push_str("{]}"),
            '−' => out.push_str("$-$"),
            '±' => out.push_str("$\\pm$"),
            '×' => out.push_str("$\\times$"),
            '→' => out.push_str("$\\to$"),
            '≥' => out.push_str("$\\geq$"),
            '≤' => out.push_str("$\\leq$"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_set_as_they_stand() {
        let mut content = Table::new("50 % & more", &[("na_me", Align::Left), ("x", Align::Right)]);
        content.row(["\\input{/etc/passwd} $x$ ~^#".to_string(), "−4.5 [1, 2]".to_string()]);
        assert_eq!(
            render(&content),
            "\\begin{table}\n\\centering\n\\small\n\\caption{50 \\% \\& more}\n\\begin{tabular}{lr}\n\\toprule\n\
             na\\_me & x \\\\\n\\midrule\n\
             \\textbackslash{}input\\{/etc/passwd\\} \\$x\\$ \\textasciitilde{}\\textasciicircum{}\\# & $-$4.5 {[}1, 2{]} \\\\\n\
             \\bottomrule\n\\end{tabular}\n\\end{table}\n"
        );
    }
}
