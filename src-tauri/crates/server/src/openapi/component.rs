//! References inside the document.

use serde_json::{Value, json};

/// The reference to a component of this kind.
pub(super) fn component(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}
