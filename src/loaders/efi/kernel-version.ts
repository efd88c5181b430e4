/** Whether the bytes are a bzImage (Documentation/arch/x86/boot.rst: `HdrS` at 0x202). */
export const isBzImage = (bytes: Uint8Array): boolean => latin1(bytes, 0x202, 4) === 'HdrS';

/** The version string that a bzImage carries (kernel_version, at 0x20e), up to the first blank; null when there is none. */
export function bzImageVersion(bytes: Uint8Array): string | null {
  if (!isBzImage(bytes) || bytes.length < 0x210) return null;
  const at = (bytes[0x20e] ?? 0) + (bytes[0x20f] ?? 0) * 256;
  if (at === 0) return null;
  const text = latin1(bytes, at + 0x200, 128).split(/[\0 ]/)[0] ?? '';
  return text === '' ? null : text;
}

/** The release that xen.efi prints when it starts (EFI boot.c: "Xen ... EFI loader", UTF-16); null when there is none. */
export function xenRelease(bytes: Uint8Array): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = Buffer.from('Xen 4.', 'utf16le');
  for (let at = buffer.indexOf(start); at >= 0; at = buffer.indexOf(start, at + 2)) {
    const text = buffer.toString('utf16le', at, Math.min(at + 200, buffer.length));
    const release = /^Xen (4\.\d+\S*) \(c\/s [^)]*\) EFI loader/.exec(text)?.[1];
    if (release !== undefined) return release;
  }
  return null;
}

const latin1 = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', at, at + length);
