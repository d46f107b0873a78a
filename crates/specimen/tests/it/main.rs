//! The specimens against the standards' worked examples and against programs that nobody here wrote.

mod country;
mod openssl;
