//! Passwords, kept as salted Argon2id hashes, and the codes with which somebody sets one.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

use super::refusal::{OfficeError, OfficeRefusal};
use crate::entropy::{NoEntropy, random_bytes};

/// The fewest characters of a password.
const PASSWORD_MIN: usize = 10;

/// The most bytes of a password: hashing takes as long as it is.
const PASSWORD_MAX: usize = 500;

/// Letters and digits that nobody mistakes for others.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// How long a code is, in letters: eighty bits.
const CODE_LETTERS: usize = 16;

/// Refuses a password that is too easy to try, or too long to hash.
pub(super) fn check_new(password: &str) -> Result<(), OfficeRefusal> {
    let fits = password.chars().count() >= PASSWORD_MIN && password.len() <= PASSWORD_MAX;
    if fits {
        Ok(())
    } else {
        Err(OfficeRefusal::new("password_too_short").with("least", PASSWORD_MIN))
    }
}

/// What is kept of a password. Slow by intent: call it where nobody waits.
fn hash_password(password: &str) -> Result<String, NoEntropy> {
    let salt: [u8; 16] = random_bytes()?;
    let hashed: Result<PasswordHash, _> =
        Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hashed
        .expect("sixteen bytes of salt and the default parameters are valid")
        .to_string())
}

/// Whether a password is the one of a hash.
pub(super) fn is_password(password: &str, hash: &str) -> bool {
    password.len() <= PASSWORD_MAX
        && PasswordHash::new(hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
}

/// Hashes somewhere else than where requests are answered.
pub(super) async fn hash_aside(password: String) -> Result<String, OfficeError> {
    let hashed = tokio::task::spawn_blocking(move || hash_password(&password)).await;
    Ok(hashed.map_err(|_| crate::store::StoreError::Closed)??)
}

/// Compares somewhere else than where requests are answered. Without a hash it takes as long and says
/// no, so that nobody learns which logins there are.
pub(super) async fn verify_aside(
    password: String,
    hash: Option<String>,
) -> Result<bool, OfficeError> {
    let compare = move || match hash {
        Some(hash) => Ok(is_password(&password, &hash)),
        None => {
            hash_password(&password.chars().take(PASSWORD_MAX).collect::<String>()).map(|_| false)
        }
    };
    let compared = tokio::task::spawn_blocking(compare).await;
    Ok(compared.map_err(|_| crate::store::StoreError::Closed)??)
}

/// A code that nobody guesses, in groups of four.
pub(super) fn draw_code() -> Result<String, NoEntropy> {
    let random: [u8; CODE_LETTERS] = random_bytes()?;
    let letters: Vec<char> = random
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(*byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    Ok(groups.join("-"))
}

/// What is kept of a code, whether it was typed with or without its dashes.
pub(super) fn code_hash(code: &str) -> [u8; 32] {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let mut hasher = Sha256::new();
    hasher.update(b"comptoir-office-code-1");
    hasher.update(plain.as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_password("correct horse", &hash));
        assert!(!is_password("correct house", &hash));
        assert!(check_new("nine char").is_err());
        assert!(check_new("tèn chàrs!").is_ok());
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = draw_code().unwrap();
        assert_eq!(code.len(), CODE_LETTERS + 3);
        let typed = code.replace('-', " ").to_lowercase();
        assert_eq!(code_hash(&typed), code_hash(&code));
    }
}
