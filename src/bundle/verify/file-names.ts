/** File names and contents: what late loaders open, what a name promises. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { amdFirmwareName } from '../../cpu/amd.ts';
import { intelFirmwareName } from '../../cpu/intel.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { servedBy } from '../../formats/intel/update.ts';
import { type CollectedUpdate, type Located, locatedIn, VENDOR_NAMES } from '../collect.ts';
import { grouped } from '../group.ts';
import { candidatesOf } from '../select/selection.ts';
import { firmwareName, spelledFields, vendorOfName } from '../../inputs/firmware-name.ts';
import { baseName, fileKey, folderOf } from '../origin-parts.ts';

/** The updates of one file. */
interface FileContent {
  readonly collected: readonly CollectedUpdate[];
  readonly name: string;
}

export function verifyNames(collected: readonly CollectedUpdate[]): Located[] {
  const files = [...grouped(collected, ({ origin }) => fileKey(origin)).values()].map((own): FileContent => ({
    collected: own,
    name: own[0] === undefined ? '' : baseName(own[0].origin),
  }));
  return [...files.flatMap(fileFindings), ...missingNames(collected)];
}

function fileFindings(file: FileContent): Located[] {
  const first = file.collected[0];
  if (first === undefined) return [];
  const whole = (found: Finding): Located[] => locatedIn({ ...first.origin, offset: 0 }, [found]);
  const name = firmwareName(file.name);
  const expected = vendorOfName(name);
  if (expected !== undefined && expected !== first.update.vendor) {
    const data = { expected: VENDOR_NAMES[expected], found: VENDOR_NAMES[first.update.vendor] };
    return whole(finding('bundle/name-vendor', { offset: 0 }, data));
  }
  switch (name.kind) {
    case 'intel':
      return namedForNobody(file, name.cpu).flatMap(whole);
    case 'amd':
      return [...barePatch(first).flatMap(whole), ...foreignFamilies(file, name.family)];
    case 'early':
      return name.vendor === 'amd' ? barePatch(first).flatMap(whole) : [];
    case 'stray': {
      const data = { found: JSON.stringify(file.name), expected: name.meant };
      return whole(finding('bundle/stray-name', { offset: 0 }, data));
    }
    case 'other':
      return spelledOtherwise(file);
  }
}

/** The CPUs that an update serves, as the kernel names their files. */
const namesOf = ({ update }: CollectedUpdate): string[] =>
  update.vendor === 'intel' ? servedBy(update).map(({ signature }) => intelFirmwareName(signature)) : [];

function namedForNobody({ collected }: FileContent, cpu: string): Finding[] {
  const found = new Set(collected.flatMap(namesOf));
  if (found.has(cpu)) return [];
  return [finding('bundle/name-content', { offset: 0 }, { expected: cpu, found: [...found].sort().join(', ') })];
}

const barePatch = ({ update, container }: CollectedUpdate): Finding[] =>
  update.vendor === 'amd' && container === undefined ? [finding('bundle/raw-patch', { offset: 0 }, {})] : [];

function foreignFamilies({ collected }: FileContent, family: number | null): Located[] {
  const own = amdFirmwareName(family ?? 0);
  return collected.flatMap(({ origin, update }) => {
    if (update.vendor !== 'amd' || amdFirmwareName(update.family) === own) return [];
    const data = {
      revision: hex32(update.revision),
      found: hex8(update.family),
      expected: amdFirmwareName(update.family),
    };
    return locatedIn(origin, [finding('bundle/name-family', { offset: 0 }, data)]);
  });
}

/** A name that spells header fields stands for a file of one update. */
function spelledOtherwise({ collected, name }: FileContent): Located[] {
  const spelled = spelledFields(name);
  const [first, ...more] = collected;
  if (spelled === undefined || first === undefined || more.length > 0) return [];
  const { origin, update } = first;
  const served = candidatesOf(update);
  const differs = (field: string, expected: string, found: string): Finding =>
    finding('bundle/name-field', { offset: 0, field }, { field, expected, found });
  const findings: Finding[] = [];
  const same = served.filter(({ signature }) => signature === spelled.signature);
  if (served.length > 0 && same.length === 0) {
    const found = served.map(({ signature }) => hex32(signature)).join(', ');
    findings.push(differs('signature', hex32(spelled.signature), found));
  }
  const masks = update.vendor === 'intel' ? same.map(({ platformMask }) => platformMask) : [];
  if (spelled.platformMask !== undefined && masks.length > 0 && !masks.includes(spelled.platformMask)) {
    findings.push(differs('platform mask', hex8(spelled.platformMask), masks.map(hex8).join(', ')));
  }
  if (update.revision !== spelled.revision) {
    findings.push(differs('revision', hex32(spelled.revision), hex32(update.revision)));
  }
  if (spelled.date !== undefined && update.date.text !== spelled.date) {
    findings.push(differs('date', spelled.date, update.date.text));
  }
  return locatedIn(origin, findings);
}

/**
 * CPUs that some extended table of a folder names without a file of their own. Looked at only in folders of the kernel's kind, and
 * quiet about CPUs whose file is kept from the late loader on purpose (`.initramfs`).
 */
function missingNames(collected: readonly CollectedUpdate[]): Located[] {
  const folders = grouped(
    collected.filter(({ origin }) => firmwareName(baseName(origin)).kind === 'intel'),
    ({ origin }) => folderOf(origin),
  );
  return [...folders.values()].flatMap((own) => {
    const there = new Set(own.map(({ origin }) => baseName(origin).replace(/\..*$/, '')));
    const missing = new Map<string, { readonly origin: CollectedUpdate['origin']; readonly signature: number }>();
    for (const { origin, update } of own) {
      if (update.vendor !== 'intel') continue;
      for (const { signature } of servedBy(update)) {
        const name = intelFirmwareName(signature);
        if (!there.has(name) && !missing.has(name)) missing.set(name, { origin, signature });
      }
    }
    return [...missing].flatMap(([expected, { origin, signature }]) =>
      locatedIn(origin, [finding('bundle/no-late-name', { offset: 0 }, { cpu: hex32(signature), expected })]),
    );
  });
}
