//! From text to tree. The parser has its own stack and counts before it grows, so that no filter is too deep
//! for the machine.

use serde_json::Number;

use super::lexer::{Lexer, Token};
use super::tree::{Comparand, CompareOp, Filter, Node};
use crate::compare::timestamp;
use crate::error::{Error, quoted};
use crate::path::AttributePath;
use crate::resolve::{Resolved, Unresolved, resolve, sub_attribute};
use crate::schema::{Attribute, Registry, ResourceType, Returned, Type};

/// How many bytes a filter may have.
pub const LONGEST: usize = 16 * 1024;
/// How deep parentheses and brackets may nest.
pub const DEEPEST: usize = 32;
/// How many comparisons a filter may have.
pub const MOST_TERMS: usize = 256;

impl Filter {
    /// Reads a filter for one resource type. Names and operators are case-insensitive, `not` precedes parentheses,
    /// `and` binds tighter than `or`.
    ///
    /// # Errors
    /// 400 `invalidFilter` that points at the character; 403 `sensitive` for an attribute that is never returned
    /// (RFC 7644 section 7.5.2).
    pub fn parse(text: &str, registry: &Registry, resource_type: ResourceType) -> Result<Self, Error> {
        parse(text, &Scope::Resource { registry, resource_type, across: false }, 0)
    }

    /// Reads a filter for a query over all resource types: one filter a type, with [`Node::Never`] for the terms
    /// about attributes only other types have.
    ///
    /// # Errors
    /// As [`Self::parse`]; an attribute that no type has is refused.
    pub fn parse_across(text: &str, registry: &Registry) -> Result<Vec<(ResourceType, Self)>, Error> {
        ResourceType::ALL
            .into_iter()
            .map(|resource_type| {
                let scope = Scope::Resource { registry, resource_type, across: true };
                Ok((resource_type, parse(text, &scope, 0)?))
            })
            .collect()
    }

    /// Reads the filter within the brackets of a PATCH path; `offset` characters precede it.
    pub(crate) fn parse_within(text: &str, attribute: &Attribute, offset: usize) -> Result<Self, Error> {
        parse(text, &Scope::Element(attribute), offset)
    }
}

/// What the names of a filter are looked up in.
#[derive(Clone, Copy)]
enum Scope<'r> {
    /// A whole resource.
    Resource {
        registry: &'r Registry,
        resource_type: ResourceType,
        /// Whether an attribute of another resource type is a term that never matches instead of an error.
        across: bool,
    },
    /// An element of a multi-valued attribute.
    Element(&'r Attribute),
}

/// An open construct: the filter itself, a parenthesis or a bracket.
struct Frame<'r> {
    kind: Kind<'r>,
    /// The terms before the last `or`.
    or: Option<usize>,
    /// The terms since, joined by `and`.
    and: Option<usize>,
}

enum Kind<'r> {
    Root,
    Paren { negated: bool },
    Bracket { path: AttributePath, outer: Scope<'r>, known: bool, first_node: usize },
}

/// A name, looked up.
struct Found<'r> {
    path: AttributePath,
    attribute: &'r Attribute,
    /// Whether the resource type at hand has it.
    known: bool,
}

struct Parser<'t, 'r> {
    lexer: Lexer<'t>,
    ahead: (Token<'t>, usize),
    nodes: Vec<Node>,
    frames: Vec<Frame<'r>>,
    scope: Scope<'r>,
    terms: usize,
}

fn parse(text: &str, scope: &Scope<'_>, offset: usize) -> Result<Filter, Error> {
    let mut lexer = Lexer::new(text, offset);
    if text.len() > LONGEST {
        return Err(lexer.refuse(0, &format!("{} bytes long; at most {LONGEST} are taken", text.len())));
    }
    let ahead = lexer.next()?;
    let frames = vec![Frame { kind: Kind::Root, or: None, and: None }];
    let mut parser = Parser { lexer, ahead, nodes: Vec::new(), frames, scope: *scope, terms: 0 };
    let root = parser.run()?;
    Ok(Filter { nodes: parser.nodes, root })
}

impl<'t, 'r> Parser<'t, 'r> {
    fn run(&mut self) -> Result<usize, Error> {
        loop {
            self.operand()?;
            if let Some(root) = self.after_operand()? {
                return Ok(root);
            }
        }
    }

    fn take(&mut self) -> Result<(Token<'t>, usize), Error> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.ahead, next))
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn open(&mut self, kind: Kind<'r>, at: usize) -> Result<(), Error> {
        if self.frames.len() > DEEPEST {
            return Err(self.lexer.refuse(at, &format!("nested more than {DEEPEST} levels deep")));
        }
        self.frames.push(Frame { kind, or: None, and: None });
        Ok(())
    }

    /// Reads up to and including one comparison, opening what precedes it.
    fn operand(&mut self) -> Result<(), Error> {
        loop {
            let (token, at) = self.take()?;
            match token {
                Token::Open => self.open(Kind::Paren { negated: false }, at)?,
                Token::Word(word) if word.eq_ignore_ascii_case("not") => {
                    let (next, place) = self.take()?;
                    if next != Token::Open {
                        let detail = format!("expected ( after not, got {}", next.shown());
                        return Err(self.lexer.refuse(place, &detail));
                    }
                    self.open(Kind::Paren { negated: true }, at)?;
                }
                Token::Word(word) => {
                    let found = self.look_up(word, at)?;
                    if self.ahead.0 == Token::OpenBracket {
                        let (_, place) = self.take()?;
                        self.open_bracket(found, place)?;
                    } else {
                        let node = self.comparison(found, at)?;
                        self.deliver(node);
                        return Ok(());
                    }
                }
                other => {
                    let detail = format!("expected an attribute, \"not (\" or (, got {}", other.shown());
                    return Err(self.lexer.refuse(at, &detail));
                }
            }
        }
    }

    /// Reads `and` or `or` after a term, closing what ends before it. Gives the root at the end.
    fn after_operand(&mut self) -> Result<Option<usize>, Error> {
        loop {
            let (token, at) = self.take()?;
            match token {
                Token::Word(word) if word.eq_ignore_ascii_case("and") => return Ok(None),
                Token::Word(word) if word.eq_ignore_ascii_case("or") => {
                    self.settle();
                    return Ok(None);
                }
                Token::Close | Token::CloseBracket | Token::End => {
                    if let Some(root) = self.close(&token, at)? {
                        return Ok(Some(root));
                    }
                }
                other => {
                    let detail =
                        format!("expected and, or, a closing bracket or the end, got {}", other.shown());
                    return Err(self.lexer.refuse(at, &detail));
                }
            }
        }
    }

    /// Adds a finished term to the innermost open construct.
    fn deliver(&mut self, node: usize) {
        let before = self.frames.last_mut().and_then(|frame| frame.and.take());
        let joined = match before {
            None => node,
            Some(before) => self.push(Node::And(before, node)),
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.and = Some(joined);
        }
    }

    /// Ends a run of `and`.
    fn settle(&mut self) -> Option<usize> {
        let (or, and) =
            self.frames.last_mut().map_or((None, None), |frame| (frame.or.take(), frame.and.take()));
        let joined = match (or, and) {
            (Some(or), Some(and)) => Some(self.push(Node::Or(or, and))),
            (only, None) | (None, only) => only,
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.or = joined;
        }
        joined
    }

    fn close(&mut self, token: &Token<'_>, at: usize) -> Result<Option<usize>, Error> {
        let joined = self.settle();
        let (Some(node), Some(frame)) = (joined, self.frames.pop()) else {
            return Err(self.lexer.refuse(at, "expected a comparison"));
        };
        match (frame.kind, token) {
            (Kind::Root, Token::End) => return Ok(Some(node)),
            (Kind::Paren { negated }, Token::Close) => {
                let node = if negated { self.push(Node::Not(node)) } else { node };
                self.deliver(node);
            }
            (Kind::Bracket { path, outer, known, first_node }, Token::CloseBracket) => {
                if self.suffix_follows() {
                    let detail = format!("nothing can follow ] here; write {path}[… and …] instead");
                    return Err(self.lexer.refuse(at + 1, &detail));
                }
                self.scope = outer;
                let node = if known {
                    self.push(Node::ValuePath { path, filter: node })
                } else {
                    // The filter within is about an attribute this resource type does not have.
                    self.nodes.truncate(first_node);
                    self.push(Node::Never(path))
                };
                self.deliver(node);
            }
            (Kind::Root, _) => {
                return Err(self.lexer.refuse(at, &format!("{} closes nothing", token.shown())));
            }
            (Kind::Paren { .. }, _) => {
                return Err(self.lexer.refuse(at, &format!("expected ), got {}", token.shown())));
            }
            (Kind::Bracket { .. }, _) => {
                return Err(self.lexer.refuse(at, &format!("expected ], got {}", token.shown())));
            }
        }
        Ok(None)
    }

    /// Whether a word such as `.value` follows the bracket just closed.
    fn suffix_follows(&self) -> bool {
        matches!(self.ahead.0, Token::Word(word) if word.starts_with('.'))
    }

    fn open_bracket(&mut self, found: Found<'r>, at: usize) -> Result<(), Error> {
        let selectable =
            found.path.sub.is_none() && (found.attribute.multi_valued || found.attribute.is_complex());
        if !selectable || matches!(self.scope, Scope::Element(_)) {
            let detail = format!("{} has no elements to select from with [", found.path);
            return Err(self.lexer.refuse(at, &detail));
        }
        let outer = std::mem::replace(&mut self.scope, Scope::Element(found.attribute));
        let first_node = self.nodes.len();
        self.open(Kind::Bracket { path: found.path, outer, known: found.known, first_node }, at)
    }

    /// Finds the attribute a name means.
    fn look_up(&self, name: &str, at: usize) -> Result<Found<'r>, Error> {
        let found = match self.scope {
            Scope::Element(attribute) => self.look_up_part(attribute, name, at)?,
            Scope::Resource { registry, resource_type, across } => {
                match look_up_in(registry, resource_type, name) {
                    Ok((path, attribute)) => Found { path, attribute, known: true },
                    Err(unresolved) => {
                        let elsewhere = ResourceType::ALL
                            .into_iter()
                            .filter(|other| across && *other != resource_type)
                            .find_map(|other| look_up_in(registry, other, name).ok());
                        match (elsewhere, unresolved) {
                            (Some((path, attribute)), Unresolved::Unknown(_)) => {
                                Found { path, attribute, known: false }
                            }
                            (_, unresolved) => return Err(self.lexer.refuse(at, &unresolved.into_detail())),
                        }
                    }
                }
            }
        };
        if found.attribute.returned == Returned::Never {
            return Err(Error::sensitive(format!("filter: {} cannot be searched by", found.path)));
        }
        Ok(found)
    }

    fn look_up_part(&self, attribute: &'r Attribute, name: &str, at: usize) -> Result<Found<'r>, Error> {
        if !attribute.is_complex() && name.eq_ignore_ascii_case("value") {
            return Ok(Found { path: AttributePath::core("value"), attribute, known: true });
        }
        match sub_attribute(attribute, name) {
            Ok(sub) => Ok(Found { path: AttributePath::core(&sub.name), attribute: sub, known: true }),
            Err(unresolved) => Err(self.lexer.refuse(at, &unresolved.into_detail())),
        }
    }

    fn comparison(&mut self, found: Found<'r>, at: usize) -> Result<usize, Error> {
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(self.lexer.refuse(at, &format!("more than {MOST_TERMS} comparisons")));
        }
        let (token, place) = self.take()?;
        let words = "eq, ne, co, sw, ew, gt, ge, lt, le or pr";
        let Token::Word(word) = token else {
            return Err(self.lexer.refuse(place, &format!("expected {words}, got {}", token.shown())));
        };
        if word.eq_ignore_ascii_case("pr") {
            let path = found.path;
            return Ok(self.push(if found.known { Node::Present(path) } else { Node::Never(path) }));
        }
        let Some(op) = CompareOp::ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(word)) else {
            return Err(self
                .lexer
                .refuse(place, &format!("{} is no operator; expected {words}", quoted(word))));
        };
        let known = found.known;
        let (path, attribute) = self.compared(found, at)?;
        let value = self.comparand(attribute, &path, op, place)?;
        Ok(self.push(if known {
            Node::Compare { path, op, value, case_exact: attribute.case_exact }
        } else {
            Node::Never(path)
        }))
    }

    /// The attribute a comparison really looks at: a complex one is compared by its `value`.
    fn compared(&self, found: Found<'r>, at: usize) -> Result<(AttributePath, &'r Attribute), Error> {
        let Found { mut path, attribute, .. } = found;
        if !attribute.is_complex() {
            return Ok((path, attribute));
        }
        if let Some(sub) = attribute.sub("value") {
            path.sub = Some(sub.name.clone());
            return Ok((path, sub));
        }
        let example = attribute.sub_attributes.first().map_or("", |sub| sub.name.as_str());
        let detail = format!("{path} has parts; compare one of them, for example {path}.{example}");
        Err(self.lexer.refuse(at, &detail))
    }

    fn comparand(
        &mut self,
        attribute: &Attribute,
        path: &AttributePath,
        op: CompareOp,
        op_at: usize,
    ) -> Result<Comparand, Error> {
        let (token, at) = self.take()?;
        let is_text = matches!(attribute.kind, Type::String | Type::Reference | Type::Binary);
        let is_order = matches!(op, CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le);
        let is_part = matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
        if (is_part && !is_text) || (is_order && matches!(attribute.kind, Type::Boolean | Type::Binary)) {
            let detail =
                format!("{} does not apply to {path}, which is a {}", op.as_str(), attribute.kind.as_str());
            return Err(self.lexer.refuse(op_at, &detail));
        }
        if matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("null")) {
            if is_order || is_part {
                return Err(self.lexer.refuse(at, "null can be compared with eq and ne only"));
            }
            return Ok(Comparand::Null);
        }
        let (value, expected) = match attribute.kind {
            Type::Boolean => (boolean(&token).map(Comparand::Bool), "true or false"),
            Type::Integer | Type::Decimal => (number(&token).map(Comparand::Number), "a number"),
            Type::DateTime => (moment(&token), "a date and time in quotes, such as \"2011-05-13T04:42:34Z\""),
            _ => (text(&token), "a text in quotes"),
        };
        value.ok_or_else(|| {
            self.lexer.refuse(at, &format!("{path} is compared with {expected}, got {}", token.shown()))
        })
    }
}

/// Finds an attribute by its path, or the error with the reason why there is none.
fn look_up_in<'r>(
    registry: &'r Registry,
    resource_type: ResourceType,
    name: &str,
) -> Result<(AttributePath, &'r Attribute), Unresolved> {
    match resolve(name, registry, resource_type)? {
        Resolved::Attribute(path) => match registry.find(resource_type, &path) {
            Some(attribute) => Ok((path, attribute)),
            None => Err(Unresolved::Unknown(format!("{} is not an attribute", quoted(name)))),
        },
        Resolved::Resource | Resolved::Extension(_) => Err(Unresolved::Malformed(format!(
            "{} names a schema; expected an attribute of it",
            quoted(name)
        ))),
    }
}

/// `true` and `false` in any case, and in quotes, as several clients write them.
fn boolean(token: &Token<'_>) -> Option<bool> {
    let word = match token {
        Token::Word(word) => word,
        Token::Text(text) => text.as_str(),
        _ => return None,
    };
    [true, false].into_iter().find(|flag| word.eq_ignore_ascii_case(if *flag { "true" } else { "false" }))
}

fn number(token: &Token<'_>) -> Option<Number> {
    match token {
        Token::Word(word) => serde_json::from_str(word).ok(),
        _ => None,
    }
}

fn moment(token: &Token<'_>) -> Option<Comparand> {
    match token {
        Token::Text(text) => timestamp(text).map(Comparand::DateTime),
        _ => None,
    }
}

fn text(token: &Token<'_>) -> Option<Comparand> {
    match token {
        Token::Text(text) => Some(Comparand::String(text.clone())),
        _ => None,
    }
}
