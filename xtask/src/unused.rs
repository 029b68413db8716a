//! Takes code out of the front end that is compiled in and never runs (docs/adr/0004).

use std::collections::HashSet;

use anyhow::ensure;
use walrus::ir::{Visitor, dfs_in_order};
use walrus::{FunctionId, FunctionKind, LocalFunction, Module};

/// The name of every function that hydrates a page whose code is still being loaded. Each type of view has a table of
/// functions with one of these in it, so no linker can see that the page as a whole is hydrated by `hydrate_body`, which
/// calls none of them.
const NEVER_CALLED: &str = "hydrate_async";

/// Replaces the bodies of these functions by a trap, and drops what only they used.
///
/// # Errors
/// When there is none: then Leptos calls them something else, or the front end lost its names.
pub(crate) fn drop_unused(module: &mut Module) -> anyhow::Result<()> {
    let unused = unused(module);
    ensure!(
        !unused.is_empty(),
        "no function of the front end is called {NEVER_CALLED}: see xtask/src/unused.rs"
    );
    for function in module.funcs.iter_mut() {
        if unused.contains(&function.id())
            && let FunctionKind::Local(local) = &mut function.kind
        {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
        }
    }
    walrus::passes::gc::run(module);
    Ok(())
}

/// The functions of that name that nothing calls but each other. The optimiser makes one function of several whose code is
/// the same and keeps any one's name: what is called from elsewhere runs, whatever it is called.
fn unused(module: &Module) -> HashSet<FunctionId> {
    let is_named = |name: &Option<String>| name.as_deref().is_some_and(is_never_called);
    let mut unused: HashSet<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| is_named(&module.funcs.get(*id).name))
        .map(|(id, _)| id)
        .collect();
    let mut look: Vec<(FunctionId, &LocalFunction)> = module.funcs.iter_local().collect();
    loop {
        let before = unused.len();
        look.retain(|(id, function)| {
            if unused.contains(id) {
                return true;
            }
            let mut calls = Calls(HashSet::new());
            dfs_in_order(&mut calls, function, function.entry_block());
            unused.retain(|id| !calls.0.contains(id));
            false
        });
        if unused.len() == before {
            return unused;
        }
    }
}

/// The function itself, or one of the steps that it is made of: not a function inside it, nor what drops one of its values.
/// Those are often the same as others that do run.
fn is_never_called(name: &str) -> bool {
    // wasm-bindgen numbers names that occur twice.
    let name = match name.rsplit_once('[') {
        Some((name, number)) if number.trim_end_matches(']').parse::<u32>().is_ok() => name,
        _ => name,
    };
    let mut name = match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => name,
        _ => name,
    };
    while let Some(outer) = name.strip_suffix("::{{closure}}") {
        name = outer;
    }
    name.strip_suffix(NEVER_CALLED)
        .is_some_and(|name| name.ends_with("::"))
}

/// What a function calls or names.
struct Calls(HashSet<FunctionId>);

impl Visitor<'_> for Calls {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.0.insert(*function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::FunctionBuilder;

    #[test]
    fn only_the_function_and_its_steps_are_never_called() {
        let hash = "h4c208a3bc29f64b0";
        for (name, never) in [
            ("<tachys::AnyView as tachys::RenderHtml>::hydrate_async", true),
            (
                "<impl RenderHtml for F>::hydrate_async::{{closure}}::{{closure}}",
                true,
            ),
            (
                "<impl RenderHtml for F>::hydrate_async::{{closure}}::inner_1",
                false,
            ),
            ("<impl RenderHtml for F>::hydrate", false),
            (
                "core::ptr::drop_in_place<<F as RenderHtml>::hydrate_async::{{closure}}>",
                false,
            ),
        ] {
            for name in [
                name.to_owned(),
                format!("{name}::{hash}"),
                format!("{name}::{hash}[12]"),
            ] {
                assert_eq!(is_never_called(&name), never, "{name}");
            }
        }
    }

    #[test]
    fn what_is_called_from_elsewhere_stays_whatever_it_is_called() {
        let mut module = Module::default();
        let function = |name: &str, calls: Option<FunctionId>, module: &mut Module| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
            builder.name(name.to_owned());
            if let Some(called) = calls {
                builder.func_body().call(called);
            }
            builder.finish(vec![], &mut module.funcs)
        };
        let inner = function("A::hydrate_async::{{closure}}", None, &mut module);
        let merged = function("B::hydrate_async", Some(inner), &mut module);
        function("C::hydrate", Some(merged), &mut module);
        let never = function("D::hydrate_async", Some(inner), &mut module);
        assert_eq!(unused(&module), HashSet::from([never]));
    }
}
