//! The compiler for newsletters.

/// Threads that render allocate much and at the same time, at which the system's allocator is
/// often slow.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    newsletter::cli::run()
}
