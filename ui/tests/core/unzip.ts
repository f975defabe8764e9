/** The files of a ZIP archive whose local headers have the sizes, by name. */
export async function unzip(archive: Uint8Array<ArrayBuffer>): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const localHeader = 0x04034b50;
  let at = 0;
  while (view.getUint32(at, true) === localHeader) {
    const method = view.getUint16(at + 8, true);
    const packed = view.getUint32(at + 18, true);
    const nameEnd = at + 30 + view.getUint16(at + 26, true);
    const start = nameEnd + view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(archive.slice(at + 30, nameEnd));
    const content = new Blob([archive.slice(start, start + packed)]).stream();
    const text = method === 0 ? content : content.pipeThrough(new DecompressionStream("deflate-raw"));
    files.set(name, await new Response(text).text());
    at = start + packed;
  }
  return files;
}
