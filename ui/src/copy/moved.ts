/** A connection that was moved here, until its address is checked. */
export const moved = {
  check: "Check address",
  unchecked: "Resume without a check",
};
