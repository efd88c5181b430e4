/** The page of what logs say about microcode, made from the tables that `ucodekit log` uses and from what it prints. */
import { KNOWN_MESSAGES } from '../src/log/messages/known.ts';
import type { KnownMessage, MessageKind, Speaker } from '../src/log/messages/message.ts';
import { readLog } from '../src/log/read.ts';
import { logReport, renderLog } from '../src/report/log.ts';

const JOURNAL = [
  'Nov 29 07:31:21 epyc kernel: Linux version 6.12.57+deb13-amd64 (debian-kernel@lists.debian.org)',
  'Nov 29 07:31:21 epyc kernel: microcode: No sha256 digest for patch ID: 0xa500012 found',
  'Nov 29 07:31:21 epyc kernel: microcode: Current revision: 0x0a500011',
];
const NOTHING = [
  'Nov 29 07:31:21 guest kernel: Linux version 6.12.57',
  'Nov 29 07:31:21 guest kernel: Hypervisor detected: KVM',
];

const TITLES: Readonly<Record<Speaker, string>> = { linux: 'Linux', xen: 'Xen' };

const KINDS: readonly (readonly [MessageKind, string])[] = [
  ['revision', 'what runs'],
  ['updated', 'an update was loaded'],
  ['failed', 'a CPU did not take an update'],
  ['reason', 'why nothing was loaded, or why a load went wrong'],
  ['note', 'worth knowing'],
  ['detail', 'belongs to another line, or is for debugging: shown with `-v`'],
];

/** The page, in Markdown. */
export function logsDocument(): string {
  return [
    '# What logs say about microcode',
    'Made from `src/log/messages` by `npm run generate`; a test compares them.',
    '`ucodekit log FILE` reads `dmesg`, `journalctl -k`, `xl dmesg` and serial logs, with any time stamps in front of the messages; `-` is standard input. `ucodekit xen log` is its older name.',
    block('journalctl -k -b | ucodekit log -', JOURNAL),
    'A load that leaves the revision as it was counts as unchanged. Of several boots in one log the revisions of the last one are told, and the messages of all. A line about microcode that is not in the tables below is shown as not known.',
    '## Nothing is not fine',
    'A log without a line about microcode is answered by one line with the likely reason, and exit code 3: an empty log, a guest, a dom0 (Xen is what loads), `dis_ucode_ldr`, a kernel without the loader, a buffer that has run over.',
    block('journalctl -k -b | ucodekit log -', NOTHING),
    'The files of Xen are named as from 4.14 on; up to 4.13 they are `xen/arch/x86/microcode*.c`.',
    ...(['linux', 'xen'] as const).flatMap(section),
  ]
    .join('\n\n')
    .concat('\n');
}

const block = (command: string, log: readonly string[]): string =>
  ['```text', `$ ${command}`, renderLog(logReport('-', readLog(log.join('\n'))), false).trimEnd(), '```'].join('\n');

function section(from: Speaker): string[] {
  return KINDS.flatMap(([kind, says]) => {
    const rows = KNOWN_MESSAGES.filter((message) => message.from === from && message.kind === kind);
    return rows.length === 0 ? [] : [`## ${TITLES[from]}: ${says}`, table(rows)];
  });
}

const table = (rows: readonly KnownMessage[]): string =>
  ['| line | means | printed by |', '| --- | --- | --- |', ...rows.map(row)].join('\n');

function row({ lines, meaning, advice, releases, source }: KnownMessage): string {
  const means = [`${meaning}.`, ...(advice === undefined ? [] : [`**${advice}**`])].join(' ');
  const by = [source, ...(releases === undefined ? [] : [`(${releases})`])].join(' ');
  return `| ${lines.map(code).join('<br>')} | ${cell(means)} | ${cell(by)} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*_', '\\*_');
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
