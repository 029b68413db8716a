//! `level`: makes and stores a database of the newest migration level, which later builds are held to.

use crate::cargo::cargo;
use crate::command::run;
use crate::places::Places;

/// Builds this checkout's server and has it make the databases in `server/tests/levels`.
///
/// # Errors
/// When it does not build, or the databases cannot be made: PostgreSQL's programs are needed.
pub(crate) fn level(places: &Places) -> anyhow::Result<()> {
    let mut command = cargo(places, "test");
    command.args(["--package", "server", "--test", "all", "--locked"]);
    command.args(["--", "--ignored", "--exact", "levels::make::make_a_level"]);
    run(command.env("DRYDOCK_REQUIRE", "all"))
}
