//! One issue from document to finished renditions and message, with its findings: what `check`,
//! `build`, preview, editor and sending all call.

pub mod index;
