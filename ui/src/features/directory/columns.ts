/** One grid for the head and the rows of a list. */
export const personColumns =
  "grid-cols-[minmax(0,1.3fr)_minmax(0,1.7fr)_minmax(0,1.2fr)_4.5rem_7.5rem_minmax(0,1.4fr)]";
export const groupColumns = "grid-cols-[minmax(0,2fr)_minmax(0,1.4fr)_6rem_minmax(0,1.2fr)]";
