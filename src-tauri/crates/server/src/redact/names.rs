//! The names under which secrets travel.

/// What names a secret anywhere in a name: `userPassword`, `password_hash`, `password.value`.
const WITHIN: [&str; 22] = [
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "passcode",
    "kennwort",
    "motdepasse",
    "contraseña",
    "contrasena",
    "clientsecret",
    "sharedsecret",
    "secretkey",
    "secretanswer",
    "accesstoken",
    "refreshtoken",
    "bearertoken",
    "authtoken",
    "apitoken",
    "sessiontoken",
    "securitytoken",
    "apikey",
    "privatekey",
];
/// What names one at the end of a part of a name: `unicodePwd`, but not `secretary`.
const AT_END: [&str; 5] = ["pwd", "secret", "secrets", "credential", "credentials"];
/// What names one only as a whole part.
const WHOLE: [&str; 13] = [
    "authorization",
    "bearer",
    "assertion",
    "clientassertion",
    "cookie",
    "idtoken",
    "jwt",
    "otp",
    "totp",
    "pass",
    "psw",
    "pw",
    "token",
];

/// Whether a name without disguise, or an attribute path, names a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let squeezed = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let whole = squeezed(&name);
    WITHIN.iter().any(|known| whole.contains(known))
        || name.split(|c: char| !c.is_alphanumeric() && !"_- ".contains(c)).any(|part| {
            let part = squeezed(part);
            WHOLE.contains(&part.as_str()) || AT_END.iter().any(|known| part.ends_with(known))
        })
}

/// The capability of RFC 7643 section 5, which is not the value of a password.
pub(super) fn is_capability(name: &str) -> bool {
    name.eq_ignore_ascii_case("changePassword")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_distinguished_from_others() {
        for name in [
            "password",
            "PASSWORD",
            "password.value",
            "urn:ietf:params:scim:schemas:core:2.0:User:password",
            "password[value eq \"x\"]",
            "userPassword",
            "password_hash",
            "unicodePwd",
            "passwd",
            "client-secret",
            "client_secret",
            "access_token",
            "token",
            "Authorization",
            "pass",
            "api key",
            "urn:x:2.0:User:secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in
            ["secretary", "userName", "passport", "compass", "tokenizer", "displayName", "author", "x509"]
        {
            assert!(!is_secret(name), "{name}");
        }
    }
}
