//! Schemas as JSON: what `/Schemas` shows, and how a workspace defines its own (RFC 7643 section 7).

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Mutability, Returned, Schema, Type, Uniqueness};
use crate::error::{Error, ScimType, quoted, shown};

/// The URN of the schema of schemas.
const SCHEMA_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

impl Schema {
    /// The schema as `/Schemas` shows it, without `meta`.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("schemas".into(), json!([SCHEMA_URN]));
        out.insert("id".into(), self.id.clone().into());
        out.insert("name".into(), self.name.clone().into());
        out.insert("description".into(), self.description.clone().into());
        out.insert("attributes".into(), self.attributes.iter().map(attribute_to_json).collect());
        out
    }

    /// Reads a schema from the form `/Schemas` shows. Characteristics that are left out take the defaults of
    /// RFC 7643 section 2.2. [`crate::Registry::with_extension`] checks whether the schema is consistent.
    ///
    /// # Errors
    /// 400 `invalidValue` that names the attribute and the characteristic.
    pub fn from_json(body: &Map<String, Value>) -> Result<Self, Error> {
        let fields = Fields { body, place: "schema".to_owned() };
        let id = fields.text("id")?.ok_or_else(|| fields.invalid("id is missing"))?;
        Ok(Self {
            name: fields.text("name")?.unwrap_or_else(|| id.clone()),
            description: fields.text("description")?.unwrap_or_default(),
            attributes: fields.attributes("attributes", "", 0)?,
            id,
        })
    }
}

fn attribute_to_json(attribute: &Attribute) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), attribute.name.clone().into());
    out.insert("type".into(), attribute.kind.as_str().into());
    out.insert("multiValued".into(), attribute.multi_valued.into());
    out.insert("description".into(), attribute.description.clone().into());
    out.insert("required".into(), attribute.required.into());
    if !attribute.canonical_values.is_empty() {
        out.insert("canonicalValues".into(), attribute.canonical_values.clone().into());
    }
    out.insert("caseExact".into(), attribute.case_exact.into());
    out.insert("mutability".into(), attribute.mutability.as_str().into());
    out.insert("returned".into(), attribute.returned.as_str().into());
    out.insert("uniqueness".into(), attribute.uniqueness.as_str().into());
    if !attribute.reference_types.is_empty() {
        out.insert("referenceTypes".into(), attribute.reference_types.clone().into());
    }
    if !attribute.sub_attributes.is_empty() {
        out.insert("subAttributes".into(), attribute.sub_attributes.iter().map(attribute_to_json).collect());
    }
    Value::Object(out)
}

/// The members of one JSON object, read by name.
struct Fields<'a> {
    body: &'a Map<String, Value>,
    place: String,
}

impl Fields<'_> {
    fn invalid(&self, detail: &str) -> Error {
        Error::bad_request(ScimType::InvalidValue, format!("{}: {detail}", self.place))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.invalid(&format!("{name}: expected a string, got {}", shown(other)))),
        }
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => {
                Err(self.invalid(&format!("{name}: expected true or false, got {}", shown(other))))
            }
        }
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let mismatch =
            |other| self.invalid(&format!("{name}: expected an array of strings, got {}", shown(other)));
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| mismatch(item)))
                .collect(),
            Some(other) => Err(mismatch(other)),
        }
    }

    /// One of the words of an enumeration, without regard to case.
    fn word<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        spelled: fn(T) -> &'static str,
    ) -> Result<Option<T>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found = all.iter().copied().find(|&item| spelled(item).eq_ignore_ascii_case(&text));
        let words = || all.iter().map(|&item| spelled(item)).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| {
            self.invalid(&format!("{name}: expected one of {}, got {}", words(), quoted(&text)))
        })
    }

    fn attributes(&self, name: &str, prefix: &str, level: usize) -> Result<Vec<Attribute>, Error> {
        let items = match self.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => {
                return Err(self.invalid(&format!("{name}: expected an array, got {}", shown(other))));
            }
        };
        if level > 1 {
            return Err(self.invalid("a sub-attribute cannot have sub-attributes"));
        }
        items
            .iter()
            .map(|item| match item {
                Value::Object(body) => attribute_from_json(body, prefix, level),
                other => Err(self.invalid(&format!("{name}: expected objects, got {}", shown(other)))),
            })
            .collect()
    }
}

fn attribute_from_json(body: &Map<String, Value>, prefix: &str, level: usize) -> Result<Attribute, Error> {
    let mut fields = Fields { body, place: format!("{prefix}attribute") };
    let name = fields.text("name")?.ok_or_else(|| fields.invalid("name is missing"))?;
    fields.place = format!("{prefix}{name}");
    let kind = fields.word("type", &Type::ALL, Type::as_str)?.unwrap_or(Type::String);
    let mut attribute = Attribute::new(&name, kind, &fields.text("description")?.unwrap_or_default());
    attribute.multi_valued = fields.flag("multiValued")?.unwrap_or(false);
    attribute.required = fields.flag("required")?.unwrap_or(false);
    attribute.case_exact = fields.flag("caseExact")?.unwrap_or(attribute.case_exact);
    attribute.canonical_values = fields.texts("canonicalValues")?;
    attribute.reference_types = fields.texts("referenceTypes")?;
    attribute.mutability =
        fields.word("mutability", &Mutability::ALL, Mutability::as_str)?.unwrap_or(Mutability::ReadWrite);
    attribute.returned =
        fields.word("returned", &Returned::ALL, Returned::as_str)?.unwrap_or(Returned::Default);
    attribute.uniqueness =
        fields.word("uniqueness", &Uniqueness::ALL, Uniqueness::as_str)?.unwrap_or(Uniqueness::None);
    attribute.sub_attributes = fields.attributes("subAttributes", &format!("{name}."), level + 1)?;
    Ok(attribute)
}
