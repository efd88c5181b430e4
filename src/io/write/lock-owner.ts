/** Who holds a lock: a process, on a machine, since a boot. From this another run can tell whether the holder still runs. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasEnded } from './temporary.ts';

export interface LockOwner {
  readonly pid: number;
  /** When the process started, in ticks since the boot; empty where that cannot be read. An id is given to another process in time. */
  readonly started: string;
  readonly host: string;
  /** Of this boot of the kernel; empty where there is none. */
  readonly boot: string;
  /** In which process ids count: a container has ids of its own. Empty where there are no such. */
  readonly namespace: string;
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

/** Field 22 of proc_pid_stat(5); the second is a name in parentheses, with anything in it. */
const startOf = (pid: number): string =>
  textOf(() => readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, '').trim().split(' ')[19] ?? '');

export const thisProcess = (): LockOwner => ({
  pid: process.pid,
  started: startOf(process.pid),
  host: hostname(),
  boot: textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
  namespace: textOf(() => readlinkSync('/proc/self/ns/pid')),
});

/** `unknown`: the process is, or was, on another machine or in another container, or the lock does not say whose it is. */
export type OwnerState = 'runs' | 'ended' | 'unknown';

export function stateOf(owner: LockOwner | undefined, here: LockOwner = thisProcess()): OwnerState {
  if (owner === undefined || owner.host !== here.host) return 'unknown';
  if (owner.boot !== here.boot) return 'ended';
  if (owner.namespace !== here.namespace) return 'unknown';
  if (hasEnded(owner.pid)) return 'ended';
  const started = startOf(owner.pid);
  return owner.started !== '' && started !== '' && started !== owner.started ? 'ended' : 'runs';
}

/** The owner that a lock names; undefined when it names none, which is so for a moment after it was made. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const fields: Readonly<Record<string, unknown>> = { ...value };
    const { pid, started, host, boot, namespace } = fields;
    const words = [started, host, boot, namespace];
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
    if (!words.every((word) => typeof word === 'string')) return undefined;
    return { pid, started: String(started), host: String(host), boot: String(boot), namespace: String(namespace) };
  } catch {
    return undefined;
  }
}
