//! The compiler for newsletters.

fn main() -> std::process::ExitCode {
    newsletter::cli::run()
}
