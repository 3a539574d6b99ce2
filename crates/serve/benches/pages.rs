//! How long the overview takes to render.
fn main() {}
