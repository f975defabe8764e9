//! The bodies of a request and of its answer, with the headers of both, as the log stores them: together, because they repeat
//! each other, compressed by a dictionary of what SCIM bodies have in common. A person's bodies take less than a
//! quarter of their size.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::Activity;
use crate::recorded_headers::{HeaderLines, RecordedHeaders};

/// The dictionary of both forms. It never changes: what was written by it is read by it.
/// `examples/body_dictionary.rs` made it, from the bodies of made-up people in the forms of Azure and Okta.
static DICTIONARY: &[u8] = include_bytes!("activity_bodies.dictionary");

/// The form of a value, in its first byte: four bytes of the request's length (least significant first), then both bodies
/// as one zstd frame with [`DICTIONARY`].
const ZSTD_1: u8 = 1;
/// As [`ZSTD_1`], with the headers of the request and of its answer before the bodies: twelve bytes are the lengths of the
/// request's headers, the answer's headers and the request's body.
const ZSTD_2: u8 = 2;
/// Where the frame begins at the latest.
const HEAD: usize = 13;
/// A higher level costs more time than it saves room.
const LEVEL: i32 = 1;
/// More than the bodies and headers of a recorded request have together, in bytes.
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

    /// The stored value of the bodies of a request and its headers; None where there is neither.
    ///
    /// # Errors
    /// Of zstd: there is no memory.
    pub(crate) fn pack(&mut self, row: &Activity) -> io::Result<Option<Vec<u8>>> {
        let headers = row.headers.as_ref();
        let of_request = headers.map_or("", |headers| headers.request.0.as_str());
        let of_answer = headers.map_or("", |headers| headers.response.0.as_str());
        let (form, first) = if headers.is_some() { (ZSTD_2, 0) } else { (ZSTD_1, 2) };
        let request = row.request_body.as_deref().unwrap_or_default();
        let answer = row.response_body.as_deref().unwrap_or_default();
        if headers.is_none() && request.is_empty() && answer.is_empty() {
            return Ok(None);
        }
        let parts = [of_request, of_answer, request, answer];
        self.text.clear();
        for part in parts {
            self.text.extend_from_slice(part.as_bytes());
        }
        self.frame.clear();
        self.frame.reserve(zstd::compress_bound(self.text.len()));
        self.compressor.compress_to_buffer(&self.text, &mut self.frame)?;
        let mut packed = Vec::with_capacity(HEAD + self.frame.len());
        packed.push(form);
        for part in &parts[first..3] {
            packed.extend_from_slice(&u32::try_from(part.len()).map_err(io::Error::other)?.to_le_bytes());
        }
        packed.extend_from_slice(&self.frame);
        Ok(Some(packed))
    }
}

/// What a stored value has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Packed {
    pub headers: Option<RecordedHeaders>,
    pub request_body: Option<String>,
    pub response_body: Option<String>,
}

/// What is in a stored value. One that cannot be read has nothing: the request itself is shown without it.
pub(crate) fn unpack(stored: &[u8]) -> Packed {
    read(stored).unwrap_or_else(|error| {
        tracing::warn!(%error, "the bodies of a request cannot be read");
        Packed::default()
    })
}

fn read(stored: &[u8]) -> io::Result<Packed> {
    let (form, rest) = stored.split_first().ok_or(io::ErrorKind::UnexpectedEof)?;
    let lengths = match *form {
        ZSTD_1 => 1,
        ZSTD_2 => 3,
        form => return Err(io::Error::other(format!("form {form} is not known"))),
    };
    let (head, frame) = rest.split_at_checked(lengths * 4).ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut text = decompress(frame)?;
    let mut parts = Vec::with_capacity(lengths);
    for length in head.as_chunks::<4>().0 {
        let length: usize = u32::from_le_bytes(*length).try_into().map_err(io::Error::other)?;
        if length > text.len() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let rest = text.split_off(length);
        parts.push(String::from_utf8(std::mem::replace(&mut text, rest)).map_err(io::Error::other)?);
    }
    let answer = String::from_utf8(text).map_err(io::Error::other)?;
    let some = |text: String| (!text.is_empty()).then_some(text);
    let request_body = parts.pop().and_then(some);
    let headers = <[String; 2]>::try_from(parts).ok().map(|[request, response]| RecordedHeaders {
        request: HeaderLines(request),
        response: HeaderLines(response),
    });
    Ok(Packed { headers, request_body, response_body: some(answer) })
}

fn decompress(frame: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static READER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    READER.with_borrow_mut(|reader| {
        let reader = match reader {
            Some(reader) => reader,
            None => reader.insert(Decompressor::with_prepared_dictionary(&FOR_READING)?),
        };
        // A buffer of the length that the frame states: one of `MOST` bytes would remain allocated with each body.
        let stated = zstd::zstd_safe::get_frame_content_size(frame).ok().flatten();
        let length = stated.and_then(|length| length.try_into().ok()).unwrap_or(MOST);
        reader.decompress(frame, length.min(MOST))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(packed: Packed) -> Activity {
        let Packed { headers, request_body, response_body } = packed;
        Activity { headers, request_body, response_body, ..Activity::example("a") }
    }

    fn stored(request: &str, answer: &str) -> Vec<u8> {
        let [request_body, response_body] = [request, answer].map(|body| Some(body.to_owned()));
        let packed = Packed { headers: None, request_body, response_body };
        BodyPacker::new().unwrap().pack(&row(packed)).unwrap().unwrap()
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(
            request in proptest::option::of(".{1,300}"),
            answer in proptest::option::of(".{1,300}"),
            headers in proptest::option::of((".{0,100}", ".{0,100}")),
        ) {
            let mut packer = BodyPacker::new().unwrap();
            let headers = headers.map(|(request, response)| RecordedHeaders {
                request: HeaderLines(request),
                response: HeaderLines(response),
            });
            for _ in 0..2 {
                let given = || Packed {
                    headers: headers.clone(),
                    request_body: request.clone(),
                    response_body: answer.clone(),
                };
                let packed = packer.pack(&row(given())).unwrap();
                prop_assert_eq!(packed.is_none(), given() == Packed::default());
                if let Some(packed) = packed {
                    prop_assert_eq!(unpack(&packed), given());
                }
            }
        }

        #[test]
        fn a_damaged_value_is_no_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            at in any::<usize>(),
            to in any::<u8>(),
            has_headers in any::<bool>(),
        ) {
            unpack(&bytes);
            let mut ada = row(Packed { request_body: Some(r#"{"userName":"ada"}"#.to_owned()), ..Packed::default() });
            ada.headers = has_headers.then(RecordedHeaders::default);
            let mut packed = BodyPacker::new().unwrap().pack(&ada).unwrap().unwrap();
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
        let read = unpack(&stored(&request, &answer));
        assert_eq!((read.request_body, read.response_body), (Some(request), Some(answer)));
    }

    #[test]
    fn a_value_without_headers_has_the_form_of_an_older_version() {
        let older = stored("{\"userName\":\"ada\"}", "{}");
        assert_eq!(older[..5], [ZSTD_1, 18, 0, 0, 0]);
        let read = unpack(&older);
        assert_eq!((read.headers, read.response_body.as_deref()), (None, Some("{}")));
    }

    #[test]
    fn that_a_message_has_no_such_headers_is_recorded() {
        let given = || Packed { headers: Some(RecordedHeaders::default()), ..Packed::default() };
        let packed = BodyPacker::new().unwrap().pack(&row(given())).unwrap().unwrap();
        assert_eq!(unpack(&packed), given());
    }

    #[test]
    fn a_person_takes_a_fraction_of_its_size() {
        let id = "01a22591-3b75-777f-adb2-dc2545f825ff";
        let sent = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"2b04ea34-2b43-4fd9-993a-3956f3139b52","userName":"zoe.miller@initech.example","active":true,"displayName":"Zoe Miller","name":{"familyName":"Miller","givenName":"Zoe"},"emails":[{"primary":true,"type":"work","value":"zoe.miller@initech.example"}],"title":"Plumber"}"#;
        let answered = sent.replacen('{', &format!(r#"{{"id":"{id}","meta":{{"resourceType":"User","created":"2026-11-29T04:30:04.658Z","lastModified":"2026-11-29T04:30:04.658Z","location":"https://scim.initech.example/scim/v2/7d4bdac5-80ca-4131-9bb7-f1e7029fcf16/Users/{id}","version":"W/\"1\""}},"#), 1);
        let packed = stored(sent, &answered);
        let size = sent.len() + answered.len();
        assert!(packed.len() * 4 < size, "{size} bytes became {}", packed.len());
    }
}
