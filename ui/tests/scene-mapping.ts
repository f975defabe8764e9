import type { MappingExample, MappingField, MappingState, MappingView } from "../src/api/bindings/index";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const example = (value: string): MappingExample => ({
  ...{ value, masked: `${value.slice(0, 1)}•••` },
  ...{ at: "2026-11-24T08:00:00Z", activityId: "a1" },
});
const field = (
  [name, attribute, source]: [string, string, string | null],
  [state, stateText, evidence]: [MappingState, string, string],
  value?: string,
): MappingField => ({
  ...{ name, attribute, source, state, stateText, evidence },
  ...{ required: attribute === "userName", example: value === undefined ? null : example(value) },
});

/** A mapping in which each state is once at least. */
export const mappingView: MappingView = {
  connectionId: "c1",
  summary: "These attributes do not arrive as they should: First name, Last name, E-mail, Active.",
  isComplete: false,
  unknown:
    "50 writes of users were looked at; the bodies of 12 of them are not stored, or only in part. Bodies are deleted after 7 days, and earlier when the log is full.",
  fields: [
    field(["Active", "active", null], ["refused", "Refused", "2 people were refused because of it"]),
    field(
      ["User name", "userName", "Application username (Sign On)"],
      ["arriving", "Arriving", "in 38 of the last 38 writes of users"],
      "ada@example.com",
    ),
    field(["First name", "name.givenName", "user.firstName"], ["neverReceived", "Never received", "none of 3 users"]),
    field(["Last name", "name.familyName", "user.lastName"], ["notSeen", "Not seen", "none of the first 1000 users"]),
    field(
      ["E-mail", 'emails[type eq "work"].value', "user.email"],
      ["elsewhere", "At another path", 'Arrives as emails[type eq "home"].value'],
    ),
    field(["Job title", "title", "user.title"], ["earlier", "Received earlier", "users have a value"]),
    field(
      ["Department", `${enterprise}:department`, "user.department"],
      ["arriving", "Arriving", "in 4 of the last 38 writes of users"],
      "Mathematics",
    ),
    field(["Groups", "groups", null], ["notNeeded", "Not needed", "Memberships arrive with the groups"]),
  ],
  extras: [
    { attribute: "preferredLanguage", times: 7, example: example("en"), shown: true },
    { attribute: "nickName", times: 0, example: null, shown: false },
    { attribute: "emails[…].value", times: 1, example: example("ada@example.com"), shown: null },
  ],
  ignored: [
    {
      ...{ text: "jobTitle is not in our schemas and was ignored", times: 2 },
      ...{ at: "2026-11-24T08:00:00Z", activityId: "a1" },
    },
  ],
  table: 'Okta\tSCIM attribute\nuser.email\temails[type eq "work"].value\n',
  copyLabel: "Copy the mapping for Okta",
  newestWrite: "a1",
};
