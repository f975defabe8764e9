/** One grid for the head and the rows. Beside the narrow sidebar the connection and the time of storing are left out. */
export const leaverColumns =
  "grid-cols-[minmax(0,1fr)_9.5rem_5.25rem_5rem_5.25rem_8.75rem] min-[1100px]:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_9.5rem_5.25rem_5.25rem_5rem_5.25rem_8.75rem]";
/** What the list shows only where there is room for it. */
export const roomy = "max-[1099px]:hidden";
