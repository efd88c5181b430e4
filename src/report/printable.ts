/** Names out of archives and folders may hold anything, such as sequences that move a terminal's cursor or change its title. */

// C0, DEL and the C1 controls, which some terminals obey as well (ECMA-48).
const CONTROLS = /\p{Cc}/gu;
const CONTROLS_IN_LINES = /(?!\t|\r?\n)\p{Cc}/gu;

const escaped = (control: string): string => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Nearly all text is; looking each character up in Unicode's tables takes far longer. */
const PLAIN = /^[ -~]*$/;

/** One line of text with every control character as `\x1b`. */
export const printable = (line: string): string => (PLAIN.test(line) ? line : line.replaceAll(CONTROLS, escaped));

/** The same of text in lines: their ends and tabs stay. */
export const printableLines = (text: string): string => text.replaceAll(CONTROLS_IN_LINES, escaped);

/** `1 file`, `2 files` */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
