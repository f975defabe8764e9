import type { PersonView, Profile } from "./bindings/index";

/** What a person is called now: in lists, when signing in, and where a message reaches them. */
export function namesOf({ row, email }: PersonView): Profile {
  return { name: row.name, userName: row.userName, email: email ?? "" };
}

/** Whether the person signs in with the e-mail address: there is one field for both then. */
export function signsInByMail({ userName, email }: Profile): boolean {
  return userName.toLowerCase() === email.toLowerCase();
}
