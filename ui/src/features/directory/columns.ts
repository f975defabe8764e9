/** One grid for the head and the rows of a list. */
export const personColumns =
  "grid-cols-[minmax(0,1.3fr)_minmax(0,1.4fr)_minmax(0,1.15fr)_4rem_6.75rem_minmax(0,0.95fr)_minmax(0,1.5fr)]";
/** With a box to select in front. */
export const pickColumns =
  "grid-cols-[1rem_minmax(0,1.3fr)_minmax(0,1.4fr)_minmax(0,1.15fr)_4rem_6.75rem_minmax(0,0.95fr)_minmax(0,1.5fr)]";
export const groupColumns = "grid-cols-[minmax(0,2fr)_minmax(0,1.2fr)_6rem_minmax(0,1.4fr)]";
