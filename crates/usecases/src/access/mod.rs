//! People and their way in: first run, log-in, invitations, roles.

mod first_run;
mod log_in;
mod password;
mod people;
mod throttle;
mod token;

pub use first_run::FirstRunToken;
pub use password::Hasher;
pub use throttle::Throttle;
