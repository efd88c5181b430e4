import type { Speaker } from './messages/message.ts';

const XEN_BANNER = /Xen version (4\.\d{1,2}(?:\.\d{1,3})?)/;
const LINUX_BANNER = /Linux version (\d{1,3}\.\d{1,3}\S{0,80})/;
const COMMAND_LINE = /(?:Command line|Kernel command line): (.*)/;
const GUEST = /(?:Hypervisor detected: |Booting paravirtualized kernel on )([A-Za-z][A-Za-z0-9 -]{0,30})/;

/** What else a log says of the machine, as far as it explains silence about microcode. */
export class Surroundings {
  xenVersion: string | null = null;
  linuxVersion: string | null = null;
  /** Options of Linux that switch its loader off. */
  disabledBy: string | null = null;
  /** The hypervisor below Linux, as Linux calls it. */
  hypervisor: string | null = null;
  /** Bytes that no log has: a packed file, or the journal's own. */
  hasForeignBytes = false;
  #lines = 0;
  #xenLines = 0;

  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  get hasXenLines(): boolean {
    return this.#xenLines > 0;
  }

  /** Looks at a line; says whose boot begins with it. */
  look(line: string, isXen: boolean): Speaker | undefined {
    if (line.trim() !== '') this.#lines++;
    if (line.includes('\0')) this.hasForeignBytes = true;
    if (isXen) this.#xenLines++;
    const xen = XEN_BANNER.exec(line)?.[1];
    if (xen !== undefined) {
      this.xenVersion = xen;
      return 'xen';
    }
    const linux = LINUX_BANNER.exec(line)?.[1];
    if (linux !== undefined && !isXen) {
      this.linuxVersion = linux;
      this.disabledBy = null;
      this.hypervisor = null;
      return 'linux';
    }
    if (!isXen) {
      const words = COMMAND_LINE.exec(line)?.[1]?.split(' ') ?? [];
      this.disabledBy =
        words.find((word) => /^(?:dis_ucode_ldr|microcode[.=](?:\S*,)?dis_ucode_ldr)/.test(word)) ?? this.disabledBy;
      const guest = GUEST.exec(line)?.[1];
      if (guest !== undefined && !guest.startsWith('bare hardware')) this.hypervisor = guest.trim();
    }
    return undefined;
  }
}
