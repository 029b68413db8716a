//! The long run of one target, led by coverage: `cargo xtask fuzz` builds and starts it.
#![no_main]

use fuzz::Target;
use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static TARGET: OnceLock<Option<&'static Target>> = OnceLock::new();
    let target = TARGET.get_or_init(|| Target::named(&std::env::var("DRYDOCK_FUZZ_TARGET").ok()?));
    let target = target.as_ref().expect("DRYDOCK_FUZZ_TARGET names a target");
    (target.run)(bytes);
});
