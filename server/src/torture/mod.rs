//! Test-only switches, compiled by the feature `torture` alone and never part of what anybody runs (`cargo xtask tidy`
//! sees to that): gates at which the crash harness (`crates/torture`) stops this process, a clock that it shifts, shorter
//! leases, logs whose connections break at random bytes, and promises that are broken on purpose.

#[cfg(not(debug_assertions))]
compile_error!("the feature `torture` is never part of a release");

mod broken;
mod cuts;
mod gate;
mod shell;
mod steps;
mod times;

pub(crate) use shell::GatedShell;
pub(crate) use steps::GatedSteps;
pub(crate) use times::{ShiftedClock, hasty};

/// A number from the environment; 0 where there is none. Only the harness sets these.
fn number<T: std::str::FromStr + Default>(name: &str) -> T {
    let text = std::env::var(name).unwrap_or_default();
    text.parse().unwrap_or_default()
}
