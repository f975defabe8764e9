//! Tokens that look right and are not.

/// The token with another secret, its checksum put right, so that only the comparison of secrets can tell.
pub fn with_another_secret(token: &str) -> String {
    let (head, secret) = token.rsplit_once('_').unwrap();
    let first = if secret.starts_with('A') { 'B' } else { 'A' };
    checked(&format!("{head}_{first}{}", &secret[1..secret.len() - 6]))
}

/// A token that was never made, of the right form.
pub fn never_made() -> String {
    checked(&format!("fdn_{}_{}", "Zz9Zz9Zz9Z", "q".repeat(43)))
}

fn checked(body: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut number = crc32(body.as_bytes());
    let mut check = [b'0'; 6];
    for place in check.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    format!("{body}{}", String::from_utf8_lossy(&check))
}

/// The CRC-32 of ISO 3309, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}
