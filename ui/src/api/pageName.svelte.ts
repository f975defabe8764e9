/** What the thing on the screen is called, for the breadcrumb. A screen sets it and takes it back. */
class Place {
  name = $state<string>();
}

export const place = new Place();

/** Called while a component starts: names the open thing for as long as the component lives. */
export function naming(name: () => string | undefined): void {
  $effect(() => {
    place.name = name();
    return () => (place.name = undefined);
  });
}
