import { onPersonChange } from "../../api/personChange";

export interface Place {
  /** What was asked for when the list stood there; another question begins at the top. */
  key: string;
  top: number;
  active: number;
}

const places = new Map<string, Place>();
onPersonChange(() => places.clear());

/** Where the list was left, so that coming back finds it there. */
export function placeOf(list: string, key: string): Place {
  const known = places.get(list);
  if (known?.key === key) return known;
  const fresh = { key, top: 0, active: 0 };
  places.set(list, fresh);
  return fresh;
}
