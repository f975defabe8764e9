/** The name of the thing on the screen, for the breadcrumb. A screen sets it and takes it back. */
class PageName {
  text = $state<string>();
}

export const pageName = new PageName();

/** Called while a component starts: names the open thing for as long as the component lives. */
export function namePage(name: () => string | undefined): void {
  $effect(() => {
    pageName.text = name();
    return () => (pageName.text = undefined);
  });
}
