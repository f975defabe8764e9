/**
 * One grid for the head and the rows of a list. Beside the narrow sidebar there is no room for everything: the groups
 * go first, then the words before the time of the last change; name and status are always whole.
 */
export const personColumns =
  "grid-cols-[minmax(0,1.3fr)_minmax(0,1.4fr)_minmax(0,1.15fr)_4rem_7.25rem_6.5rem] min-[1100px]:grid-cols-[minmax(0,1.25fr)_minmax(0,1.5fr)_minmax(0,1.25fr)_3.5rem_7.25rem_minmax(0,0.75fr)_10rem]";
/** With a box to select in front. */
export const pickColumns =
  "grid-cols-[1rem_minmax(0,1.3fr)_minmax(0,1.4fr)_minmax(0,1.15fr)_4rem_7.25rem_6.5rem] min-[1100px]:grid-cols-[1rem_minmax(0,1.25fr)_minmax(0,1.5fr)_minmax(0,1.25fr)_3.5rem_7.25rem_minmax(0,0.75fr)_10rem]";
/** What a list shows only where there is room for it. */
export const roomy = "max-[1099px]:hidden";
export const groupColumns = "grid-cols-[minmax(0,1.8fr)_minmax(0,1.2fr)_4.5rem_minmax(0,1.5fr)]";
