//! Random bytes, for names that must not repeat.

use crate::doc::digest::hex;

/// Fills a buffer from the system's generator.
pub fn fill(buffer: &mut [u8]) -> Result<(), String> {
    getrandom::fill(buffer).map_err(|error| format!("the system gives no random bytes: {error}"))
}

/// Sixteen letters and digits that nobody can guess.
#[must_use]
pub fn token() -> String {
    let mut bytes = [0_u8; 8];
    // Without random bytes the token can be guessed, which a name server would have to want.
    if fill(&mut bytes).is_err() {
        bytes = std::process::id()
            .to_be_bytes()
            .repeat(2)
            .try_into()
            .unwrap_or_default();
    }
    hex(&bytes)
}
