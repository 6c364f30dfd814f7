//! The migrations are embedded by a macro, which does not see when a file is added.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations/till");
}
