//! What a new publication and a new post start with.
