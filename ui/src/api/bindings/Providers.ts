export const providers = {
  okta: { label: "Okta", line: "Okta Workforce Identity" },
  azure: { label: "Azure", line: "Microsoft Entra ID" },
  custom: { label: "Custom SCIM", line: "Any SCIM 2.0 provider" },
} as const;
