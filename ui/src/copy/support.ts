/** Who answers questions in this company. */
export const support = {
  contact: "Contact support",
  lead: "Still unsolved?",
  title: "Support contact",
  intro: "Where Diagnostics and Help send people who need help with provisioning, such as your service desk.",
  label: "E-mail address or https URL",
  placeholder: "help@example.com",
  none: "Name a support contact",
} as const;
