import type { Observation } from './machine.ts';

/** Linux 6.1 to 7.x say either, depending on whether a disk image was possible. */
const UNPACK_ERROR = /Initramfs unpacking failed: (.*)|rootfs image is not initramfs \((.*)\)/;

/** What the kernel said when it gave up unpacking; empty when it did not. */
export const unpackErrors = ({ console }: Observation): string[] =>
  console.flatMap((line) => {
    const match = UNPACK_ERROR.exec(line);
    return match === null ? [] : [match[1] ?? match[2] ?? ''];
  });
