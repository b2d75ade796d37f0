//! Random bytes, for names that must not repeat.

/// Fills a buffer from the system's generator.
pub fn fill(buffer: &mut [u8]) -> Result<(), String> {
    getrandom::fill(buffer).map_err(|error| format!("the system gives no random bytes: {error}"))
}
