//! The citizen's app without its screens.
