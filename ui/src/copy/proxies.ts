/** The reverse proxies whose headers are believed. */
export const proxies = {
  title: "Trusted proxies",
  intro:
    "The reverse proxy says which client called it, and whether over HTTPS. It is believed when it runs on this computer, or when its address is listed here. List nothing else: each address on the list can claim to be any client.",
  label: "Address or network of a proxy",
  placeholder: "10.0.0.4",
  add: "Add proxy",
  remove: "Remove",
  removeLabel: (proxy: string) => `Remove ${proxy}`,
};
