/** The two kinds of values in `ucode=`, parsed as Xen's library functions parse them. */

const TRUE: ReadonlySet<string> = new Set(['1', 'on', 'yes', 'true', 'enable']);
const FALSE: ReadonlySet<string> = new Set(['0', 'no', 'off', 'false', 'disable']);

/**
 * parse_boolean(): `name`, `no-name` or `name=` with one of ten words, case-sensitive. Undefined for anything else, also for a name
 * that fits with a value that does not.
 * @param ignoresPrefix `no-name=yes` is the same as `name=yes`.
 */
export function takeBoolean(name: string, text: string, ignoresPrefix = false): boolean | undefined {
  if (text === name) return true;
  if (text === `no-${name}`) return false;
  const plain = ignoresPrefix && text.startsWith('no-') ? text.slice('no-'.length) : text;
  if (!plain.startsWith(`${name}=`)) return undefined;
  const value = plain.slice(name.length + 1);
  if (TRUE.has(value)) return true;
  return FALSE.has(value) ? false : undefined;
}

const DIGITS: Readonly<Record<number, RegExp>> = { 8: /^[0-7]*/, 10: /^[0-9]*/, 16: /^[0-9a-f]*/i };

/**
 * simple_strtol() with base 0, stored in an int: an optional minus, then decimal, `0x` hexadecimal or `0` octal digits. No plus sign;
 * no digit at all is 0. `rest` is what was not read. Numbers wrap as the C types do (64 bits, then the low 32 of them).
 */
export function takeInteger(text: string): { readonly value: number; readonly rest: string } {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const base = /^0x[0-9a-f]/i.test(digits) ? 16 : digits.startsWith('0') ? 8 : 10;
  const body = base === 16 ? digits.slice(2) : digits;
  const taken = DIGITS[base]?.exec(body)?.[0] ?? '';
  let magnitude = 0n;
  for (const digit of taken)
    magnitude = BigInt.asUintN(64, magnitude * BigInt(base) + BigInt(Number.parseInt(digit, 16)));
  return { value: Number(BigInt.asIntN(32, negative ? -magnitude : magnitude)), rest: body.slice(taken.length) };
}
