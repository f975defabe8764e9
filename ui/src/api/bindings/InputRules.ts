export const inputRules = {
  email: "Enter an e-mail address, such as ada@example.com.",
  password: "At least 12 characters. A few unrelated words work well.",
  passwordTooShort: "Use at least 12 characters.",
} as const;
