//! Takes code out of the front end that is compiled in and never runs (docs/adr/0004).

use anyhow::ensure;
use walrus::{FunctionKind, Module};

/// Part of the name of every function that hydrates a page whose code is still being loaded. Each type of view has a
/// table of functions with one of these in it, so no linker can see that the page as a whole is hydrated by
/// `hydrate_body`, which calls none of them.
const NEVER_CALLED: &str = "hydrate_async";

/// Replaces the bodies of these functions by a trap, and drops what only they used.
///
/// # Errors
/// When there is none: then Leptos calls them something else, or the front end lost its names.
pub(crate) fn drop_unused(module: &mut Module) -> anyhow::Result<()> {
    let mut dropped = 0;
    for function in module.funcs.iter_mut() {
        let never_called = function
            .name
            .as_ref()
            .is_some_and(|name| name.contains(NEVER_CALLED));
        if let (true, FunctionKind::Local(local)) = (never_called, &mut function.kind) {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
            dropped += 1;
        }
    }
    ensure!(
        dropped > 0,
        "no function of the front end is called {NEVER_CALLED}: see xtask/src/unused.rs"
    );
    walrus::passes::gc::run(module);
    Ok(())
}
