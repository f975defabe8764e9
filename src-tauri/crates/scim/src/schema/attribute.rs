//! An attribute and its characteristics (RFC 7643 sections 2.2, 2.3 and 7).

crate::words! {
    /// The data type of an attribute (RFC 7643 section 2.3).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Type {
        /// Text.
        String = "string",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A number with a fraction.
        Decimal = "decimal",
        /// A whole number.
        Integer = "integer",
        /// A moment, written as `2008-01-23T04:56:22Z`.
        DateTime = "dateTime",
        /// Bytes in base64.
        Binary = "binary",
        /// A URI, or the id of another resource.
        Reference = "reference",
        /// Several sub-attributes together.
        Complex = "complex",
    }
}

crate::words! {
    /// Who may write an attribute, and when (RFC 7643 section 7).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Mutability {
        /// Only the server writes it; a client's value is ignored, and refused in PATCH.
        ReadOnly = "readOnly",
        /// The client writes it at any time.
        ReadWrite = "readWrite",
        /// The client writes it once.
        Immutable = "immutable",
        /// The client writes it; it is never returned.
        WriteOnly = "writeOnly",
    }
}

crate::words! {
    /// When an attribute is part of an answer (RFC 7643 section 7).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Returned {
        /// In every answer, even where it is excluded.
        Always = "always",
        /// In no answer; it cannot be filtered or sorted by either.
        Never = "never",
        /// Unless it is excluded, or others are asked for.
        Default = "default",
        /// Only where it is asked for by name.
        Request = "request",
    }
}

crate::words! {
    /// How far a value must be unique (RFC 7643 section 7).
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Uniqueness {
        /// It need not be.
        None = "none",
        /// Within this server.
        Server = "server",
        /// In the world.
        Global = "global",
    }
}

/// One attribute with all its characteristics.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The name as it is written in answers; it is read without regard to case.
    pub name: String,
    /// The data type.
    pub kind: Type,
    /// Whether it holds an array.
    pub multi_valued: bool,
    /// What it means, for a person.
    pub description: String,
    /// Whether a resource cannot be without it.
    pub required: bool,
    /// Values that are suggested, not enforced.
    pub canonical_values: Vec<String>,
    /// Whether the case of its values matters when they are compared.
    pub case_exact: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is part of an answer.
    pub returned: Returned,
    /// How far its value must be unique.
    pub uniqueness: Uniqueness,
    /// What a reference may point at.
    pub reference_types: Vec<String>,
    /// The parts of a complex attribute.
    pub sub_attributes: Vec<Attribute>,
}

/// A schema: a URN and its attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// The URN.
    pub id: String,
    /// A short name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The attributes, in the order they are shown.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The attribute of that name, case-insensitive.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

impl Attribute {
    /// An attribute of that type with the defaults of RFC 7643 section 2.2: one value, optional, case-insensitive
    /// text, readable and writable. References and binaries are exact (sections 2.3.6 and 2.3.7).
    pub fn new(name: &str, kind: Type, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            multi_valued: false,
            description: description.to_owned(),
            required: false,
            canonical_values: Vec::new(),
            case_exact: matches!(kind, Type::Reference | Type::Binary),
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
        }
    }

    /// The sub-attribute of that name, case-insensitive.
    pub fn sub(&self, name: &str) -> Option<&Self> {
        self.sub_attributes.iter().find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// Whether it is complex.
    pub fn is_complex(&self) -> bool {
        self.kind == Type::Complex
    }

    pub(super) fn string(name: &str, description: &str) -> Self {
        Self::new(name, Type::String, description)
    }

    pub(super) fn reference(name: &str, types: &[&str], description: &str) -> Self {
        let mut attribute = Self::new(name, Type::Reference, description);
        attribute.reference_types = types.iter().map(|&name| name.to_owned()).collect();
        attribute
    }

    pub(super) fn complex(name: &str, subs: Vec<Self>, description: &str) -> Self {
        let mut attribute = Self::new(name, Type::Complex, description);
        attribute.sub_attributes = subs;
        attribute
    }

    /// A multi-valued complex attribute; its `display`, `type` and `primary` follow RFC 7643 section 2.4.
    pub(super) fn plural(name: &str, value: Self, types: &[&str], description: &str) -> Self {
        let subs = vec![
            value,
            Self::string("display", "A name for people, for showing only."),
            Self::string("type", "What the value is for.").suggesting(types),
            Self::new("primary", Type::Boolean, "Whether this is the preferred value; true at most once."),
        ];
        Self::complex(name, subs, description).many()
    }

    pub(super) fn many(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) fn exact(mut self) -> Self {
        self.case_exact = true;
        self
    }

    pub(super) fn suggesting(mut self, values: &[&str]) -> Self {
        self.canonical_values = values.iter().map(|&value| value.to_owned()).collect();
        self
    }

    pub(super) fn mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    pub(super) fn returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    pub(super) fn unique(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = uniqueness;
        self
    }
}
