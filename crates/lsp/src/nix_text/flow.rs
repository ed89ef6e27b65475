//! The place in the value of a file to which an expression flows.
//!
//! Settings are written below conditions, priorities, functions and `let`: `network = mkIf isRelay (mkMerge [ { port = 1; } ])` sets
//! `network.port`. [`Destination::of`] follows an expression outwards, through the names that it is bound to and the parameters that
//! it is passed as, and collects the attributes and elements on the way.

use rnix::{SyntaxKind, SyntaxNode};

use crate::nix_text::functions::{Passage, arity, passage};
use crate::nix_text::names::name_of;
use crate::nix_text::scopes::{Use, body, parameter, uses_of, value_of};

/// Largest number of names that are followed.
const MAX_NAMES: usize = 16;

/// Step from a set or a list to a value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    /// An attribute whose name is computed.
    Computed,
    Index(usize),
}

/// The place to which an expression flows.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    /// The steps to it, from the outermost value.
    pub steps: Vec<Step>,
    /// True if the outermost value is an argument of a function that is not known, not the value of the file.
    pub is_argument: bool,
    /// The sets on the way, each with the number of steps that lead to it.
    pub sets: Vec<(usize, SyntaxNode)>,
}

impl Destination {
    /// Follows an expression; `None` for one that becomes no part of a value, such as a condition.
    pub(super) fn of(node: &SyntaxNode) -> Option<Self> {
        let mut names = MAX_NAMES;
        Follower::default().follow(node.clone(), &mut names)
    }

    /// Follows the value below a set at these steps.
    pub(super) fn below(set: &SyntaxNode, steps: impl Iterator<Item = Step>) -> Option<Self> {
        let mut follower = Follower { steps: steps.collect(), sets: Vec::new() };
        follower.steps.reverse();
        let mut names = MAX_NAMES;
        follower.follow(set.clone(), &mut names)
    }
}

/// The way that was followed so far.
#[derive(Debug, Clone, Default)]
struct Follower {
    /// The steps, innermost first.
    steps: Vec<Step>,
    /// The sets, each with the number of steps behind it.
    sets: Vec<(usize, SyntaxNode)>,
}

impl Follower {
    fn follow(mut self, mut node: SyntaxNode, names: &mut usize) -> Option<Destination> {
        loop {
            if node.kind() == SyntaxKind::NODE_ATTR_SET {
                self.sets.push((self.steps.len(), node.clone()));
            }
            let Some(parent) = node.parent() else { return Some(self.end(false)) };
            let position = parent.children().position(|child| child == node)?;
            node = match (parent.kind(), position) {
                (SyntaxKind::NODE_ROOT | SyntaxKind::NODE_PAREN | SyntaxKind::NODE_ERROR, _)
                | (SyntaxKind::NODE_WITH | SyntaxKind::NODE_ASSERT | SyntaxKind::NODE_IF_ELSE, 1)
                | (SyntaxKind::NODE_IF_ELSE, 2)
                | (SyntaxKind::NODE_APPLY, 0) => parent,
                (SyntaxKind::NODE_LAMBDA, _) if body(&parent).as_ref() == Some(&node) => parent,
                (SyntaxKind::NODE_LET_IN, _) if node.kind() != SyntaxKind::NODE_ATTRPATH_VALUE => parent,
                (SyntaxKind::NODE_BIN_OP, _) if joins(&parent) => parent,
                (SyntaxKind::NODE_SELECT, 0) => self.select(&parent)?,
                (SyntaxKind::NODE_LIST, index) => match merging(&parent) {
                    Some(merged) => merged,
                    None => {
                        self.steps.push(Step::Index(index));
                        parent
                    }
                },
                (SyntaxKind::NODE_ATTRPATH_VALUE, _) => {
                    let set = parent.parent()?;
                    let mut attributes: Vec<Step> = attributes(&parent).collect();
                    if set.kind() == SyntaxKind::NODE_LET_IN {
                        return self.bound(&set, &parent, attributes, names);
                    }
                    attributes.reverse();
                    self.steps.extend(attributes);
                    (set.kind() == SyntaxKind::NODE_ATTR_SET).then_some(set)?
                }
                (SyntaxKind::NODE_APPLY, 1) => return self.argument(&node, &parent, names),
                _ => return None,
            };
        }
    }

    fn end(mut self, is_argument: bool) -> Destination {
        self.steps.reverse();
        let count = self.steps.len();
        let sets = self.sets.into_iter().map(|(behind, set)| (count - behind, set)).collect();
        Destination { steps: self.steps, is_argument, sets }
    }

    /// Follows the value of a set into the attribute that is selected from it.
    fn select(&mut self, select: &SyntaxNode) -> Option<SyntaxNode> {
        let path = select.children().find(|child| child.kind() == SyntaxKind::NODE_ATTRPATH)?;
        for attribute in path.children() {
            let selected = name_of(&attribute)?;
            let is_selected = matches!(self.steps.pop()?, Step::Key(key) if key == selected);
            is_selected.then_some(())?;
        }
        self.sets.retain(|(behind, _)| *behind <= self.steps.len());
        Some(select.clone())
    }

    /// Follows a name that `let` binds to the places where it is used.
    fn bound(
        mut self,
        scope: &SyntaxNode,
        binding: &SyntaxNode,
        mut attributes: Vec<Step>,
        names: &mut usize,
    ) -> Option<Destination> {
        let Step::Key(name) = attributes.remove(0) else { return None };
        attributes.reverse();
        self.steps.extend(attributes);
        self.used(scope, &name, Some(binding), names)
    }

    /// Follows the uses of a name, up to the first that leads somewhere.
    fn used(
        &self,
        scope: &SyntaxNode,
        name: &str,
        except: Option<&SyntaxNode>,
        names: &mut usize,
    ) -> Option<Destination> {
        for found in uses_of(scope, name, except) {
            *names = names.checked_sub(1)?;
            let mut next = self.clone();
            let reached = match found {
                Use::Expression(node) => next.follow(node, names),
                Use::Inherited(set) => {
                    next.steps.push(Step::Key(name.to_owned()));
                    next.follow(set, names)
                }
            };
            if reached.is_some() {
                return reached;
            }
        }
        None
    }

    /// Follows an argument of a function.
    fn argument(mut self, node: &SyntaxNode, apply: &SyntaxNode, names: &mut usize) -> Option<Destination> {
        let (function, index) = applied(apply);
        let name = function_name(&function);
        if let Some((name, passage)) = name.and_then(|name| passage(&name, index).map(|passage| (name, passage))) {
            match passage {
                Passage::Whole => {}
                // The elements of a list that is written there have gone around it.
                Passage::Merged => {
                    self.steps.pop_if(|step| matches!(step, Step::Index(_)));
                }
                Passage::Element => self.steps.push(Step::Index(0)),
                Passage::MakesElements if is_function(node) => self.steps.push(Step::Index(0)),
                Passage::MakesValues if is_function(node) => self.steps.push(Step::Computed),
                Passage::MakesElements | Passage::MakesValues => return None,
            }
            let further = arity(&name).saturating_sub(index + 1);
            return self.follow(result_of(apply, further), names);
        }
        match lambda_of(&function) {
            Some(lambda) => self.parameter(lambda, index, names),
            None if matches!(function.kind(), SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT) => Some(self.end(true)),
            // A number is no function: the entry before the argument is not finished.
            None => None,
        }
    }

    /// Follows an argument to the uses of its parameter.
    fn parameter(mut self, mut lambda: SyntaxNode, index: usize, names: &mut usize) -> Option<Destination> {
        for _ in 0..index {
            lambda = unwrapped(&body(&lambda)?);
        }
        let scope = body(&lambda)?;
        match parameter(&lambda)? {
            Some(name) => self.used(&scope, &name, None, names),
            None => {
                let Some(Step::Key(name)) = self.steps.pop() else { return None };
                self.sets.retain(|(behind, _)| *behind <= self.steps.len());
                self.used(&scope, &name, None, names)
            }
        }
    }
}

/// Returns the steps of the attribute path of an entry.
pub(super) fn attributes(entry: &SyntaxNode) -> impl Iterator<Item = Step> {
    let path = entry.children().find(|child| child.kind() == SyntaxKind::NODE_ATTRPATH);
    let attributes = path.into_iter().flat_map(|path| path.children().collect::<Vec<_>>());
    attributes.map(|attribute| step(&attribute))
}

/// Returns the step of an attribute.
pub(super) fn step(attribute: &SyntaxNode) -> Step {
    name_of(attribute).map_or(Step::Computed, Step::Key)
}

/// Returns whether an operator makes a set or a list of both sides.
fn joins(operation: &SyntaxNode) -> bool {
    let tokens = operation.children_with_tokens().filter_map(rnix::NodeOrToken::into_token);
    tokens.map(|token| token.kind()).any(|kind| matches!(kind, SyntaxKind::TOKEN_UPDATE | SyntaxKind::TOKEN_CONCAT))
}

/// Returns the call of `mkMerge` for a list, if it is one.
fn merging(list: &SyntaxNode) -> Option<SyntaxNode> {
    let outer = outside_of_parentheses(list);
    let apply = outer.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_APPLY)?;
    let (function, index) = applied(&apply);
    let merged = function_name(&function).and_then(|name| passage(&name, index)) == Some(Passage::Merged);
    merged.then_some(apply)
}

fn outside_of_parentheses(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while let Some(parent) = node.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_PAREN) {
        node = parent;
    }
    node
}

/// Returns an expression without the parentheses around it.
pub(super) fn unwrapped(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == SyntaxKind::NODE_PAREN
        && let Some(inner) = node.first_child()
    {
        node = inner;
    }
    node
}

/// Returns the function that an expression stands for, if it is written in this file.
fn lambda_of(node: &SyntaxNode) -> Option<SyntaxNode> {
    let node = unwrapped(node);
    let value = if node.kind() == SyntaxKind::NODE_IDENT { unwrapped(&value_of(&node)?) } else { node };
    (value.kind() == SyntaxKind::NODE_LAMBDA).then_some(value)
}

fn is_function(node: &SyntaxNode) -> bool {
    lambda_of(node).is_some()
}

/// Returns the function of a call, and the number of arguments before the last one.
pub(super) fn applied(apply: &SyntaxNode) -> (SyntaxNode, usize) {
    let mut function = apply.clone();
    let mut count = 0;
    while function.kind() == SyntaxKind::NODE_APPLY
        && let Some(inner) = function.first_child()
    {
        function = unwrapped(&inner);
        count += 1;
    }
    (function, count.max(1) - 1)
}

/// Returns the last name of a function: `mkIf` of `lib.mkIf`.
pub(super) fn function_name(function: &SyntaxNode) -> Option<String> {
    match function.kind() {
        SyntaxKind::NODE_IDENT => name_of(function),
        SyntaxKind::NODE_SELECT => {
            let path = function.children().find(|child| child.kind() == SyntaxKind::NODE_ATTRPATH)?;
            name_of(&path.last_child()?)
        }
        _ => None,
    }
}

/// Returns the call with this number of further arguments.
fn result_of(apply: &SyntaxNode, arguments: usize) -> SyntaxNode {
    let mut result = apply.clone();
    for _ in 0..arguments {
        let next = outside_of_parentheses(&result).parent().filter(|parent| {
            parent.kind() == SyntaxKind::NODE_APPLY
                && parent.first_child().is_some_and(|first| unwrapped(&first) == unwrapped(&result))
        });
        match next {
            Some(next) => result = next,
            None => break,
        }
    }
    result
}
