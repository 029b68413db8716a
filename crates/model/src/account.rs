//! Input rules for accounts of people, the same in the browser and on the server.

use crate::PublicError;

/// The shortest password that is accepted, in characters (NIST SP 800-63B-4 asks for 15 where it is the only factor).
pub const PASSWORD_MIN: usize = 15;
/// The longest, in bytes; argon2 would take more, an attacker's megabyte is not hashed.
pub const PASSWORD_MAX: usize = 512;

/// Checks a person's log-in name: as [`crate::is_name`], and `@` for those who use mail addresses.
///
/// # Errors
/// Names the field `name`.
pub fn check_person_name(name: &str) -> Result<(), PublicError> {
    let ok = !name.is_empty()
        && name.len() <= crate::NAME_MAX
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+'));
    if ok {
        Ok(())
    } else {
        Err(PublicError::invalid(
            "name",
            "A name has 1 to 64 letters, digits and . - _ @ +.",
        ))
    }
}

/// Checks a new password's length, and that it is not the name.
///
/// # Errors
/// Names the field `password`.
pub fn check_new_password(name: &str, password: &str) -> Result<(), PublicError> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(PublicError::invalid(
            "password",
            format!("A password has at least {PASSWORD_MIN} characters; a few plain words do."),
        ));
    }
    if password.len() > PASSWORD_MAX {
        return Err(PublicError::invalid(
            "password",
            format!("A password has at most {PASSWORD_MAX} bytes."),
        ));
    }
    if !name.is_empty()
        && password.to_lowercase().contains(&name.to_lowercase())
        && name.len() >= PASSWORD_MIN / 2
    {
        return Err(PublicError::invalid(
            "password",
            "The password contains the name. Choose another.",
        ));
    }
    Ok(())
}
