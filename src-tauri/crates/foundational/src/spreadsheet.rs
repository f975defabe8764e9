//! Tables as spreadsheets read them.

/// Begins a table with the names of its columns.
pub(crate) fn begin<const N: usize>(text: &mut String, columns: [&str; N]) {
    // Spreadsheets take a file without this sign for one of the system's old encoding.
    text.push('\u{FEFF}');
    push_line(text, columns);
}

/// Adds a row.
pub(crate) fn push_line<'a>(text: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// A cell by RFC 4180. One that a spreadsheet would run as a formula gets an apostrophe in front: its value comes from
/// people who may name others, and is opened by people who may do more.
fn push_cell(text: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = cell.contains([',', ';', '"', '\r', '\n', '\t', '\'']) || formula;
    if quoted {
        text.push('"');
    }
    if formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    if quoted {
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_keeps_its_text() {
        for (cell, written) in [
            ("Ada", "Ada"),
            ("", ""),
            ("Lovelace, Ada", "\"Lovelace, Ada\""),
            ("the \"Countess\"", "\"the \"\"Countess\"\"\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+44 20", "\"'+44 20\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("＝1", "\"'＝1\""),
            ("a=1", "a=1"),
        ] {
            let mut text = String::new();
            push_cell(&mut text, cell);
            assert_eq!(text, written, "{cell:?}");
        }
    }
}
