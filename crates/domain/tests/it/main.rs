//! What only shows with whole documents, made by `specimen`.

mod verified_document;
