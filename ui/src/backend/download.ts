/** Saves a content as a file in a browser's own way. The browser does not disclose the path, so only the name can be shown. */
export function download(name: string, content: BlobPart, type: string): string {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the content after the press has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return name;
}
