/** /proc/cpuinfo of x86 (Linux arch/x86/kernel/cpu/proc.c): a block of `key : value` lines for each CPU. */

export interface CpuInfo {
  readonly number: number;
  /** `GenuineIntel` */
  readonly vendorId: string;
  readonly name: string | null;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly revision: number | null;
  /** CPUID leaf 1, ECX bit 31: a hypervisor runs below. */
  readonly isGuest: boolean;
}

const decimal = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** Blocks that lack what names a CPU are left out: other architectures write other keys. */
export function parseCpuInfo(text: string): CpuInfo[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const fields = new Map(
      block.split('\n').map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim()];
      }),
    );
    const number = decimal(fields.get('processor'));
    const family = decimal(fields.get('cpu family'));
    const model = decimal(fields.get('model'));
    // A stepping of `unknown` is what Linux prints for 0 on some old CPUs.
    const stepping = decimal(fields.get('stepping')) ?? 0;
    const vendorId = fields.get('vendor_id');
    if (number === undefined || family === undefined || model === undefined || vendorId === undefined) return [];
    return [
      {
        number,
        vendorId,
        name: fields.get('model name') ?? null,
        family,
        model,
        stepping,
        revision: hexadecimal(fields.get('microcode')),
        isGuest: (fields.get('flags') ?? '').split(' ').includes('hypervisor'),
      },
    ];
  });
}

/** `0x2b000643`; null when the text is no such number. */
export const hexadecimal = (text: string | undefined): number | null =>
  text !== undefined && /^0x[\da-f]{1,8}$/i.test(text.trim()) ? Number(text.trim()) : null;
