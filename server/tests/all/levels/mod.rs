//! Upgrades of Drydock itself: a database that every migration level's own binary has made is migrated by this build and
//! used. How they were made is in `server/tests/levels/README.md`.

mod make;
mod stored;
mod used;

/// The simulated fleet of every stored database.
const FLEET: [&str; 3] = ["--demo", "--demo-servers", "10"];

/// The people in every stored database.
const PASSWORD: &str = "correct+horse+battery";
