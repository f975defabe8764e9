/**
 * One grid for the head and the rows. Beside the narrow sidebar the connection and the time of storing are left out; in a
 * narrow window only who, how long and the proof are left.
 */
export const leaverColumns =
  "narrow:grid-cols-[minmax(0,1fr)_5.25rem_minmax(0,8.75rem)] grid-cols-[minmax(0,1fr)_9.5rem_5.25rem_5rem_5.25rem_8.75rem] min-[1100px]:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_9.5rem_5.25rem_5.25rem_5rem_5.25rem_8.75rem]";
/** What the list shows only where there is room for it. */
export const roomy = "max-[1099px]:hidden";
/** What a narrow window does not show. */
export const wide = "narrow:hidden";
