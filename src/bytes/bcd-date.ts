/**
 * Dates stored as packed BCD in a 32-bit word.
 * Intel (SDM vol. 3A, "Microcode Update", offset 8): MMDDYYYY. AMD (patch header, offset 0): the same order of nibbles.
 */
export interface BcdDate {
  /** The word as stored. */
  readonly raw: number;
  /** `YYYY-MM-DD` as stored, digit by digit, even when that is not a calendar date. */
  readonly text: string;
  /** Whether every nibble is decimal and the day exists in that month. */
  readonly valid: boolean;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Decodes a BCD word; never fails: a word that is no date is shown as stored with `valid: false`. */
export function bcdDate(raw: number): BcdDate {
  const digits = (raw >>> 0).toString(16).padStart(8, '0');
  const text = `${digits.slice(4)}-${digits.slice(0, 2)}-${digits.slice(2, 4)}`;
  return { raw: raw >>> 0, text, valid: isCalendarDate(text) };
}

/** Whether `YYYY-MM-DD` names a day of the Gregorian calendar. */
export function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const days = DAYS[month - 1];
  if (days === undefined) return false;
  return day >= 1 && day <= (month === 2 && isLeap(year) ? 29 : days);
}

/** The BCD word for `YYYY-MM-DD`; the text must have that form, its digits are not checked against the calendar. */
export function bcdWord(text: string): number {
  const [year = '', month = '', day = ''] = text.split('-');
  return Number.parseInt(`${month}${day}${year}`, 16) >>> 0;
}
