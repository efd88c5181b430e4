import { type Finding, finding } from '../../../findings/finding.ts';
import { IPXE_COMMAND_LINES, IPXE_MODULES, ipxeCommandBytes } from '../../boot-loaders/ipxe.ts';
import { shortened, type Subject } from '../subject.ts';
import { moduleLimit } from '../../releases.ts';

/** What each boot loader, and Xen behind it, cannot take. */
export function* checkLoader(subject: Subject): Generator<Finding> {
  const { release, files, found } = subject;
  const limit = moduleLimit(release);
  if (files.length > limit) {
    const data = { found: files.length, release: release.name, expected: limit };
    yield finding('xen/too-many-modules', { offset: found.at.xen }, data);
  }
  yield* linuxOptions(subject);
  switch (subject.loader.id) {
    case 'limine':
      yield* lostWords(subject);
      return;
    case 'ipxe':
      yield* ipxeLimits(subject);
      return;
    case 'syslinux':
      yield* separators(subject);
      return;
    case 'grub2':
    case 'grub-legacy':
      yield* expandedFiles(subject);
      return;
    case 'xen-cfg':
    case 'systemd-boot':
      yield* efiNames(subject);
      return;
    case 'uki':
      yield* unusedSection(subject);
  }
}

function* linuxOptions({ found, files }: Subject): Generator<Finding> {
  const words = found.entry.dom0.arguments.filter((word) => /^dis_ucode_ldr$|^microcode(?:\.|=)/.test(word));
  for (const word of words) yield finding('xen/linux-option', { offset: files[0]?.at ?? 0 }, { word: shortened(word) });
}

/** A first word that looks like an option is one that was meant to be read. */
const isOption = (word: string | null): word is string =>
  word !== null && /=|^(?:no-|ro$|rw$|quiet$|ucode$|loglvl|console|splash$|nomodeset$)/.test(word);

function* lostWords({ found }: Subject): Generator<Finding> {
  const { xen, kernel } = found.dropped;
  if (isOption(xen)) {
    yield finding('xen/first-word-lost', { offset: found.at.xen }, { word: shortened(xen), where: 'cmdline' });
  }
  if (isOption(kernel)) {
    const data = { word: shortened(kernel), where: "the kernel's module_string" };
    yield finding('xen/first-word-lost', { offset: found.at.kernel }, data);
  }
}

function* ipxeLimits({ found, files }: Subject): Generator<Finding> {
  const at = { offset: found.at.xen };
  if (files.length > IPXE_MODULES)
    yield finding('xen/ipxe-modules', at, { found: files.length, expected: IPXE_MODULES });
  const bytes = ipxeCommandBytes(found.entry);
  if (bytes > IPXE_COMMAND_LINES) {
    yield finding('xen/ipxe-command-lines', at, { found: bytes, expected: IPXE_COMMAND_LINES });
  }
}

function* separators({ found, files }: Subject): Generator<Finding> {
  const words = [
    found.entry.hypervisor,
    ...found.entry.xenArguments,
    ...files.flatMap(({ path, arguments: words }) => [path, ...words]),
  ];
  for (const word of words.filter((word) => /^--$|^----+$|---$|^---/.test(word))) {
    yield finding('xen/mboot-separator', { offset: found.at.xen }, { found: shortened(word) });
  }
}

function* expandedFiles({ files }: Subject): Generator<Finding> {
  for (const { path, at: offset, kind, nounzip, content } of files) {
    if (kind !== 'module' || nounzip || content === undefined || content.compression === null) continue;
    yield finding('xen/expanded-initrd', { offset }, { path: shortened(path), found: content.compression });
  }
}

function* efiNames({ files, efi, line, found }: Subject): Generator<Finding> {
  for (const { path, at: offset, arguments: words, kind } of files) {
    const data = { key: `${kind}=`, found: shortened(path) };
    // What follows the kernel's name is its command line.
    if (words.length > 0 && kind !== 'kernel') {
      yield finding('xen/efi-name', { offset }, { ...data, why: 'is cut at the blank' });
    }
    if (path.includes('/')) {
      yield finding('xen/efi-name', { offset }, { ...data, why: 'has slashes where the firmware needs backslashes' });
    }
  }
  const file = efi === null ? undefined : files[efi];
  if (file === undefined) return;
  for (const { word, parse } of line.words) {
    // Flags such as nmi stay in force; a word of nothing else is no conflict.
    if (
      !/^ucode=(?:(?:no-)?(?:nmi|digest-check|allow-same)(?:=[a-z0-9]+)?,?)+$/.test(word) &&
      parse.unknown.length === 0
    ) {
      const data = { word: shortened(word), path: shortened(file.path) };
      yield finding('xen/efi-key-and-option', { offset: found.at.xen }, data);
    }
  }
}

function* unusedSection({ files, outcomes, found }: Subject): Generator<Finding> {
  if (found.byKey) return;
  const section = files.findIndex(({ kind }) => kind === 'ucode');
  const file = files[section];
  if (file === undefined) return;
  const used = outcomes.some(({ resolution }) => resolution.microcode.some(({ module }) => module === section));
  if (!used) yield finding('xen/section-unused', { offset: file.at }, { path: shortened(file.path) });
}
