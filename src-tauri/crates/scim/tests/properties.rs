//! What holds for every input: no panic, no lost tree, no half patch, and a PATCH that does what a model of it does.

use proptest::collection::vec;
use proptest::prelude::*;
use scim::{
    AttributePath, BulkRequest, BulkRun, Comparand, CompareOp, Filter, ListQuery, Node, Patch, Projection,
    Registry, ResourceType, Target, parse_create, parse_replace,
};
use serde_json::{Map, Value, json};

/// Any JSON, with names that mean something now and then.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "add",
            "remove",
            "replace",
            "work",
            "bulkId:a",
            "/Users/bulkId:a",
            "POST",
            "PATCH"
        ])
        .prop_map(Value::from),
        any_path().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((any_name(), inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    vec((any_name(), any_json()), 0..8).prop_map(|members| members.into_iter().collect())
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "userName", "emails", "name", "givenName", "value", "type", "primary", "active", "members", "schemas",
            "Operations", "op", "path", "displayName", "groups", "password", "x509Certificates", "meta", "id",
            "filter", "count", "sortBy", "attributes", "method", "data", "bulkId", "failOnErrors", "addresses",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "manager", "photos",
        ]).prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

fn any_path() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "emails",
        "userName",
        "name",
        "[",
        "]",
        "type",
        " eq ",
        "\"work\"",
        ".",
        "value",
        "urn:ietf:params:scim:",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        ":",
        "(",
        ")",
        "not ",
        " and ",
        " or ",
        " pr",
        "members",
        "\"",
        "meta.created",
        " gt ",
        "\"2011-05-13T04:42:34Z\"",
        "true",
        "null",
        "1.5",
        "\\",
        "é",
        "active",
    ]);
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn as_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => Map::from_iter([("Operations".to_owned(), other)]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_json_is_a_body_or_an_error(body in any_object(), current in any_object(), kind in 0..2_usize) {
        let registry = Registry::standard();
        let kind = ResourceType::ALL[kind];
        let _ = parse_create(&registry, kind, body.clone());
        let _ = parse_replace(&registry, kind, &current, body.clone());
        let _ = ListQuery::from_search_request(&registry, kind, &body);
        let _ = ListQuery::across_from_search_request(&registry, &body);
        if let Ok(patch) = Patch::parse(&registry, kind, &body) {
            let mut document = current;
            let before = document.clone();
            if patch.apply(&registry, &mut document).is_err() {
                prop_assert_eq!(document, before, "a refused patch changes nothing");
            }
        }
        if let Ok(request) = BulkRequest::parse(body, 100) {
            let mut run = BulkRun::new(request);
            let mut steps = 0;
            while let Some(step) = run.next_step() {
                steps += 1;
                prop_assert!(steps < 1_000, "a run ends");
                run.outcome(scim::BulkOutcome { status: 200, id: Some("1".into()), ..Default::default() });
                drop(step);
            }
            let _ = run.into_response();
        }
    }

    #[test]
    fn any_operation_is_applied_or_refused(
        op in prop::sample::select(vec!["add", "remove", "replace"]), path in prop::option::of(any_path()), value in any_json(),
    ) {
        let registry = Registry::standard();
        let body = as_object(json!([{"op": op, "path": path, "value": value}]));
        let mut document = as_object(json!({"userName": "ada", "emails": [{"value": "a", "type": "work"}, {"value": "b"}]}));
        if let Ok(patch) = Patch::parse(&registry, ResourceType::User, &body) {
            let _ = patch.apply(&registry, &mut document);
            prop_assert!(document.contains_key("userName"), "what is required is not removed");
        }
    }

    #[test]
    fn an_accepted_body_is_a_fixed_point(mut body in any_object()) {
        let registry = Registry::standard();
        body.insert("userName".into(), "ada".into());
        body.remove("schemas");
        if let Ok(first) = parse_create(&registry, ResourceType::User, body) {
            let second = parse_create(&registry, ResourceType::User, first.document.clone()).expect("canonical is valid");
            prop_assert_eq!(&second.document, &first.document);
            let third = parse_replace(&registry, ResourceType::User, &first.document, first.document.clone()).expect("so is PUT");
            prop_assert_eq!(third.document, first.document);
        }
    }

    #[test]
    fn any_text_is_a_filter_a_path_a_query_or_an_error(text in prop_oneof![any_path(), ".*"]) {
        let registry = Registry::standard();
        for kind in ResourceType::ALL {
            if let Ok(filter) = Filter::parse(&text, &registry, kind) {
                let again = Filter::parse(&filter.to_string(), &registry, kind);
                prop_assert_eq!(again.as_ref(), Ok(&filter), "display reads back");
                let _ = filter.matches(&as_object(json!({"userName": "a", "emails": [{"type": "work"}, 1, null]})));
            }
            let _ = AttributePath::parse(&text, &registry, kind);
            let _ = Projection::parse(&registry, kind, Some(&text), None);
            let _ = ListQuery::from_query(&registry, kind, &text);
            let _ = ListQuery::from_query(&registry, kind, &format!("filter={text}&count={text}&sortBy={text}"));
        }
        let _ = Target::parse(&text);
        let _ = Filter::parse_across(&text, &registry);
        let _ = scim::version::if_match(Some(&text), 1);
    }
}

/// A filter tree with its children before their parents, as the parser makes it.
#[derive(Debug, Clone)]
enum Tree {
    Term(Node),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Elements(Box<Self>),
}

fn any_tree(within: bool) -> BoxedStrategy<Tree> {
    let texts = if within { vec!["value", "type", "display"] } else { vec!["userName", "title", "nickName"] };
    let text = (
        prop::sample::select(texts.clone()),
        prop::sample::select(CompareOp::ALL.to_vec()),
        "\\PC{0,6}[\"\\\\\n]?",
    )
        .prop_map(|(name, op, value)| compare(name, op, Comparand::String(value)));
    let present = prop::sample::select(texts).prop_map(|name| Node::Present(AttributePath::core(name)));
    let flag = (any::<bool>(), any::<bool>()).prop_map(move |(ne, value)| {
        let op = if ne { CompareOp::Ne } else { CompareOp::Eq };
        compare(if within { "primary" } else { "active" }, op, Comparand::Bool(value))
    });
    let null = Just(compare(if within { "type" } else { "title" }, CompareOp::Eq, Comparand::Null));
    let terms = prop_oneof![text, present, flag, null];
    let terms = if within {
        terms.boxed()
    } else {
        let moment = any::<i32>().prop_map(|second| {
            let moment = jiff::Timestamp::from_second(second.into()).expect("a moment");
            let path = AttributePath { sub: Some("created".into()), ..AttributePath::core("meta") };
            Node::Compare { path, op: CompareOp::Ge, value: Comparand::DateTime(moment), case_exact: false }
        });
        prop_oneof![3 => terms, 1 => moment].boxed()
    };
    let leaf = terms.prop_map(Tree::Term);
    leaf.prop_recursive(5, 40, 2, move |inner| {
        let pair = (inner.clone(), inner.clone()).prop_map(|(l, r)| (Box::new(l), Box::new(r)));
        let logic = prop_oneof![
            pair.clone().prop_map(|(l, r)| Tree::And(l, r)),
            pair.prop_map(|(l, r)| Tree::Or(l, r)),
            inner.prop_map(|inner| Tree::Not(Box::new(inner))),
        ];
        if within {
            logic.boxed()
        } else {
            prop_oneof![4 => logic, 1 => any_tree(true).prop_map(|inner| Tree::Elements(Box::new(inner)))]
                .boxed()
        }
    })
    .boxed()
}

fn compare(name: &str, op: CompareOp, value: Comparand) -> Node {
    Node::Compare { path: AttributePath::core(name), op, value, case_exact: false }
}

fn plant(tree: &Tree, nodes: &mut Vec<Node>) -> usize {
    let node = match tree {
        Tree::Term(node) => node.clone(),
        Tree::Not(inner) => Node::Not(plant(inner, nodes)),
        Tree::And(left, right) => {
            let left = plant(left, nodes);
            Node::And(left, plant(right, nodes))
        }
        Tree::Or(left, right) => {
            let left = plant(left, nodes);
            Node::Or(left, plant(right, nodes))
        }
        Tree::Elements(inner) => {
            let filter = plant(inner, nodes);
            Node::ValuePath { path: AttributePath::core("emails"), filter }
        }
    };
    nodes.push(node);
    nodes.len() - 1
}

/// The meaning of a tree, without the arena.
fn model(tree: &Tree, filter: impl Fn(&Node) -> bool + Copy, element: impl Fn(&Tree) -> bool + Copy) -> bool {
    match tree {
        Tree::Term(node) => filter(node),
        Tree::Not(inner) => !model(inner, filter, element),
        Tree::And(left, right) => model(left, filter, element) & model(right, filter, element),
        Tree::Or(left, right) => model(left, filter, element) | model(right, filter, element),
        Tree::Elements(inner) => element(inner),
    }
}

proptest! {
    #[test]
    fn a_displayed_filter_reads_back_as_the_same_tree(tree in any_tree(false)) {
        let mut nodes = Vec::new();
        let root = plant(&tree, &mut nodes);
        let filter = Filter { nodes, root };
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text, &Registry::standard(), ResourceType::User), Ok(filter), "{}", text);
    }

    #[test]
    fn logic_is_the_logic_of_its_terms(tree in any_tree(false), title in prop::option::of("[a-c]{0,2}"), active: bool) {
        let resource = as_object(json!({
            "userName": "ab", "title": title, "active": active,
            "emails": [{"value": "a", "type": "b", "primary": true}, {"value": "c"}],
        }));
        let single = |node: &Node| Filter { nodes: vec![node.clone()], root: 0 }.matches(&resource);
        let element = |inner: &Tree| resource["emails"].as_array().expect("an array").iter().any(|element| {
            let on = |node: &Node| Filter { nodes: vec![node.clone()], root: 0 }.matches_element(element);
            model(inner, on, |_| false)
        });
        let mut nodes = Vec::new();
        let root = plant(&tree, &mut nodes);
        let filter = Filter { nodes, root };
        prop_assert_eq!(filter.matches(&resource), model(&tree, single, element), "{}", filter);
    }
}

/// An operation of the PATCH model: on three attributes, one of each shape.
#[derive(Debug, Clone)]
enum Change {
    Title(Option<String>),
    GivenName(Option<String>),
    AddRole(String, Option<String>),
    SetRoles(Vec<String>),
    RemoveRole(String),
    WorkMail(Option<String>),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        prop::option::of("[a-c]").prop_map(Change::Title),
        prop::option::of("[a-c]").prop_map(Change::GivenName),
        ("[a-c]", prop::option::of("[tu]")).prop_map(|(value, kind)| Change::AddRole(value, kind)),
        vec("[a-c]", 0..3).prop_map(Change::SetRoles),
        "[a-c]".prop_map(Change::RemoveRole),
        prop::option::of("[a-c]").prop_map(Change::WorkMail),
    ]
}

impl Change {
    fn operation(&self) -> Value {
        let set = |path: &str, value: &Option<String>| match value {
            Some(value) => json!({"op": "replace", "path": path, "value": value}),
            None => json!({"op": "remove", "path": path}),
        };
        match self {
            Self::Title(value) => set("title", value),
            Self::GivenName(value) => set("name.givenName", value),
            Self::AddRole(value, None) => json!({"op": "add", "path": "roles", "value": [{"value": value}]}),
            Self::AddRole(value, kind) => {
                json!({"op": "add", "value": {"roles": [{"value": value, "type": kind}]}})
            }
            Self::SetRoles(values) => {
                let roles: Vec<Value> = values.iter().map(|value| json!({"value": value})).collect();
                json!({"op": "replace", "path": "roles", "value": roles})
            }
            Self::RemoveRole(value) => {
                json!({"op": "remove", "path": format!("roles[value eq \"{value}\"]")})
            }
            Self::WorkMail(value) => set("emails[type eq \"work\"].value", value),
        }
    }
}

/// The naive model: what a person would write down.
#[derive(Debug, Default)]
struct Model {
    title: Option<String>,
    given_name: Option<String>,
    roles: Vec<(String, Option<String>)>,
    work_mail: Option<String>,
}

impl Model {
    fn apply(&mut self, change: &Change) {
        match change.clone() {
            Change::Title(value) => self.title = value,
            Change::GivenName(value) => self.given_name = value,
            Change::AddRole(value, kind) => self.add(value, kind),
            Change::SetRoles(values) => {
                self.roles.clear();
                for value in values {
                    self.add(value, None);
                }
            }
            Change::RemoveRole(value) => self.roles.retain(|role| role.0 != value),
            Change::WorkMail(value) => self.work_mail = value,
        }
    }

    fn add(&mut self, value: String, kind: Option<String>) {
        if !self.roles.contains(&(value.clone(), kind.clone())) {
            self.roles.push((value, kind));
        }
    }

    fn document(&self) -> Value {
        let mut out = as_object(json!({"userName": "ada"}));
        if let Some(title) = &self.title {
            out.insert("title".into(), json!(title));
        }
        if let Some(name) = &self.given_name {
            out.insert("name".into(), json!({"givenName": name}));
        }
        if !self.roles.is_empty() {
            let role = |(value, kind): &(String, Option<String>)| match kind {
                Some(kind) => json!({"value": value, "type": kind}),
                None => json!({"value": value}),
            };
            out.insert("roles".into(), self.roles.iter().map(role).collect());
        }
        if let Some(mail) = &self.work_mail {
            out.insert("emails".into(), json!([{"type": "work", "value": mail}]));
        }
        Value::Object(out)
    }
}

proptest! {
    #[test]
    fn patch_does_what_the_model_does(changes in vec(any_change(), 1..12), at_once: bool) {
        let registry = Registry::standard();
        let mut model = Model::default();
        let mut document = as_object(model.document());
        let operations: Vec<Value> = changes.iter().map(Change::operation).collect();
        let requests: Vec<Vec<Value>> =
            if at_once { vec![operations] } else { operations.into_iter().map(|operation| vec![operation]).collect() };
        for request in requests {
            let patch = Patch::parse(&registry, ResourceType::User, &as_object(request.into())).expect("is a patch");
            patch.apply(&registry, &mut document).expect("applies");
        }
        for change in &changes {
            model.apply(change);
        }
        prop_assert_eq!(Value::Object(document), model.document());
    }
}

#[test]
fn hostile_filters_are_refused_in_bounded_time() {
    let registry = Registry::standard();
    let parse = |text: &str| Filter::parse(text, &registry, ResourceType::User).map_err(|error| error.detail);
    let nested = |open: &str, levels: usize, close: &str| {
        format!("{}userName pr{}", open.repeat(levels), close.repeat(levels))
    };
    for (open, close) in [("(", ")"), ("not (", ")")] {
        assert!(parse(&nested(open, 32, close)).is_ok(), "the limit itself is fine");
        assert!(parse(&nested(open, 33, close)).expect_err("too deep").contains("levels"));
        assert!(parse(&nested(open, 2_000, close)).expect_err("too deep").contains("levels"));
        assert!(parse(&open.repeat(10_000_000)).expect_err("too long").contains("bytes"));
    }
    let terms = |count: usize| vec!["id pr"; count].join(" and ");
    assert!(parse(&terms(256)).is_ok(), "the limit itself is fine");
    assert!(parse(&terms(257)).expect_err("too many").contains("256"));
    assert!(parse(&terms(10_000)).expect_err("too long").contains("bytes"));
    assert!(parse(&format!("{} {{", nested("(", 32, ")"))).is_err(), "a deep start with a wrong end");
}

#[test]
fn a_secret_is_no_filter() {
    let registry = Registry::standard();
    let query = "filter=password+eq+%22x%22";
    let error = ListQuery::from_query(&registry, ResourceType::User, query).expect_err("refused");
    assert_eq!(
        (error.status, error.scim_type),
        (403, Some(scim::ScimType::Sensitive)),
        "RFC 7644 section 7.5.2"
    );
    let body = as_object(json!({"filter": "password eq \"x\""}));
    let error = ListQuery::from_search_request(&registry, ResourceType::User, &body).expect_err("refused");
    assert_eq!((error.status, error.scim_type), (400, Some(scim::ScimType::InvalidFilter)));
    assert!(ListQuery::from_query(&registry, ResourceType::User, "sortBy=password").is_err());
}
