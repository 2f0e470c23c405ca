//! Colours and their contrast.
