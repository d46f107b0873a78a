//! What an identity is: the rules, with no I/O, no clock and no SQL.
