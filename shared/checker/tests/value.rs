//! That a value is read from its `{:?}` as it was derived, and that any other
//! text is read, too.

use std::collections::BTreeMap;

use checker::value::{Change, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// All that `#[derive(Debug)]` makes of types.
#[derive(Debug, Clone)]
enum Tree {
    Unit,
    Number(i32),
    Text(String),
    Pair(Box<Tree>, Box<Tree>),
    Named { left: Box<Tree>, text: String, list: Vec<Tree> },
    Map(BTreeMap<String, Tree>),
    Tuple((Box<Tree>, bool)),
}

fn atom(text: impl ToString) -> Value {
    Value::Atom(text.to_string())
}

fn tuple(name: &str, items: Vec<Value>) -> Value {
    Value::Tuple(name.into(), items)
}

/// What should be read, built without a text.
fn expected(tree: &Tree) -> Value {
    match tree {
        Tree::Unit => atom("Unit"),
        Tree::Number(n) => tuple("Number", vec![atom(n)]),
        Tree::Text(t) => tuple("Text", vec![atom(format!("{t:?}"))]),
        Tree::Pair(a, b) => tuple("Pair", vec![expected(a), expected(b)]),
        Tree::Named { left, text, list } => {
            let list = list.iter().map(expected).collect();
            let fields = vec![
                ("left".into(), expected(left)),
                ("text".into(), atom(format!("{text:?}"))),
                ("list".into(), Value::List(list)),
            ];
            Value::Struct("Named".into(), fields)
        }
        Tree::Map(map) => {
            let entry =
                |(k, v): (_, _)| (atom(format!("{k:?}")), Some(expected(v)));
            tuple("Map", vec![Value::Map(map.iter().map(entry).collect())])
        }
        Tree::Tuple((a, b)) => {
            tuple("Tuple", vec![tuple("", vec![expected(a), atom(b)])])
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Tree::Unit),
        any::<i32>().prop_map(Tree::Number),
        any::<String>().prop_map(Tree::Text),
    ];
    leaf.prop_recursive(4, 32, 4, |tree| {
        let boxed = tree.clone().prop_map(Box::new);
        prop_oneof![
            (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Tree::Pair(a, b)),
            (boxed.clone(), any::<String>(), vec(tree.clone(), 0..3)).prop_map(
                |(left, text, list)| Tree::Named { left, text, list }
            ),
            btree_map(any::<String>(), tree, 0..3).prop_map(Tree::Map),
            (boxed, any::<bool>()).prop_map(Tree::Tuple),
        ]
    })
}

fn of(value: &impl std::fmt::Debug) -> Value {
    Value::parse(&format!("{value:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_derived_value_is_read_as_it_is(tree in trees()) {
        prop_assert_eq!(of(&tree), expected(&tree));
    }

    #[test]
    fn it_is_written_as_it_was_read(tree in trees()) {
        prop_assert_eq!(of(&tree).to_string(), format!("{tree:?}"));
    }

    #[test]
    fn any_text_is_read_and_written_again(text in any::<String>()) {
        prop_assert_eq!(Value::parse(&text).to_string(), text);
    }

    #[test]
    fn brackets_of_all_kinds_are_read(text in "[(){}, :a\"'\\[\\]]{0,20}") {
        prop_assert_eq!(Value::parse(&text).to_string(), text);
    }

    #[test]
    fn nothing_has_changed_between_a_value_and_itself(tree in trees()) {
        let value = of(&tree);
        prop_assert_eq!(value.changes(&value), []);
    }

    #[test]
    fn something_has_changed_between_two(a in trees(), b in trees()) {
        let (a, b) = (of(&a), of(&b));
        prop_assert_eq!(a.changes(&b).is_empty(), a == b);
    }
}

#[test]
fn what_has_changed_is_said_by_its_path() {
    let before = "Board { states: [S { code: 200 }, S { code: None }], \
                  polls: 1, due: [a, b] }";
    let after = "Board { states: [S { code: 200 }, S { code: 404 }], \
                 polls: 2, due: [b] }";
    let change = |path: &str, before: Option<_>, after: Option<_>| Change {
        path: path.into(),
        before: before.map(Value::parse),
        after: after.map(Value::parse),
    };
    assert_eq!(
        Value::parse(before).changes(&Value::parse(after)),
        [
            change("states[1].code", Some("None"), Some("404")),
            change("polls", Some("1"), Some("2")),
            change("due", Some("[a, b]"), Some("[b]")),
        ]
    );
}

/// What other code shows with a `Debug` of its own.
#[test]
fn what_no_rule_fits_is_an_atom() {
    let time = "Instant { tv_sec: 1, tv_nsec: 2 }";
    assert_eq!(Value::parse(time).field("tv_sec"), Some(&atom(1)));
    let url = "State { url: http://a.b/c?d=e,f, id: 1 }";
    assert_eq!(
        Value::parse(url).field("url"),
        Some(&atom("http://a.b/c?d=e,f"))
    );
    let more = "Mutex { data: 5, poisoned: false, .. }";
    assert_eq!(Value::parse(more).field("data"), Some(&atom(5)));
    assert_eq!(Value::parse("1..=2"), atom("1..=2"));
    assert_eq!(Value::parse("unbalanced ("), atom("unbalanced ("));
}
