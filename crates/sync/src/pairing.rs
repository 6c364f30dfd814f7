//! What a person carries from the server to a till so that the two find and trust each other.

use sha2::{Digest, Sha256};

/// The characters of a code: no letters that are mistaken for digits or for each other.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Twelve characters of five bits: sixty bits.
const CODE_LENGTH: usize = 12;

/// Sixteen characters: the first eighty bits of the hash of the server's key.
const PIN_LENGTH: usize = 16;

/// What a person carries from the server to a till: the one-time code and, where the server has a
/// key that nobody vouches for, the beginning of that key's hash. Printed in groups of four.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode {
    code: String,
    pin: Option<String>,
}

/// A text that is no pairing code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pairing code has 12 or 28 letters and digits")]
pub struct BadPairingCode;

impl PairingCode {
    /// A code from random bytes. `key_hash` is the SHA-256 over the public key (SPKI) that the
    /// server's certificate shows, where the till has to pin it.
    pub fn new(random: [u8; 8], key_hash: Option<&[u8; 32]>) -> PairingCode {
        PairingCode {
            code: characters(&random, CODE_LENGTH),
            pin: key_hash.map(|hash| characters(hash, PIN_LENGTH)),
        }
    }

    /// Reads a code as typed: case, spaces and dashes do not matter, nor do O, I and L.
    pub fn read(typed: &str) -> Result<PairingCode, BadPairingCode> {
        let plain: String = typed
            .chars()
            .filter(|character| !character.is_whitespace() && *character != '-')
            .map(|character| match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .take(CODE_LENGTH + PIN_LENGTH + 1)
            .collect();
        let is_ours = |character: char| {
            u8::try_from(character).is_ok_and(|character| ALPHABET.contains(&character))
        };
        if !plain.chars().all(is_ours) {
            return Err(BadPairingCode);
        }
        match plain.len() {
            CODE_LENGTH => Ok(PairingCode {
                code: plain,
                pin: None,
            }),
            length if length == CODE_LENGTH + PIN_LENGTH => {
                let (code, pin) = plain.split_at(CODE_LENGTH);
                Ok(PairingCode {
                    code: code.to_owned(),
                    pin: Some(pin.to_owned()),
                })
            }
            _ => Err(BadPairingCode),
        }
    }

    /// What the server keeps of the code.
    pub fn code_hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"comptoir-enrolment-1");
        hasher.update(self.code.as_bytes());
        hasher.finalize().into()
    }

    /// Whether a server with this key is the one that gave the code out. `None` where the code does
    /// not say.
    pub fn names_key(&self, key_hash: &[u8; 32]) -> Option<bool> {
        let pin = self.pin.as_ref()?;
        Some(*pin == characters(key_hash, PIN_LENGTH))
    }
}

impl std::fmt::Display for PairingCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self
            .code
            .chars()
            .chain(self.pin.iter().flat_map(|pin| pin.chars()));
        for (index, character) in all.enumerate() {
            if index > 0 && index % 4 == 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{character}")?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for PairingCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PairingCode(…)")
    }
}

/// The first bits of some bytes, five to a character.
fn characters(bytes: &[u8], length: usize) -> String {
    let bit = |index: usize| {
        let byte = bytes.get(index / 8).copied().unwrap_or(0);
        usize::from((byte >> (7 - index % 8)) & 1)
    };
    (0..length)
        .map(|index| {
            let value = (0..5).fold(0, |value, offset| value * 2 + bit(index * 5 + offset));
            char::from(ALPHABET[value])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_read_aloud() {
        let pairing = PairingCode::new([0xab, 0x01, 0x73, 0xff, 0, 0x10, 0x20, 0x30], None);
        let printed = pairing.to_string();
        assert_eq!(printed.len(), 14);
        let heard = printed
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(PairingCode::read(&heard), Ok(pairing));
    }

    #[test]
    fn a_pinned_code_names_its_server_and_no_other() {
        let pairing = PairingCode::new([7; 8], Some(&[9; 32]));
        let read = PairingCode::read(&pairing.to_string()).unwrap();
        assert_eq!(read, pairing);
        assert_eq!(read.names_key(&[9; 32]), Some(true));
        assert_eq!(read.names_key(&[8; 32]), Some(false));
        assert_eq!(PairingCode::new([7; 8], None).names_key(&[9; 32]), None);
        assert_eq!(read.code_hash(), PairingCode::new([7; 8], None).code_hash());
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in [
            "",
            "ABCD",
            "ABCD-EFGH-JKM!",
            "ÄBCD-EFGH-JKMN",
            &"A".repeat(10_000),
        ] {
            assert_eq!(PairingCode::read(typed), Err(BadPairingCode), "{typed:.20}");
        }
    }
}
