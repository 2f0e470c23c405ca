//! Findings as human.
