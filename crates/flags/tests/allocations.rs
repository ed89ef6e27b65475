//! Evaluations allocate nothing: one of an untargeted flag never, one of a targeted flag when the arena of its thread is warm.

use allocation_counter::measure;
use confgate_flags::{EvaluationContext, FlagsFile, LiveFlags};
use confgate_runtime::live::Live;
use confgate_runtime::load::Loader;
use confgate_runtime::system::SystemContext;

#[test]
fn an_evaluation_allocates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flags.toml");
    let text = "[flags.plain]\nvariants = { on = true, off = false }\ndefaultVariant = 'on'\n\
        [flags.split]\nvariants = { on = true, off = false }\ndefaultVariant = 'off'\n\
        targeting = { if = [{ '==' = [{ var = 'plan' }, 'pro'] }, { fractional = [['on', 50], ['off', 50]] }] }\n\
        [flags.sum]\nvariants = { on = true, off = false }\n\
        targeting = { if = [{ '>' = [{ '+' = [{ var = 'n' }, 1] }, 2] }, 'on', 'off'] }\n";
    std::fs::write(&path, text).unwrap();
    let loader = Loader::of::<FlagsFile>(SystemContext::bare()).at(&path);
    let flags = LiveFlags::new(Live::<FlagsFile>::builder(loader).start().unwrap());
    let context = EvaluationContext::new().targeting_key("user-1").with("plan", "pro").with("n", 3);
    // The first exposure of a version registers its counters, and the first evaluation makes the arena.
    assert!(flags.boolean("sum", false, &context));
    let (plain, split) = (flags.boolean("plain", false, &context), flags.boolean("split", false, &context));
    let counted = measure(|| {
        for _ in 0..1_000 {
            assert_eq!(flags.boolean("plain", false, &context), plain);
        }
    });
    assert_eq!(counted.count_total, 0, "untargeted");
    let counted = measure(|| {
        for _ in 0..1_000 {
            assert_eq!(flags.boolean("split", false, &context), split);
            assert!(flags.boolean("sum", false, &context), "by the engine");
        }
    });
    assert_eq!(counted.count_total, 0, "targeted");
    let mut cache = flags.cache();
    assert_eq!(cache.boolean("plain", false, &context), plain);
    let counted = measure(|| {
        for _ in 0..1_000 {
            assert_eq!(cache.boolean("plain", false, &context), plain);
            assert_eq!(cache.boolean("split", false, &context), split);
        }
    });
    assert_eq!(counted.count_total, 0, "by a cache");
    let (mut plain_flag, mut split_flag) = (flags.boolean_flag("plain", false), flags.boolean_flag("split", false));
    let mut absent = flags.boolean_flag("absent", true);
    assert!(plain_flag.value(&context) == plain && split_flag.value(&context) == split && absent.value(&context));
    let counted = measure(|| {
        for _ in 0..1_000 {
            assert_eq!(plain_flag.value(&context), plain);
            assert_eq!(split_flag.value(&context), split);
            assert!(absent.value(&context));
        }
    });
    assert_eq!(counted.count_total, 0, "of one flag");
}
