use proptest::prelude::*;

use super::{CampaignId, Claims, KeyRing, KeyRingError, ListId, PublicId, Purpose, Token, TokenError};

const PURPOSES: [Purpose; 4] = [Purpose::Unsubscribe, Purpose::Preferences, Purpose::Bounce, Purpose::MessageId];

fn ring() -> KeyRing {
    KeyRing::new([7; 32])
}

fn mint(ring: &KeyRing, purpose: Purpose) -> Token {
    ring.mint(purpose, ListId(3), PublicId([9; 8]), CampaignId(12))
}

/// The vector of `docs/tokens.md`: each line of its table is what the code makes.
#[test]
fn the_documented_vector_is_what_the_code_makes() {
    let root: [u8; 32] = std::array::from_fn(|index| u8::try_from(index).unwrap());
    let ring = KeyRing::new(root);
    let subscriber = PublicId([0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]);
    let row = |purpose: &Purpose| {
        let token = ring.mint(*purpose, ListId(1), subscriber, CampaignId(42));
        format!("| `{}` | `{}` | `{}` |\n", purpose.name(), token.to_url(), token.to_local_part())
    };
    let table: String = PURPOSES.iter().chain(&[Purpose::Test]).map(row).collect();
    let docs = include_str!("../../docs/tokens.md");
    assert!(docs.contains(&table), "docs/tokens.md should hold:\n{table}");
}

#[test]
fn a_token_for_one_purpose_is_worth_nothing_for_another() {
    for made in PURPOSES {
        for read in PURPOSES {
            let read_back = ring().read(&mint(&ring(), made).to_url(), read);
            assert_eq!(read_back.is_ok(), made == read, "{made:?} as {read:?}: {read_back:?}");
        }
    }
}

#[test]
fn a_test_copys_token_stands_for_nobody() {
    let token = mint(&ring(), Purpose::Test);
    for purpose in [PURPOSES.as_slice(), &[Purpose::Test]].concat() {
        assert_eq!(ring().read(&token.to_url(), purpose), Err(TokenError::Inert));
    }
    let real = mint(&ring(), Purpose::Unsubscribe);
    assert_eq!(ring().read(&real.to_url(), Purpose::Test), Err(TokenError::Forged));
}

#[test]
fn old_keys_verify_for_ever() {
    let mut keys = ring();
    let old = mint(&keys, Purpose::Unsubscribe);
    for number in 1..=255 {
        keys.add([number; 32]).unwrap();
    }
    assert_eq!(keys.add([0; 32]), Err(KeyRingError::Full));
    let new = mint(&keys, Purpose::Unsubscribe);
    assert_ne!(old, new);
    for token in [old, new] {
        assert!(keys.read(&token.to_url(), Purpose::Unsubscribe).is_ok());
    }
    assert_eq!(ring().read(&new.to_url(), Purpose::Unsubscribe), Err(TokenError::UnknownKey(255)));
}

#[test]
fn a_campaign_goes_on_with_the_key_it_began_with() {
    let mut keys = ring();
    let (began, first) = (keys.newest(), mint(&keys, Purpose::Bounce));
    keys.add([8; 32]).unwrap();
    assert_ne!(mint(&keys, Purpose::Bounce), first);
    assert_eq!(mint(&keys.as_of(began).unwrap(), Purpose::Bounce), first);
    assert_eq!(keys.as_of(keys.newest()).as_ref(), Some(&keys));
    assert_eq!(keys.as_of(2), None);
}

#[test]
fn another_publications_key_of_the_same_number_forges_nothing() {
    let token = mint(&KeyRing::new([8; 32]), Purpose::Unsubscribe);
    assert_eq!(ring().read(&token.to_url(), Purpose::Unsubscribe), Err(TokenError::Forged));
}

#[test]
fn no_secret_is_shown() {
    let mut keys = KeyRing::new([0xab; 32]);
    keys.add([0xcd; 32]).unwrap();
    assert_eq!(format!("{keys:?}"), "KeyRing { keys: 2, .. }");
    let token = mint(&keys, Purpose::Unsubscribe);
    assert!(!format!("{token:?}").contains(&token.to_url()));
}

#[test]
fn a_ring_comes_back_from_the_store_as_it_was() {
    let mut keys = ring();
    keys.add([8; 32]).unwrap();
    let bytes = keys.to_bytes();
    assert_eq!(KeyRing::from_bytes(&bytes).as_ref(), Ok(&keys));
    assert_eq!(KeyRing::from_bytes(&[]), Err(KeyRingError::Damaged));
    assert_eq!(KeyRing::from_bytes(&bytes[..1]), Err(KeyRingError::Damaged));
    assert_eq!(KeyRing::from_bytes(&bytes[..bytes.len() - 1]), Err(KeyRingError::Damaged));
    assert_eq!(KeyRing::from_bytes(&[2, 0]), Err(KeyRingError::Version(2)));
}

#[test]
fn what_is_no_token_is_told_from_what_is_a_wrong_one() {
    let token = mint(&ring(), Purpose::Bounce);
    let read = |text: &str| ring().read(text, Purpose::Bounce);
    for text in [
        "",
        "x",
        token.to_url().trim_start_matches('A'),
        &format!("{}A", token.to_url()),
        &token.to_url().to_lowercase(),
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(read("é234567890123456789012345678901234567"), Err(TokenError::Misspelt));
    let mut later = token;
    later.0[0] = 2;
    assert_eq!(read(&later.to_url()), Err(TokenError::Version(2)));
}

fn claims() -> impl Strategy<Value = Claims> {
    (any::<u16>(), any::<[u8; 8]>(), any::<u32>()).prop_map(|(list, subscriber, campaign)| Claims {
        list: ListId(list),
        subscriber: PublicId(subscriber),
        campaign: CampaignId(campaign),
    })
}

proptest! {
    #[test]
    fn a_token_says_in_both_forms_what_it_was_made_of(
        root in any::<[u8; 32]>(),
        claims in claims(),
        purpose in prop::sample::select(PURPOSES.to_vec()),
    ) {
        let ring = KeyRing::new(root);
        let token = ring.mint(purpose, claims.list, claims.subscriber, claims.campaign);
        let (url, local) = (token.to_url(), token.to_local_part());
        prop_assert_eq!((url.len(), local.len()), (38, 45));
        prop_assert!(url.starts_with('A') && url.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
        prop_assert!(local.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        for text in [url, local.to_uppercase(), local] {
            prop_assert_eq!(ring.read(&text, purpose), Ok(claims));
        }
    }

    #[test]
    fn case_does_not_matter_in_a_local_part(claims in claims(), upper in any::<u64>()) {
        let token = ring().mint(Purpose::Bounce, claims.list, claims.subscriber, claims.campaign);
        let mixed = |(index, c): (usize, char)| if upper >> index & 1 == 1 { c.to_ascii_uppercase() } else { c };
        let text: String = token.to_local_part().chars().enumerate().map(mixed).collect();
        prop_assert_eq!(ring().read(&text, Purpose::Bounce), Ok(claims));
    }

    #[test]
    fn a_flipped_bit_is_refused(claims in claims(), bit in 0..28_usize * 8) {
        let mut token = ring().mint(Purpose::Unsubscribe, claims.list, claims.subscriber, claims.campaign);
        token.0[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => TokenError::Version(token.0[0]),
            1 => TokenError::UnknownKey(token.0[1]),
            // Of another list, too: each list has keys of its own.
            _ => TokenError::Forged,
        };
        for text in [token.to_url(), token.to_local_part()] {
            prop_assert_eq!(ring().read(&text, Purpose::Unsubscribe), Err(expected));
        }
    }

    #[test]
    fn a_changed_character_is_refused(claims in claims(), at in 0..45_usize, other in "[A-Za-z0-9_-]") {
        let token = ring().mint(Purpose::Unsubscribe, claims.list, claims.subscriber, claims.campaign);
        for mut text in [token.to_url(), token.to_local_part()] {
            let at = at % text.len();
            let old = text.clone();
            text.replace_range(at..=at, &other);
            let same = if text.len() == 45 { text.eq_ignore_ascii_case(&old) } else { text == old };
            prop_assert_eq!(ring().read(&text, Purpose::Unsubscribe).is_ok(), same);
        }
    }

    #[test]
    fn nothing_that_is_read_panics(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        prop_assert!(ring().read(&text, Purpose::Unsubscribe).is_err());
        if let Ok(ring) = KeyRing::from_bytes(&bytes) {
            prop_assert_eq!(KeyRing::from_bytes(&ring.to_bytes()), Ok(ring));
        }
    }
}

#[test]
fn the_tokens_of_a_message_are_those_that_are_made_one_by_one() {
    let (ring, subscriber, campaign) = (ring(), PublicId([9; 8]), CampaignId(12));
    let tokens = ring.mint_of(ListId(3)).tokens(subscriber, campaign);
    let alone = |purpose| ring.mint(purpose, ListId(3), subscriber, campaign);
    assert_eq!(tokens.unsubscribe, alone(Purpose::Unsubscribe));
    assert_eq!(tokens.bounce, alone(Purpose::Bounce));
    assert_eq!(tokens.message_id, alone(Purpose::MessageId));
}
