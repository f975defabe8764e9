import type { ConnectionView } from "../../../api/bindings/index";

/** Whether the identity provider reaches this computer by the public address. */
export const isPublic = ({ way }: Pick<ConnectionView, "way">): boolean => way === "proxy" || way === "ownTls";
