//! The bodies of a request and of its answer as the log stores them: together, because they repeat each other, compressed by
//! a dictionary of what SCIM bodies have in common. A person's bodies take less than a
//! quarter of their size.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// The dictionary of form [`ZSTD_1`]. It never changes: what was written by it is read by it.
/// `examples/body_dictionary.rs` made it, from the bodies of made-up people in the forms of Azure and Okta.
static DICTIONARY: &[u8] = include_bytes!("activity_bodies.dictionary");

/// The form of a value, in its first byte: four bytes of the request's length (least significant first), then both bodies
/// as one zstd frame with [`DICTIONARY`].
const ZSTD_1: u8 = 1;
/// Where the frame begins.
const HEAD: usize = 5;
/// A higher level costs more time than it saves room.
const LEVEL: i32 = 1;
/// More than two bodies of a recorded request have together, in bytes.
const MOST: usize = 1 << 20;

static FOR_READING: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

/// Makes stored values of bodies; the memory that this takes is used again.
pub(crate) struct BodyPacker {
    compressor: Compressor<'static>,
    text: Vec<u8>,
    frame: Vec<u8>,
}

impl BodyPacker {
    pub(crate) fn new() -> io::Result<Self> {
        static FOR_WRITING: LazyLock<EncoderDictionary<'static>> =
            LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
        let mut compressor = Compressor::with_prepared_dictionary(&FOR_WRITING)?;
        // The first byte of the value names the dictionary.
        compressor.set_parameter(zstd::zstd_safe::CParameter::DictIdFlag(false))?;
        Ok(Self { compressor, text: Vec::new(), frame: Vec::new() })
    }

    /// The stored value of these bodies; None where there are none.
    ///
    /// # Errors
    /// Of zstd: there is no memory.
    pub(crate) fn pack(
        &mut self,
        request: Option<&str>,
        answer: Option<&str>,
    ) -> io::Result<Option<Vec<u8>>> {
        let (request, answer) = (request.unwrap_or_default(), answer.unwrap_or_default());
        self.text.clear();
        self.text.extend_from_slice(request.as_bytes());
        self.text.extend_from_slice(answer.as_bytes());
        if self.text.is_empty() {
            return Ok(None);
        }
        self.frame.clear();
        self.frame.reserve(zstd::compress_bound(self.text.len()));
        self.compressor.compress_to_buffer(&self.text, &mut self.frame)?;
        let mut packed = Vec::with_capacity(HEAD + self.frame.len());
        packed.push(ZSTD_1);
        packed.extend_from_slice(&u32::try_from(request.len()).map_err(io::Error::other)?.to_le_bytes());
        packed.extend_from_slice(&self.frame);
        Ok(Some(packed))
    }
}

/// The bodies in a stored value. A value that cannot be read is none: the request itself is shown without it.
pub(crate) fn unpack(stored: &[u8]) -> (Option<String>, Option<String>) {
    thread_local! {
        static READER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    let read = || -> io::Result<(String, String)> {
        let (&[form, a, b, c, d], frame) = stored.split_first_chunk().ok_or(io::ErrorKind::UnexpectedEof)?;
        if form != ZSTD_1 {
            return Err(io::Error::other(format!("form {form} is not known")));
        }
        let mut text = READER.with_borrow_mut(|reader| {
            let reader = match reader {
                Some(reader) => reader,
                None => reader.insert(Decompressor::with_prepared_dictionary(&FOR_READING)?),
            };
            // A buffer of the length that the frame states: one of `MOST` bytes would remain allocated with each body.
            let stated = zstd::zstd_safe::get_frame_content_size(frame).ok().flatten();
            let length = stated.and_then(|length| length.try_into().ok()).unwrap_or(MOST);
            reader.decompress(frame, length.min(MOST))
        })?;
        let length = u32::from_le_bytes([a, b, c, d]).try_into().map_err(io::Error::other)?;
        if length > text.len() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let answer = text.split_off(length);
        Ok((
            String::from_utf8(text).map_err(io::Error::other)?,
            String::from_utf8(answer).map_err(io::Error::other)?,
        ))
    };
    let some = |text: String| (!text.is_empty()).then_some(text);
    match read() {
        Ok((request, answer)) => (some(request), some(answer)),
        Err(error) => {
            tracing::warn!(%error, "the bodies of a request cannot be read");
            (None, None)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(request in proptest::option::of(".{1,300}"), answer in proptest::option::of(".{1,300}")) {
            let mut packer = BodyPacker::new().unwrap();
            for _ in 0..2 {
                let packed = packer.pack(request.as_deref(), answer.as_deref()).unwrap();
                prop_assert_eq!(packed.is_none(), request.is_none() && answer.is_none());
                if let Some(packed) = packed {
                    prop_assert_eq!(unpack(&packed), (request.clone(), answer.clone()));
                }
            }
        }

        #[test]
        fn a_damaged_value_is_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<usize>(), to in any::<u8>()) {
            unpack(&bytes);
            let mut packed = BodyPacker::new().unwrap().pack(Some(r#"{"userName":"ada"}"#), None).unwrap().unwrap();
            let place = at % packed.len();
            packed[place] = to;
            unpack(&packed);
        }
    }

    #[test]
    fn the_longest_bodies_that_are_recorded_are_read() {
        // 64 KiB and an ellipsis each, of what does not compress.
        let mut state = 7_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
        };
        let (request, answer): (String, String) =
            ((0..65_539).map(|_| noise()).collect(), (0..65_539).map(|_| noise()).collect());
        let packed = BodyPacker::new().unwrap().pack(Some(&request), Some(&answer)).unwrap().unwrap();
        assert_eq!(unpack(&packed), (Some(request), Some(answer)));
    }

    #[test]
    fn a_person_takes_a_fraction_of_its_size() {
        let id = "01a22591-3b75-777f-adb2-dc2545f825ff";
        let sent = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"2b04ea34-2b43-4fd9-993a-3956f3139b52","userName":"zoe.miller@initech.example","active":true,"displayName":"Zoe Miller","name":{"familyName":"Miller","givenName":"Zoe"},"emails":[{"primary":true,"type":"work","value":"zoe.miller@initech.example"}],"title":"Plumber"}"#;
        let answered = sent.replacen('{', &format!(r#"{{"id":"{id}","meta":{{"resourceType":"User","created":"2026-11-29T04:30:04.658Z","lastModified":"2026-11-29T04:30:04.658Z","location":"https://scim.initech.example/scim/v2/7d4bdac5-80ca-4131-9bb7-f1e7029fcf16/Users/{id}","version":"W/\"1\""}},"#), 1);
        let packed = BodyPacker::new().unwrap().pack(Some(sent), Some(&answered)).unwrap().unwrap();
        let size = sent.len() + answered.len();
        assert!(packed.len() * 4 < size, "{size} bytes became {}", packed.len());
    }
}
