//! Personal data that cannot be printed or stored by accident.
//!
//! No `Display`, no `Serialize`, an opaque `Debug`: whoever needs the value says `expose`, and a reader can search for that word.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Personal data: shown to the holder or to whom the rules allow, and to no log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps personal data.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever may see it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, for whoever may keep it.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pii(..)")
    }
}

/// A secret: wiped from memory when it goes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a secret.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The secret, for the one use it is kept for.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Pii::new("Ida Holm")), "Pii(..)");
        assert_eq!(
            format!("{:?}", Secret::new(String::from("hunter2"))),
            "Secret(..)"
        );
    }
}
