//! Any bytes as a flags file in JSON, through its gate: flags that are admitted are compiled, rendered and evaluated, in a context of any bytes.

#![no_main]

use std::sync::LazyLock;

use confgate::flags::{EvaluationContext, Explanation, FlagsFile, flagd_configuration, flags_gate};
use confgate::value::Format;
use confgate::{Gate, Input, ValidateOptions};
use libfuzzer_sys::fuzz_target;

static GATE: LazyLock<Gate<FlagsFile>> = LazyLock::new(flags_gate);

fuzz_target!(|data: &[u8]| {
    let Some((length, rest)) = data.split_first_chunk::<2>() else { return };
    let (context, file) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
    let input = Input::bytes(Format::Json, "flags.json".to_owned(), file.to_vec(), ValidateOptions::default());
    let Ok(file) = GATE.validate(input).into_config() else { return };
    flagd_configuration(file.document()).expect("times of admitted flags exist");
    let json = serde_json::from_slice(context).unwrap_or_default();
    let context = EvaluationContext::from_json(&json).unwrap_or_default();
    for flag in file.flags().flags() {
        let _ = file.flags().evaluate_at(flag.key(), &context, 0);
        let _ = Explanation::of(file.document(), flag.key(), &context, Some(0));
    }
});
