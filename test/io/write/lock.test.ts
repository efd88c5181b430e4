import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/findings/failure.ts';
import { type LockOwner, parseOwner, stateOf, thisProcess } from '../../../src/io/write/lock-owner.ts';
import { lockFile, lockPath } from '../../../src/io/write/lock.ts';
import { abandonWrites } from '../../../src/io/write/temporary.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const AT_ONCE = { patience: 0 };
const PATIENT = { patience: 60_000 };

function place(): { readonly folder: string; readonly file: string; readonly lock: string } {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  return { folder, file, lock: lockPath(file) };
}

/** A lock as a process on this machine would have left it that has ended. */
const stale = (): LockOwner => ({ ...thisProcess(), pid: spawnSync('true').pid });

async function refusal(file: string): Promise<Failure> {
  try {
    await lockFile(file, AT_ONCE);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('the file was not locked');
}

describe('a lock', () => {
  test('stands beside the file, names its owner and is gone afterwards', async () => {
    const { folder, file, lock } = place();
    const held = await lockFile(file, AT_ONCE);
    expect(parseOwner(readFileSync(lock, 'utf8'))).toEqual(thisProcess());
    held.release();
    held.release();
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('refuses another, or has it wait', async () => {
    const { file } = place();
    const held = await lockFile(file, AT_ONCE);
    const { details } = await refusal(file);
    expect(details).toMatchObject({ kind: 'output', code: 'output/busy', where: file });
    expect(details.message).toContain(`is being written by process ${process.pid} on `);
    const told: string[] = [];
    const waiting = lockFile(file, { ...PATIENT, onWait: (holder) => void told.push(holder) });
    setTimeout(() => {
      held.release();
    }, 100);
    (await waiting).release();
    expect(told).toHaveLength(1);
  });

  test('is one, however the file is named', async () => {
    const { folder, file, lock } = place();
    mkdirSync(join(folder, 'sub'));
    symlinkSync('../file', join(folder, 'sub/link'));
    expect(lockPath(join(folder, 'sub/link'))).toBe(lock);
    expect(lockPath(join(folder, 'sub/../file'))).toBe(lock);
    symlinkSync('.', join(folder, 'here'));
    expect(lockPath(join(folder, 'here/new'))).toBe(lockPath(join(folder, 'new')));
    const held = await lockFile(file, AT_ONCE);
    expect((await refusal(join(folder, 'sub/link'))).details.code).toBe('output/busy');
    held.release();
  });

  test('goes when the program is interrupted', async () => {
    const { file, lock } = place();
    await lockFile(file, AT_ONCE);
    abandonWrites();
    expect(existsSync(lock)).toBe(false);
  });

  test('is not made for a device, nor where no file can be made', async () => {
    for (const path of ['/dev/null', join(temporaryFolder(), 'none/file')]) {
      const held = await lockFile(path, AT_ONCE);
      expect(existsSync(lockPath(path))).toBe(false);
      held.release();
    }
  });
});

describe('the owner of a lock', () => {
  const here: LockOwner = thisProcess();

  test.each<[string, Partial<LockOwner>, string]>([
    ['this process', {}, 'runs'],
    ['a process whose id has been given away', { started: '1' }, 'ended'],
    ['a process of the boot before', { boot: 'another' }, 'ended'],
    ['a process in another container', { namespace: 'pid:[1]' }, 'unknown'],
    ['a process on another machine', { host: 'elsewhere', boot: 'another' }, 'unknown'],
  ])('%s', (_, change, state) => {
    expect(stateOf({ ...here, ...change }, here)).toBe(state);
  });

  test('a process that has ended, and one that is not named', () => {
    expect(stateOf(stale())).toBe('ended');
    expect(stateOf(undefined)).toBe('unknown');
  });

  test.each(['', '{', 'null', '[]', '{"pid":0}', JSON.stringify({ ...here, pid: '1' }), JSON.stringify({ pid: 1 })])(
    'is not made up from %j',
    (text) => {
      expect(parseOwner(text)).toBeUndefined();
    },
  );
});

describe('a lock that was left', () => {
  test('is taken away when its owner has ended', async () => {
    const { folder, file, lock } = place();
    for (const left of [stale(), { ...thisProcess(), boot: 'another' }, { ...thisProcess(), started: '1' }]) {
      writeFileSync(lock, JSON.stringify(left));
      (await lockFile(file, AT_ONCE)).release();
      expect(readdirSync(folder)).toEqual(['file']);
    }
  });

  test.each<[string, string]>([
    ['names another machine', JSON.stringify({ ...thisProcess(), host: 'elsewhere' })],
    ['names nobody', ''],
  ])('stays when it %s, and the file to delete is named', async (_, text) => {
    const { file, lock } = place();
    writeFileSync(lock, text);
    const { details } = await refusal(file);
    expect(details.message).toContain('whether that still runs cannot be told from here');
    expect(details.advice).toContain(`delete ${lock}`);
    expect(readFileSync(lock, 'utf8')).toBe(text);
  });

  test('is not followed when it is a link', async () => {
    const { file, lock } = place();
    symlinkSync('nowhere', lock);
    expect((await refusal(file)).details.code).toBe('output/busy');
    expect(readlinkSync(lock)).toBe('nowhere');
  });

  test('is taken away by one run only', async () => {
    const { file, lock } = place();
    writeFileSync(lock, JSON.stringify(stale()));
    writeFileSync(`${lock}.stale`, '');
    const { details } = await refusal(file);
    expect(details.message).toContain('has ended, and the lock could not be removed');
    expect(details.advice).toContain(`Delete ${lock} and ${lock}.stale`);
  });

  test('many that find it at once hold the lock one after the other', async () => {
    const { folder, file, lock } = place();
    writeFileSync(lock, JSON.stringify(stale()));
    let holders = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const held = await lockFile(file, PATIENT);
        most.push(++holders);
        await new Promise((resolve) => setTimeout(resolve, 3));
        holders--;
        held.release();
      }),
    );
    expect(most).toEqual(Array.from({ length: 12 }, () => 1));
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
