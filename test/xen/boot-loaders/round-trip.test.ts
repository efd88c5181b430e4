import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOOT_LOADERS } from '../../../src/xen/boot-loaders/all.ts';
import {
  type BootLoader,
  type ModuleKind,
  type XenEntry,
  type XenModule,
} from '../../../src/xen/boot-loaders/boot-loader.ts';

const LOADERS = Object.values(BOOT_LOADERS).map((loader) => [loader.id, loader] as const);

/** What the loader gives back when it reads what it wrote, or the refusals. */
function thereAndBack(loader: BootLoader, entry: XenEntry): XenEntry | readonly string[] | undefined {
  const result = loader.write(entry, ['why it is so']);
  if (!result.ok) return result.refusals;
  const [main, ...others] = result.files;
  const open = (path: string): string | undefined =>
    others.find(({ name }) => name === path.replace(/^\/+/, '') || name.endsWith(`/${path}`))?.text;
  return loader.read(main?.text ?? '', open).entries[0]?.entry;
}

const KEYS: readonly ModuleKind[] = ['ramdisk', 'xsm', 'ucode'];

/** Entries whose names and words are drawn from `name` and `word`, in the shape that the loader knows. */
function entries(loader: BootLoader, name: fc.Arbitrary<string>, word: fc.Arbitrary<string>): fc.Arbitrary<XenEntry> {
  const listed: fc.Arbitrary<readonly XenModule[]> = fc.array(
    fc.record({
      path: name,
      arguments: fc.array(word, { maxLength: 2 }),
      kind: fc.constant('module' as const),
      nounzip: loader.expands === 'unless-told' ? fc.boolean() : fc.constant(false),
    }),
    { maxLength: 5 },
  );
  const keyed: fc.Arbitrary<readonly XenModule[]> = fc
    .tuple(fc.subarray([...KEYS]), fc.array(name, { minLength: 3, maxLength: 3 }))
    .map(([kinds, names]) => kinds.map((kind, i) => ({ path: names[i] ?? 'x', arguments: [], kind, nounzip: false })));
  return fc.record({
    title: loader.titles ? name : fc.constant(''),
    hypervisor: loader.namesHypervisor ? name : fc.constant(''),
    xenArguments: fc.array(word, { maxLength: 4 }),
    dom0: fc.record({ kernel: name, arguments: fc.array(word, { maxLength: 4 }) }),
    modules: loader.modules === 'listed' ? listed : keyed,
  });
}

const odd = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        'boot',
        '/',
        ' ',
        "'",
        '"',
        '\\',
        '$',
        '{',
        '}',
        '#',
        ';',
        '---',
        '--',
        '=',
        '[',
        ']',
        '%',
        'é',
        '\t',
        '|',
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join('')),
);
const plain = fc.stringMatching(/^[a-z][a-z0-9._-]{0,12}$/);
const mixed = fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: odd });
const option = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}(=[A-Za-z0-9,:.@+-]{1,8})?$/);

describe.each(LOADERS)('%s', (_, loader) => {
  test('whatever it writes, it reads back to the same entry; what it cannot say, it refuses', () => {
    const seen = { written: 0, refused: 0 };
    fc.assert(
      fc.property(entries(loader, mixed, mixed), (entry) => {
        const back = thereAndBack(loader, entry);
        const refused = Array.isArray(back) && back.length > 0;
        seen[refused ? 'refused' : 'written']++;
        expect(refused ? entry : back).toEqual(entry);
      }),
      { numRuns: 600 },
    );
    expect(seen.written).toBeGreaterThan(30);
    expect(seen.refused).toBeGreaterThan(30);
  });

  test('plain names are never refused', () => {
    fc.assert(
      fc.property(
        entries(loader, plain, option).filter(({ title }) => title !== 'global'),
        (entry) => {
          expect(thereAndBack(loader, entry)).toEqual(entry);
        },
      ),
    );
  });

  test('any text is read, in bounded time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { entry, at } of loader.read(text).entries) expect(at.modules).toHaveLength(entry.modules.length);
      }),
    );
  });
});

const entry: XenEntry = {
  title: "Xen, the admin's",
  hypervisor: '/boot/my xen.gz',
  xenArguments: ['ucode=scan'],
  dom0: { kernel: '/boot/vmlinuz', arguments: ['root=/dev/sda1', 'dyndbg=file a +p'] },
  modules: [{ path: "/boot/it's.img", arguments: [], kind: 'module', nounzip: true }],
};

test('GRUB 2 takes names with blanks and quotes', () => {
  expect(thereAndBack(BOOT_LOADERS.grub2, entry)).toEqual(entry);
});

test.each(['grub-legacy', 'syslinux', 'ipxe'] as const)('%s refuses a blank in a name, and says why', (id) => {
  expect(thereAndBack(BOOT_LOADERS[id], entry)).toEqual(
    expect.arrayContaining([expect.stringContaining('"/boot/my xen.gz" has a blank')]),
  );
});
