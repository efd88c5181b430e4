import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { pe, tar } from '../../fixtures/archives.ts';
import { concat, patched } from '../../fixtures/bytes.ts';
import { fitImage } from '../../fixtures/fit.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { openedLines } from '../support/opened-lines.ts';
import { temporaryFolder } from '../support/temporary.ts';

const UPDATE = intelUpdate();
const CONTAINER = amdContainer({});
const DUMP = concat(new Uint8Array(5), UPDATE, new Uint8Array(2), CONTAINER, new Uint8Array(9));

async function linesOf(name: string, bytes: Uint8Array): Promise<string[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), bytes);
  return (await openedLines([join(folder, name)], { scan: true })).map((line) => line.slice(folder.length + 1));
}

describe('with the search switched on', () => {
  test('updates in unknown bytes are found, with their offsets in the origin', async () => {
    expect(await linesOf('dump', DUMP)).toEqual([
      `dump+0x5 intel ${UPDATE.length}`,
      `dump+0x${(7 + UPDATE.length).toString(16)} amd-container ${CONTAINER.length}`,
    ]);
  });

  test('so are those in compressed files, archives and programs', async () => {
    expect(await linesOf('dump.gz', gzipSync(DUMP))).toContain(`dump.gz!dump+0x5 intel ${UPDATE.length}`);
    expect(await linesOf('a.tar', await tar({ name: 'bios.rom', bytes: DUMP }))).toContain(
      `a.tar!bios.rom+0x5 intel ${UPDATE.length}`,
    );
    expect(await linesOf('updater.exe', pe({ name: '.rsrc', bytes: DUMP }))).toContain(
      `updater.exe+0x405 intel ${UPDATE.length}`,
    );
  });

  test('a firmware image’s table is read', async () => {
    const image = fitImage({ slots: [0x1000], contents: [{ offset: 0x1000, bytes: UPDATE }] });
    expect(await linesOf('bios.rom', image)).toEqual([
      `bios.rom+0x1000 intel ${UPDATE.length}`,
      'bios.rom fit/table: a table of 2 rows references 1 updates; 0 of its slots are empty',
      'bios.rom fit/referenced: row 1 references the update at byte 4096',
    ]);
  });

  test('a file that holds none is said to hold none', async () => {
    expect(await linesOf('dump', Buffer.from('Hello, world'))).toEqual([
      'dump input/no-microcode: holds no microcode: it was looked through',
    ]);
  });

  test('a dump that starts with an update is searched behind it', async () => {
    expect(await linesOf('dump', DUMP.subarray(5))).toEqual([
      `dump intel ${UPDATE.length}`,
      `dump+0x${(2 + UPDATE.length).toString(16)} amd-container ${CONTAINER.length}`,
    ]);
  });

  test('a damaged update goes to its reader, which says what is wrong', async () => {
    expect(await linesOf('06-9a-04', patched(UPDATE, 100, [0, 1, 2, 3]))).toEqual([`06-9a-04 intel ${UPDATE.length}`]);
  });

  test('files of a known format are read as what they are', async () => {
    expect(await linesOf('06-9a-04', UPDATE)).toEqual([`06-9a-04 intel ${UPDATE.length}`]);
  });
});
