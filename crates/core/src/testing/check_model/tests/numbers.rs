//! Ranges and numbers that a type, serde or the schema holds in another way.

use super::*;

model! {
    struct Wide {
        #[schemars(range(max = 300))]
        small: u8,
    }
    |_| Self { small: 1 }
}

model! {
    struct Negative {
        #[schemars(range(min = -5))]
        small: u16,
    }
    |_| Self { small: 1 }
}

model! {
    struct InList {
        #[schemars(inner(range(max = 300)))]
        small: Vec<u8>,
    }
    |_| Self { small: Vec::new() }
}

model! {
    struct AsDouble {
        #[schemars(with = "f64")]
        ratio: f32,
    }
    |_| Self { ratio: 0.5 }
}

model! {
    struct AsInteger {
        #[schemars(with = "i64")]
        count: f64,
    }
    |_| Self { count: 1.0 }
}

#[test]
fn a_range_wider_than_the_type_is_found() {
    assert_eq!(
        found::<Wide>(),
        one(
            Kind::TypeRejects,
            "the schema admits small = 300, and serde rejects it: invalid value: integer `300`, expected u8"
        )
    );
    assert_eq!(
        found::<Negative>(),
        one(
            Kind::TypeRejects,
            "the schema admits small = -1, and serde rejects it: invalid value: integer `-1`, expected u16"
        )
    );
    assert_eq!(
        found::<InList>(),
        one(
            Kind::TypeRejects,
            "the schema admits small[0] = 300, and serde rejects it: invalid value: integer `300`, expected u8"
        )
    );
}

#[test]
fn a_float_that_the_type_cannot_hold_is_found() {
    assert_eq!(found::<AsDouble>(), one(Kind::TypeChanges, "the schema admits ratio = -1e300, and serde reads -inf"));
}

#[test]
fn a_type_that_serde_writes_in_another_way_is_found() {
    let found = found::<AsInteger>();
    assert_eq!(
        found[0],
        (
            Kind::DefaultRejected,
            "the schema rejects the default in Development: count must be an integer, and is 1.0".to_owned()
        )
    );
}

#[test]
fn digits_of_a_small_float_are_kept() {
    model! {
        struct Small { ratio: f32, more: Vec<f32> }
        |_| Self { ratio: 0.1, more: vec![0.2] }
    }
    assert_eq!(found::<Small>(), []);
    let gate = Gate::of::<Small>();
    assert_eq!(gate.schema()["properties"]["ratio"]["default"], 0.1);
    assert_eq!(gate.schema()["properties"]["more"]["default"][0], 0.2);
    let report = gate.check(&crate::value::Source::new("a.toml", "ratio = 1e39\n"), None).report;
    assert_eq!(report.diagnostics()[0].message, "ratio must be at most 3.4028235e+38, and is 1e39");
}
