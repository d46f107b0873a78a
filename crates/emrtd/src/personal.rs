//! Personal data that cannot be printed by accident.

use std::fmt;

/// Something that says who a person is. Its `Debug` is opaque, and it has no `Display`; comparing and cloning are free.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
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

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(..)")
    }
}
