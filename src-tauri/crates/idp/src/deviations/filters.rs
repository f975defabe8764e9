//! Filters that are nearly the RFC's.
//!
//! Entra sends `emails[type eq "work"].value eq "x"`, which the grammar does not have, and addresses roles by
//! `roles[primary eq "True"]` (Entra docs, compatibility and attribute customisation). The templates of `PingOne` use
//! `email` (vendor docs), and authentik 2025.8 writes `userName eq ada` without quotes (its issue threads).
//! Operators and names in another case need nothing: the RFC allows any.

use scim::schema::Type;
use scim::{Attribute, Registry, ResourceType};

use super::context::Context;
use super::{booleans, members};
use crate::deviation::Deviation;
use crate::filter_tokens::{Kind, Token, tokens};
use crate::resolved_path::{ResolvedPath, only_extension_with};

/// A sub-attribute behind the bracket.
pub(crate) const SUFFIX: Deviation = Deviation {
    code: "filter.suffix",
    title: "A sub-attribute behind the brackets",
    senders: "Azure",
    source: "Entra docs, SCIM protocol page",
    rule: "RFC 7644 section 3.4.2.2",
    answer: "Moved inside the brackets",
};

/// A name that stands for another.
pub(crate) const ALIAS: Deviation = Deviation {
    code: "filter.alias",
    title: "email for emails.value, or an extension's attribute without its URN",
    senders: "PingOne, Azure (manager, older jobs)",
    source: "PingOne docs, SCIM connection; Entra docs, older examples",
    rule: "RFC 7644 section 3.10",
    answer: "Read as the attribute with that name",
};

/// `"True"` compared with a boolean.
pub(crate) const QUOTED_BOOLEAN: Deviation = Deviation {
    code: "filter.boolean_text",
    title: "Booleans in quotes inside a filter",
    senders: "Azure",
    source: "Entra docs, attribute customisation",
    rule: "RFC 7644 section 3.4.2.2",
    answer: "Compared as the boolean",
};

/// A text without its quotes.
pub(crate) const BARE_WORD: Deviation = Deviation {
    code: "filter.bare_word",
    title: "A text without quotes inside a filter",
    senders: "authentik 2025.8",
    source: "Issue threads of authentik",
    rule: "RFC 7644 section 3.4.2.2",
    answer: "Read as a text",
};

/// What the names in a filter are relative to.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Resource,
    Element(&'a Attribute),
}

/// An edit of the text: this range becomes that.
type Edit = (std::ops::Range<usize>, String);

/// Rewrites the filter of a query; none if it needs no change.
pub(crate) fn query(context: &mut Context<'_>, filter: &str) -> Option<String> {
    rewrite(context, filter, Scope::Resource)
}

/// Rewrites the filter between the brackets of a PATCH path; none if it needs no change.
pub(crate) fn element(context: &mut Context<'_>, attribute: &Attribute, filter: &str) -> Option<String> {
    rewrite(context, filter, Scope::Element(attribute))
}

fn rewrite(context: &mut Context<'_>, text: &str, scope: Scope<'_>) -> Option<String> {
    let tokens = tokens(text)?;
    let mut edits = Vec::new();
    terms(context, text, &tokens, scope, &mut edits);
    apply(text, edits)
}

/// Walks over the terms of a filter: comparisons and value paths.
fn terms(context: &mut Context<'_>, text: &str, tokens: &[Token], scope: Scope<'_>, edits: &mut Vec<Edit>) {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let name = &text[token.range.clone()];
        let next = tokens.get(at + 1);
        at += match (token.kind, next.map(|next| next.kind), scope) {
            (Kind::Word, Some(Kind::OpenBracket), Scope::Resource) => {
                value_path(context, text, &tokens[at..], edits).unwrap_or(1)
            }
            (Kind::Word, Some(Kind::Word), _) if !is_logical(name) => {
                comparison(context, text, &tokens[at..], scope, edits)
            }
            _ => 1,
        };
    }
}

/// Corrects one comparison and returns how many tokens it has.
fn comparison(
    context: &mut Context<'_>,
    text: &str,
    tokens: &[Token],
    scope: Scope<'_>,
    edits: &mut Vec<Edit>,
) -> usize {
    let name = &text[tokens[0].range.clone()];
    let operator = &text[tokens[1].range.clone()];
    if !is_operator(operator) {
        return 1;
    }
    if operator.eq_ignore_ascii_case("pr") {
        if let Some(right) = alias(context.registry, context.kind, name, scope) {
            rename(context, &tokens[0], &right, edits);
        }
        return 2;
    }
    let Some(operand) = tokens.get(2) else { return 2 };
    let right = alias(context.registry, context.kind, name, scope);
    if let Some(right) = &right {
        rename(context, &tokens[0], right, edits);
    }
    let found = match scope {
        Scope::Resource => {
            ResolvedPath::resolve(context.registry, context.kind, right.as_deref().unwrap_or(name))
                .map(|place| (place.top, place.leaf()))
        }
        Scope::Element(attribute) => attribute.sub(name).map(|leaf| (attribute, leaf)),
    };
    if let Some((top, leaf)) = found
        && let Some(read) = compared(context, text, operand, top, leaf)
    {
        edits.push((operand.range.clone(), read));
    }
    3
}

/// What an attribute is compared with, in the form of its type; none if it has that form already.
fn compared(
    context: &mut Context<'_>,
    text: &str,
    operand: &Token,
    top: &Attribute,
    leaf: &Attribute,
) -> Option<String> {
    // A complex attribute is compared by its value.
    let leaf = leaf.sub("value").unwrap_or(leaf);
    if let Some(read) = quoted_boolean(context, text, operand, leaf) {
        return Some(read.to_string());
    }
    let bare = bare_word(context, text, operand, leaf);
    let is_member = context.kind == ResourceType::Group && top.name == "members" && leaf.name == "value";
    if !is_member {
        return bare;
    }
    let quoted = bare.as_deref().unwrap_or(&text[operand.range.clone()]);
    let id = serde_json::from_str::<String>(quoted).ok().and_then(|named| members::id(context, &named));
    id.map(|id| format!("\"{id}\"")).or(bare)
}

/// Corrects one value path and returns how many tokens it has; none if its bracket is never closed.
fn value_path(
    context: &mut Context<'_>,
    text: &str,
    tokens: &[Token],
    edits: &mut Vec<Edit>,
) -> Option<usize> {
    let close = tokens.iter().position(|token| token.kind == Kind::CloseBracket)?;
    let inner = tokens.get(2..close)?;
    let place = ResolvedPath::resolve(context.registry, context.kind, &text[tokens[0].range.clone()]);
    if let Some(place) = &place {
        terms(context, text, inner, Scope::Element(place.top), edits);
    }
    let Some(suffix) = place.as_ref().and_then(|place| Suffix::read(text, tokens, close, place.top)) else {
        return Some(close + 1);
    };
    let either = inner.iter().any(|token| text[token.range.clone()].eq_ignore_ascii_case("or"));
    let (open, shut) = if either { ("(", ")") } else { ("", "") };
    let first = tokens[1].range.end;
    edits.push((first..first, open.to_owned()));
    let term = suffix.term(context, text);
    edits.push((tokens[close].range.start..suffix.end, format!("{shut} and {term}]")));
    context.normalised(&SUFFIX, "put a sub-attribute behind the brackets of a filter; it was moved inside.");
    Some(suffix.last + 1)
}

/// What follows a closed bracket: `.value eq "x"` or `.value pr`.
struct Suffix<'t> {
    top: &'t Attribute,
    sub: &'t Attribute,
    operator: &'t Token,
    operand: Option<&'t Token>,
    /// The index of its last token.
    last: usize,
    /// The byte behind it.
    end: usize,
}

impl<'t> Suffix<'t> {
    /// Reads it; none unless every part is what it has to be.
    fn read(text: &str, tokens: &'t [Token], close: usize, top: &'t Attribute) -> Option<Self> {
        let inner = tokens.get(2..close)?;
        let name = tokens.get(close + 1).filter(|name| name.range.start == tokens[close].range.end)?;
        let sub = top.sub(text[name.range.clone()].strip_prefix('.')?)?;
        let operator = tokens.get(close + 2).filter(|operator| is_operator(&text[operator.range.clone()]))?;
        let (operand, last) = if text[operator.range.clone()].eq_ignore_ascii_case("pr") {
            (None, close + 2)
        } else {
            let operand = tokens.get(close + 3)?;
            if !matches!(operand.kind, Kind::Word | Kind::Text) {
                return None;
            }
            (Some(operand), close + 3)
        };
        let end = tokens[last].range.end;
        let ends_there =
            tokens.get(last + 1).is_none_or(|next| next.range.start > end || next.kind == Kind::Parenthesis);
        let nested = inner.iter().any(|token| token.kind == Kind::OpenBracket);
        (ends_there && !nested && !inner.is_empty()).then_some(Self {
            top,
            sub,
            operator,
            operand,
            last,
            end,
        })
    }

    /// The term as it stands inside the brackets.
    fn term(&self, context: &mut Context<'_>, text: &str) -> String {
        let name = &self.sub.name;
        let Some(operand) = self.operand else {
            return format!("{name} {}", &text[self.operator.range.clone()]);
        };
        let read = compared(context, text, operand, self.top, self.sub);
        let operand = read.unwrap_or_else(|| text[operand.range.clone()].to_owned());
        format!("{name} {} {operand}", &text[self.operator.range.clone()])
    }
}

/// The full name for a short one that no schema has at this place.
fn alias(registry: &Registry, kind: ResourceType, name: &str, scope: Scope<'_>) -> Option<String> {
    if !matches!(scope, Scope::Resource) {
        return None;
    }
    let head = name.split('.').next()?;
    if registry.attribute(kind, head).is_some() {
        return None;
    }
    if name.eq_ignore_ascii_case("email") && registry.attribute(kind, "emails").is_some() {
        return Some("emails.value".to_owned());
    }
    only_extension_with(registry, kind, head).map(|urn| format!("{urn}:{name}"))
}

fn rename(context: &mut Context<'_>, token: &Token, right: &str, edits: &mut Vec<Edit>) {
    context.normalised(&ALIAS, &format!("used a short attribute name; read as {right}."));
    edits.push((token.range.clone(), right.to_owned()));
}

/// The boolean a text in quotes stands for, if the attribute is one. Recorded.
fn quoted_boolean(context: &mut Context<'_>, text: &str, operand: &Token, leaf: &Attribute) -> Option<bool> {
    if leaf.kind != Type::Boolean || operand.kind != Kind::Text {
        return None;
    }
    let read = booleans::read(text[operand.range.clone()].trim_matches('"'))?;
    context.normalised(&QUOTED_BOOLEAN, &format!("compared {} with a text; read as {read}.", leaf.name));
    Some(read)
}

/// The text that a word without quotes stands for, if the attribute is compared with texts. Recorded.
fn bare_word(context: &mut Context<'_>, text: &str, operand: &Token, leaf: &Attribute) -> Option<String> {
    if !matches!(leaf.kind, Type::String | Type::Reference | Type::Binary | Type::DateTime) {
        return None;
    }
    let word = &text[operand.range.clone()];
    // Quotes of another kind are part of no value, and a word of the grammar is no value.
    let is_word = operand.kind == Kind::Word && !word.starts_with(['\'', '\u{2018}', '\u{201c}']);
    if !is_word || is_logical(word) || is_operator(word) || word.eq_ignore_ascii_case("null") {
        return None;
    }
    context.normalised(
        &BARE_WORD,
        &format!("compared {} with a word without quotes; read as a text.", leaf.name),
    );
    Some(serde_json::Value::from(word).to_string())
}

fn is_operator(word: &str) -> bool {
    ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

fn is_logical(word: &str) -> bool {
    ["and", "or", "not"].iter().any(|logical| word.eq_ignore_ascii_case(logical))
}

fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + 16);
    let mut from = 0;
    for (range, replacement) in edits {
        out.push_str(text.get(from..range.start)?);
        out.push_str(&replacement);
        from = range.end;
    }
    out.push_str(&text[from..]);
    Some(out)
}

#[cfg(test)]
mod tests;
