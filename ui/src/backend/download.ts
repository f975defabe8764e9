/** Saves a text as a file in a browser's own way. The browser does not disclose the path, so only the name can be shown. */
export function download(name: string, text: string): string {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the text after the press has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return name;
}
