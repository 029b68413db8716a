//! The simulated fleet of `--demo`: a world in a file beside the database, and its servers in Drydock.

use anyhow::Context;
use simfleet::{LayoutKind, SimWorld};
use std::path::Path;
use std::sync::Arc;
use usecases::{Actor, SeedServer, SeedStack, Usecases};

/// The demo always begins with the same world, so that screenshots and instructions fit.
const SEED: u64 = 66;

/// Opens the world beside the database, or makes it. `speed` is how many seconds pass in it for one on the wall.
///
/// # Errors
/// When its file cannot be read, or holds a world of another size.
pub(crate) fn open(data: &Path, layout: LayoutKind, speed: f64) -> anyhow::Result<Arc<SimWorld>> {
    let path = data.join("simulated-world.jsonl");
    let world = SimWorld::open(&path, layout, SEED, speed, crate::seams::clock())
        .with_context(|| format!("the simulated fleet in {} cannot be used", path.display()))?;
    Ok(Arc::new(world))
}

/// Adds the world's servers to Drydock, except those that are there already.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn seed(usecases: &Usecases, world: &SimWorld) -> anyhow::Result<()> {
    let layout = world.layout();
    let stacks = layout.stacks.into_iter().map(|stack| SeedStack {
        name: stack.name,
        environment: stack.environment,
        criticality: stack.criticality,
    });
    let servers = layout.servers.into_iter().map(|server| SeedServer {
        name: server.name,
        host: server.host,
        port: server.port,
        user: server.user,
        account: server.account,
        stack: Some(server.stack),
        group: Some(server.group),
        criticality: server.criticality,
        jump: server.jump,
        pinned: if server.confirmed {
            server.host_keys
        } else {
            Vec::new()
        },
    });
    let added = usecases
        .seed(&Actor::terminal(), stacks.collect(), servers.collect())
        .await?;
    if added > 0 {
        tracing::info!(servers = added, "added the simulated fleet");
    }
    Ok(())
}
