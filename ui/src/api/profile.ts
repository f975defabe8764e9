import type { PersonView, Profile } from "./bindings/index";

interface Email {
  value?: unknown;
  primary?: unknown;
}

/** What a person is called now: in lists, when signing in, and where a message reaches them. */
export function namesOf({ row, scim }: PersonView): Profile {
  const emails = Array.isArray(scim["emails"]) ? (scim["emails"] as Email[]) : [];
  const email = (emails.find((each) => each.primary === true) ?? emails[0])?.value;
  return { name: row.name, userName: row.userName, email: typeof email === "string" ? email : "" };
}

/** Whether the person signs in with the e-mail address: there is one field for both then. */
export function signsInByMail({ userName, email }: Profile): boolean {
  return userName.toLowerCase() === email.toLowerCase();
}
