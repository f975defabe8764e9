//! Randomness from the operating system.

use zeroize::Zeroizing;

use crate::error::{Code, Error};

/// This computer gave no randomness.
pub(crate) fn no_randomness(error: impl std::fmt::Display) -> Error {
    tracing::error!(%error, "no randomness");
    Error::new(Code::Internal, "This computer has no source of randomness.")
}

/// So many random bytes.
pub(crate) fn random_bytes(count: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut bytes = Zeroizing::new(vec![0_u8; count]);
    getrandom::fill(bytes.as_mut_slice()).map_err(no_randomness)?;
    Ok(bytes)
}

/// `N` random bytes as lower-case hexadecimal digits.
pub(crate) fn random_hex<const N: usize>() -> Result<Zeroizing<String>, Error> {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let bytes = random_bytes(N)?;
    Ok(Zeroizing::new(bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()))
}
