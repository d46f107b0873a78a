//! Everything that can be wrong, each with its own name. No variant carries personal data.
