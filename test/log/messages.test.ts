/** Each spelling of each message, behind the prefixes that logs have. */
import { describe, expect, test } from 'vitest';
import { KNOWN_MESSAGES } from '../../src/log/messages/known.ts';
import { readLog } from '../../src/log/read.ts';

const SPELLINGS = KNOWN_MESSAGES.flatMap(({ id, from, lines }) => lines.map((line) => ({ id, from, line })));

const only = (text: string) => readLog(text).messages.map(({ id }) => id);

/** What stands in front of a kernel's line. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['dmesg', '[    0.000000] '],
  ['dmesg -T', '[Thu Nov 19 11:38:53 2020] '],
  ['dmesg --raw', '<6>[    0.000000] '],
  ['dmesg -x', 'kern  :info  : [    0.000000] '],
  ['callers in the log', '[    0.000000][    T0] '],
  ['the journal', 'Nov 29 07:31:21 host kernel: '],
  ['the journal, ISO times', '2026-11-29T07:31:21+0000 host kernel: '],
  ['the journal, since the boot', '[    0.000000] host kernel: '],
  ['syslog', 'Dec 31 15:54:17 unknown kern.info kernel: [    0.493790] '],
];

describe('Linux', () => {
  test.each(SPELLINGS.filter(({ from }) => from === 'linux'))('$line', ({ line, id }) => {
    for (const [where, prefix] of PREFIXES)
      expect({ where, ids: only(`${prefix}${line}\n`) }).toEqual({ where, ids: [id] });
  });

  test.each([
    ['journalctl -o json', '{"_HOSTNAME":"host","MESSAGE":"microcode: Current revision: 0x02007006","PRIORITY":"6"}'],
    ['dmesg --json', '         {"pri": 6, "msg": "microcode: Current revision: 0x02007006"}'.trim()],
  ])('%s', (_, line) => {
    expect(readLog(line).messages).toMatchObject([
      { id: 'linux-current', text: 'microcode: Current revision: 0x02007006' },
    ]);
  });
});

describe('Xen', () => {
  test.each(SPELLINGS.filter(({ from }) => from === 'xen'))('$line', ({ line, id }) => {
    for (const prefix of [
      '(XEN) ',
      '(XEN) [    0.1] ',
      '(XEN) [2023-12-16 10:00:00] ',
      'Nov 29 07:31:21 host (XEN) ',
    ]) {
      expect(only(`${prefix}${line}\n`)).toEqual([id]);
    }
  });
});

describe('what only mentions a message is none', () => {
  test.each([
    'Nov 29 07:31:21 host sudo[1]: root : COMMAND=/usr/bin/grep microcode: Current revision: 0x1',
    'Nov 29 07:31:21 host fwupd[1]: the text "x86/CPU: Running old microcode" was seen',
    'Nov 29 07:31:21 host systemd[1]: Starting microcode.service',
    'GDS: Mitigation: Microcode',
  ])('%s', (line) => expect(only(line)).toEqual([]));
});

describe('lines that are not known', () => {
  test('are shown as such, not passed over', () => {
    expect(readLog('[    1.0] microcode: something new\n[    2.0] microcode: something new\n').messages).toMatchObject([
      { id: 'linux-unknown', kind: 'unknown', text: 'microcode: something new', count: 2, source: null },
    ]);
  });
  test('are counted together beyond twenty', () => {
    const many = Array.from({ length: 50 }, (_, i) => `(XEN) microcode: new ${i}\n`).join('');
    const { messages } = readLog(many);
    expect(messages).toHaveLength(21);
    expect(messages.at(-1)).toMatchObject({ id: 'xen-unknown', count: 30 });
    expect(readLog(`${many}(XEN) microcode: new 3\n`).messages[3]?.count).toBe(2);
  });
});
