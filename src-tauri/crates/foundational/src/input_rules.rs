//! What a person may type, in words: the same in a refusal and beside the field. TypeScript reads them from `InputRules.ts`.

use crate::limits::SHORTEST_PASSWORD;

/// What to enter where an e-mail address is needed.
pub(crate) const EMAIL: &str = "Enter an e-mail address, such as ada@example.com.";

/// What is wrong with a short password.
pub(crate) fn password_too_short() -> String {
    format!("Use at least {SHORTEST_PASSWORD} characters.")
}

/// The rules as a TypeScript module.
#[cfg(test)]
pub(crate) fn typescript() -> String {
    let password = format!("At least {SHORTEST_PASSWORD} characters. A few unrelated words work well.");
    let too_short = password_too_short();
    format!(
        "export const inputRules = {{\n  email: {EMAIL:?},\n  password: {password:?},\n  passwordTooShort: {too_short:?},\n}} as const;\n"
    )
}
