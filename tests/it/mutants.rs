//! Whether the tests of the built-in rules would notice: every condition of every rule is turned around, left out and
//! moved, and each time one of its tests must fail.

use std::sync::Arc;

use tollgate::diff::ChangeKind;
use tollgate::doc::quantity::Quantity;
use tollgate::doc::table::Faults;
use tollgate::doc::{Limits, SourceFile};
use tollgate::rules::operator::Condition;
use tollgate::rules::operator::pattern::Pattern;
use tollgate::rules::operator::ratio::Bounds;
use tollgate::rules::operator::set::SetTest;
use tollgate::rules::operator::value::ValueTest;
use tollgate::rules::{BUILT_IN, Rule, load_rules, run_tests};

/// Every built-in rule.
pub(crate) fn built_in() -> Vec<Rule> {
    let mut faults = Faults::default();
    let rules: Vec<Rule> = BUILT_IN
        .iter()
        .flat_map(|file| {
            let source = Arc::new(SourceFile::from_text(file.path, file.text));
            let tree = tollgate::formats::parse(&source, &Limits::DEFAULT).expect("a rule file");
            // As a user's: every expression is compiled, and everything is checked.
            load_rules(&tree, false, &mut faults).rules
        })
        .collect();
    let faults: Vec<&String> = faults.0.iter().map(|fault| &fault.message).collect();
    assert!(faults.is_empty(), "{faults:?}");
    rules
}

#[test]
fn every_built_in_rule_does_what_its_tests_say() {
    let rules = built_in();
    assert!(rules.len() >= 100, "{} rules", rules.len());
    let failed: Vec<String> = rules
        .iter()
        .flat_map(run_tests)
        .map(|failure| format!("{} test {}: {}", failure.rule, failure.test, failure.message))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// `<` for `>=`, and so on.
fn turned(bounds: &Bounds) -> Bounds {
    Bounds {
        lt: bounds.ge.clone(),
        ge: bounds.lt.clone(),
        gt: bounds.le.clone(),
        le: bounds.gt.clone(),
    }
}

/// Each threshold ten times as large, or a tenth.
fn moved(bounds: &Bounds, factor: f64) -> Bounds {
    let shift = |bound: &Option<Quantity>| {
        let value = bound.as_ref()?.value() * factor;
        Quantity::parse(&format!("{value:.6}"))
    };
    Bounds {
        lt: shift(&bounds.lt),
        le: shift(&bounds.le),
        gt: shift(&bounds.gt),
        ge: shift(&bounds.ge),
    }
}

fn never() -> Pattern {
    Pattern::trusted(r"\b\B")
}

/// A value test with one of its parts turned around, for each part.
fn turned_tests(test: &ValueTest) -> Vec<ValueTest> {
    let mut out = Vec::new();
    let mut push = |change: &dyn Fn(&mut ValueTest)| {
        let mut one = test.clone();
        change(&mut one);
        out.push(one);
    };
    for flag in [
        (|test: &mut ValueTest| &mut test.is_true) as fn(&mut ValueTest) -> &mut Option<bool>,
        |test| &mut test.is_false,
        |test| &mut test.is_null,
        |test| &mut test.is_empty,
    ] {
        if flag(&mut test.clone()).is_some() {
            push(&|test| {
                let flag = flag(test);
                *flag = flag.map(|flag| !flag);
            });
        }
    }
    if test.eq.is_some() || test.ne.is_some() {
        push(&|test| std::mem::swap(&mut test.eq, &mut test.ne));
    }
    if test.is_in.is_some() || test.not_in.is_some() {
        push(&|test| std::mem::swap(&mut test.is_in, &mut test.not_in));
    }
    if test.matches.is_some() {
        push(&|test| test.matches = Some(never()));
    }
    if !test.bounds.is_empty() {
        push(&|test| test.bounds = turned(&test.bounds));
    }
    if !test.len.is_empty() {
        push(&|test| test.len = turned(&test.len));
    }
    if test.is_type.is_some() {
        push(&|test| test.is_type = Some(vec!["timestamp".into()]));
    }
    out
}

/// What takes the place of a condition, with what was done to it.
fn mutants_of(condition: &Condition) -> Vec<(&'static str, Condition)> {
    let mut out = vec![("never", Condition::From(Vec::new()))];
    match condition {
        Condition::Old(test) => out.extend(
            turned_tests(test)
                .into_iter()
                .map(|test| ("turned", Condition::Old(test))),
        ),
        Condition::New(test) => out.extend(
            turned_tests(test)
                .into_iter()
                .map(|test| ("turned", Condition::New(test))),
        ),
        Condition::Magnitude(magnitude) => {
            let with = |bounds| {
                let mut one = magnitude.clone();
                one.bounds = bounds;
                Condition::Magnitude(one)
            };
            out.push(("turned", with(turned(&magnitude.bounds))));
            out.push(("ten times", with(moved(&magnitude.bounds, 10.0))));
            out.push(("a tenth", with(moved(&magnitude.bounds, 0.1))));
        }
        Condition::Set(SetTest::Removed(test) | SetTest::Added(test)) => {
            let removed = matches!(condition, Condition::Set(SetTest::Removed(_)));
            let with = |test| {
                Condition::Set(if removed {
                    SetTest::Removed(test)
                } else {
                    SetTest::Added(test)
                })
            };
            let other = if removed {
                SetTest::Added(test.clone())
            } else {
                SetTest::Removed(test.clone())
            };
            out.push(("the other way", Condition::Set(other)));
            if !test.pct.is_empty() || !test.count.is_empty() {
                let mut one = test.clone();
                (one.pct, one.count) = (turned(&test.pct), turned(&test.count));
                out.push(("turned", with(one)));
            }
            if !test.any_matches.is_empty() {
                let mut one = test.clone();
                one.any_matches = vec![never()];
                out.push(("matches nothing", with(one)));
            }
        }
        Condition::Reference(reference) => {
            let mut one = reference.clone();
            one.bounds = turned(&reference.bounds);
            out.push(("turned", Condition::Reference(one)));
        }
        Condition::Together(together) => {
            let mut one = together.clone();
            one.changed = !one.changed;
            out.push(("turned", Condition::Together(one)));
        }
        Condition::Aggregate(aggregate) => {
            let mut one = aggregate.clone();
            (one.changed_pct, one.removed_pct) = (turned(&one.changed_pct), turned(&one.removed_pct));
            out.push(("turned", Condition::Aggregate(one)));
        }
        Condition::From(_)
        | Condition::To(_)
        | Condition::Set(SetTest::Emptied | SetTest::Duplicates)
        | Condition::UniversalMatch
        | Condition::WidenedCidr
        | Condition::OrderChanged
        | Condition::VersionDowngrade
        | Condition::RegexRisky
        | Condition::PlaintextSecret
        | Condition::Crossover
        | Condition::Dangling(_)
        | Condition::ParentStays => {}
    }
    out
}

/// Every mutant of a rule, with its name.
fn mutants(rule: &Rule) -> Vec<(String, Rule)> {
    let mut out = Vec::new();
    for at in 0..rule.when.len() {
        // The kinds of change that a rule about order looks at say the same again.
        if !matches!(rule.when[at], Condition::OrderChanged) {
            let mut without = rule.clone();
            without.when.remove(at);
            out.push((format!("condition {at} left out"), without));
        }
        for (how, condition) in mutants_of(&rule.when[at]) {
            let mut one = rule.clone();
            one.when[at] = condition;
            out.push((format!("condition {at} {how}"), one));
        }
    }
    let whole = rule
        .when
        .iter()
        .any(|condition| matches!(condition, Condition::Aggregate(_)));
    if !(rule.present || whole) {
        let mut kinds = rule.clone();
        kinds.kinds = ChangeKind::ALL
            .into_iter()
            .filter(|kind| !rule.kinds.contains(kind))
            .collect();
        out.push(("the other kinds".into(), kinds));
    }
    let mut nowhere = rule.clone();
    nowhere.paths.clear();
    out.push(("no path".into(), nowhere));
    out
}

#[test]
fn a_condition_that_is_turned_around_is_noticed() {
    let (mut count, mut alive) = (0, Vec::new());
    for rule in built_in() {
        for (name, mutant) in mutants(&rule) {
            count += 1;
            if run_tests(&mutant).is_empty() {
                alive.push(format!("{}: {name}", rule.id));
            }
        }
    }
    eprintln!("{count} mutants, {} not noticed", alive.len());
    assert!(
        alive.is_empty(),
        "{count} mutants, not noticed:\n{}",
        alive.join("\n")
    );
}
