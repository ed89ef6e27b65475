//! Comparison with the map of the crate `indexmap`, over both forms and the change between them.

use indexmap::IndexMap;
use proptest::prelude::*;

use super::*;

type Model = IndexMap<String, u32>;

/// A change of a map.
#[derive(Debug, Clone)]
enum Change {
    Insert(String, u32),
    TryInsert(String, u32),
    GetOrInsert(String, u32),
    Append(Vec<(String, u32)>),
    ShiftRemove(String),
    SwapRemove(String),
    ShiftRemoveIndex(usize),
    Pop,
    Retain(u32),
    Sort,
    Reserve(usize),
    Set(usize, u32),
    Clear,
}

fn key() -> impl Strategy<Value = String> {
    "[a-d]{0,3}|key-[0-9]{1,2}|a-key-that-is-longer-than-23-bytes-[0-9]"
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        8 => (key(), any::<u32>()).prop_map(|(key, value)| Change::Insert(key, value)),
        4 => (key(), any::<u32>()).prop_map(|(key, value)| Change::TryInsert(key, value)),
        2 => (key(), any::<u32>()).prop_map(|(key, value)| Change::GetOrInsert(key, value)),
        4 => prop::collection::vec((key(), any::<u32>()), 0..40).prop_map(Change::Append),
        2 => key().prop_map(Change::ShiftRemove),
        2 => key().prop_map(Change::SwapRemove),
        1 => (0_usize..40).prop_map(Change::ShiftRemoveIndex),
        1 => Just(Change::Pop),
        1 => (1_u32..4).prop_map(Change::Retain),
        1 => Just(Change::Sort),
        1 => (0_usize..40).prop_map(Change::Reserve),
        1 => (0_usize..40, any::<u32>()).prop_map(|(index, value)| Change::Set(index, value)),
        1 => Just(Change::Clear),
    ]
}

/// Makes a change of both maps, and compares its results.
fn apply(change: Change, map: &mut Entries<u32>, model: &mut Model) {
    match change {
        Change::Insert(key, value) => {
            assert_eq!(map.insert_full(key.clone(), value), model.insert_full(key, value));
        }
        Change::TryInsert(key, value) => {
            let known = model.get(&key).copied();
            assert_eq!(map.try_insert(key.clone(), value).err().copied(), known);
            model.entry(key).or_insert(value);
        }
        Change::GetOrInsert(key, value) => {
            assert_eq!(map.get_or_insert_with(key.clone().into(), || value), model.entry(key).or_insert(value));
        }
        Change::Append(list) => {
            let all = model.len() + list.len();
            model.extend(list.clone());
            let is_new = map.append_new(list.into_iter().map(|(key, value)| (key.into(), value)).collect());
            assert_eq!(is_new, model.len() == all);
        }
        Change::ShiftRemove(key) => assert_eq!(map.shift_remove(&key), model.shift_remove(&key)),
        Change::SwapRemove(key) => assert_eq!(map.swap_remove(&key), model.swap_remove(&key)),
        Change::ShiftRemoveIndex(index) => {
            let removed = map.shift_remove_index(index).map(|(key, value)| (String::from(key), value));
            assert_eq!(removed, model.shift_remove_index(index));
        }
        Change::Pop => assert_eq!(map.pop().map(|(key, value)| (String::from(key), value)), model.pop()),
        Change::Retain(divisor) => {
            map.retain(|_, value| *value % divisor == 0);
            model.retain(|_, value| *value % divisor == 0);
        }
        Change::Sort => {
            map.sort_by_cached_key(|key, value| (*value % 8, String::from(key.clone())));
            model.sort_by_cached_key(|key, value| (*value % 8, key.clone()));
        }
        Change::Reserve(count) => {
            map.reserve_exact(count);
            assert!(map.capacity() >= map.len() + count);
        }
        Change::Set(index, value) => {
            if let Some((_, old)) = map.get_index_mut(index) {
                *old = value;
            }
            if let Some((_, old)) = model.get_index_mut(index) {
                *old = value;
            }
        }
        Change::Clear => {
            map.clear();
            model.clear();
        }
    }
}

/// Compares all that is read of both maps.
fn compare(map: &Entries<u32>, model: &Model) {
    let expected: Vec<(String, u32)> = model.clone().into_iter().collect();
    assert_eq!((map.len(), map.is_empty(), map.iter().len()), (model.len(), model.is_empty(), model.len()));
    let mut backward: Vec<(String, u32)> = map.iter().rev().map(|(key, value)| (key.to_string(), *value)).collect();
    backward.reverse();
    assert_eq!(backward, expected);
    assert!(map.keys().eq(model.keys()) && map.values().eq(model.values()));
    for (index, (key, value)) in model.iter().enumerate() {
        assert_eq!((map.get_index_of(key), map.get(key), map[key]), (Some(index), Some(value), *value));
        assert_eq!(map.get_index(index).map(|(key, value)| (key.as_str(), value)), Some((key.as_str(), value)));
        assert!(map.contains_key(key) && map.clone().get_mut(key).is_some());
    }
    assert!(map.get("absent").is_none() && map.get_index(map.len()).is_none());
    let reversed: Entries<u32> = expected.iter().rev().cloned().collect();
    assert_eq!(*map, reversed);
    assert_eq!(map.clone().into_iter().map(|(key, value)| (String::from(key), value)).collect::<Vec<_>>(), expected);
    let mut changed = map.clone();
    changed.values_mut().for_each(|value| *value = value.wrapping_add(1));
    assert_eq!(*map == changed, model.is_empty());
    for (_, value) in &mut changed {
        *value = value.wrapping_sub(1);
    }
    assert_eq!(*map, changed);
    assert_eq!(format!("{map:?}"), format!("{model:?}"));
}

proptest! {
    #[test]
    fn changes_have_the_results_of_an_index_map(changes in prop::collection::vec(change(), 0..30), capacity in 0_usize..64) {
        let (mut map, mut model) = (Entries::with_capacity(capacity), Model::new());
        for change in changes {
            apply(change, &mut map, &mut model);
            let same = map.iter().zip(&model).all(|((key, value), known)| (key.as_str(), value) == (known.0.as_str(), known.1));
            prop_assert!(same && map.len() == model.len());
        }
        compare(&map, &model);
    }
}

#[test]
fn keys_of_the_same_bit_are_compared() {
    let list = |keys: &[&str]| keys.iter().map(|key| (Key::from(*key), ())).collect::<Vec<_>>();
    assert!(are_different(&list(&["abc", "adc", "", "a"])));
    assert!(!are_different(&list(&["abc", "adc", "abc"])));
    assert!(!are_different(&list(&["", "a", ""])));
}

#[test]
fn a_map_takes_the_space_of_a_list() {
    assert_eq!(size_of::<Entries<u64>>(), size_of::<Vec<u64>>());
}

#[test]
#[should_panic = "no entry b"]
fn an_index_that_is_absent_panics() {
    let mut map = Entries::from_iter([("a", 1)]);
    map["a"] += 1;
    assert_eq!(map["a"], 2);
    let _ = map["b"];
}
