//! Values as a model file writes them.

use serde_json::Value;

/// A value on one line, as TOML has it inside of a table; a text that stands alone goes without
/// quotation marks.
pub fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => nested(other),
    }
}

fn nested(value: &Value) -> String {
    match value {
        Value::Null => "none".to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map_or(text.clone(), str::to_string)
        }
        Value::String(text) => Value::String(text.clone()).to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(nested).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let stated = map.iter().filter(|(_, value)| !value.is_null());
            let parts: Vec<String> = stated.map(|(key, value)| format!("{key} = {}", nested(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_read_as_in_a_model_file() {
        for (value, expected) in [
            (json!("min-max"), "min-max"),
            (json!(3.0), "3"),
            (json!(0.25), "0.25"),
            (json!(2), "2"),
            (
                json!(["log1p", { "winsorize": { "lower": 0.0, "upper": 0.999 } }]),
                r#"["log1p", { winsorize = { lower = 0, upper = 0.999 } }]"#,
            ),
            (json!({ "fixed": { "low": -1.5, "high": 3 } }), "{ fixed = { high = 3, low = -1.5 } }"),
            (json!(["a \"b\""]), r#"["a \"b\""]"#),
        ] {
            assert_eq!(inline(&value), expected);
        }
    }
}
