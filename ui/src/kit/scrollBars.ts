/** Marks the document where scroll bars are drawn over the content and take no room, as in WebKitGTK. */
const probe = document.createElement("div");
Object.assign(probe.style, { position: "absolute", width: "100px", height: "100px", overflow: "scroll" });
document.body.append(probe);
document.documentElement.toggleAttribute("data-overlay-scroll-bars", probe.clientWidth === probe.offsetWidth);
probe.remove();

export {};
