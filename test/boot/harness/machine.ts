/**
 * Runs a guest under QEMU's software emulation (no KVM), catches its RDMSR and WRMSR through the GDB stub and plays the
 * microcode registers of the chosen CPU. The guest sees a CPU that takes updates and prints its own success lines; the test
 * sees the bytes that the guest handed over. `ucode-rev=` alone would only fix what 0x8b reads, so a match would go unseen.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { familyModelStepping, type ModelledCpu } from './modelled-cpu.ts';
import type { Site } from './msr-sites.ts';
import { type RawWrite, Traps } from './traps.ts';

/** A file the guest was given, to find in it what the guest handed over. */
export interface GuestInput {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface StopLine {
  readonly pattern: RegExp;
  readonly why: string;
}

/** What to boot. */
export interface Guest {
  readonly sites: readonly Site[];
  readonly inputs: readonly GuestInput[];
  /** MiB. */
  readonly memory: number;
  /** QEMU arguments that load the guest; `folder` is for files it needs on disk and goes away after the run. */
  readonly load: (folder: string) => readonly string[];
  /** The console line that ends the run. */
  readonly stop: readonly StopLine[];
}

export interface RunOptions {
  readonly cpus?: number;
  /** Sets CPUID(1).ECX[31]; then Linux does not load at all, Xen does not care. */
  readonly hypervisorBit?: boolean;
  /** The CPU ignores every update. */
  readonly refusesUpdates?: boolean;
  readonly timeoutSeconds?: number;
}

/** One write to an update register. */
export interface Write extends Omit<RawWrite, 'bytes' | 'sizeKnown'> {
  readonly size: number;
  readonly sha256: string;
  /** Where the bytes stand among the inputs. */
  readonly found: { readonly input: string; readonly offset: number } | undefined;
}

export interface Observation {
  readonly writes: readonly Write[];
  readonly console: readonly string[];
  readonly ended: string;
  /** Breakpoints hit: a run without any says nothing about the loader. */
  readonly trapHits: number;
  /** Why the run says nothing, or undefined when it counts. Never "not found": a loader that was not watched proves nothing. */
  readonly broken: string | undefined;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function cpuArgument(cpu: ModelledCpu, options: RunOptions): string {
  const { family, model, stepping } = familyModelStepping(cpu.signature);
  const revision = cpu.vendor === 'amd' ? BigInt(cpu.revision) : BigInt(cpu.revision) << 32n;
  return [
    'qemu64',
    `vendor=${cpu.vendor === 'amd' ? 'AuthenticAMD' : 'GenuineIntel'}`,
    `family=${family},model=${model},stepping=${stepping}`,
    `ucode-rev=0x${revision.toString(16)}`,
    ...(options.hypervisorBit === true ? [] : ['-hypervisor']),
  ].join(',');
}

function qemuArguments(guest: Guest, cpu: ModelledCpu, options: RunOptions, folder: string, socket: string): string[] {
  const machine = `-accel tcg -machine q35 -m ${guest.memory} -smp ${options.cpus ?? 1}`;
  const console = '-nodefaults -display none -serial stdio -no-reboot';
  return [
    ...`${machine} ${console}`.split(' '),
    '-cpu',
    cpuArgument(cpu, options),
    '-S',
    '-gdb',
    `unix:${socket},server=on,wait=off`,
    ...guest.load(folder),
  ];
}

/** Boots `guest` on `cpu` until one of its stop lines appears. */
export async function runGuest(guest: Guest, cpu: ModelledCpu, options: RunOptions = {}): Promise<Observation> {
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-boot-'));
  const socket = join(folder, 'gdb');
  const qemu = spawn(process.env['QEMU'] ?? 'qemu-system-x86_64', qemuArguments(guest, cpu, options, folder, socket), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = watch(qemu, guest.stop, options.timeoutSeconds ?? 240);
  const traps = new Traps(cpu, guest.sites, options.refusesUpdates === true);
  const trapping = traps
    .serve(socket, () => run.ended !== undefined)
    .catch((error: unknown) => {
      if (run.ended === undefined) run.end(`traps: ${String(error)}`);
    });
  await run.finished;
  if (qemu.exitCode === null && qemu.signalCode === null) {
    const gone = new Promise((resolve) => qemu.once('exit', resolve));
    qemu.kill('SIGKILL');
    await gone;
  }
  await Promise.race([trapping, delay(2000)]);
  rmSync(folder, { recursive: true, force: true });
  const ended = run.ended ?? 'unknown';
  const stopped = guest.stop.some(({ why }) => why === ended);
  return {
    writes: traps.writes.map((write) => locate(write, guest.inputs)),
    console: consoleLines(run.log),
    ended,
    trapHits: traps.hits,
    broken: stopped
      ? traps.hits === 0
        ? 'no trap was hit'
        : undefined
      : `${ended} ${run.errors.slice(0, 300)}`.trim(),
  };
}

interface Run {
  log: string;
  errors: string;
  ended: string | undefined;
  readonly finished: Promise<void>;
  readonly end: (why: string) => void;
}

function watch(qemu: ChildProcess, stop: readonly StopLine[], timeoutSeconds: number): Run {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const timer = setTimeout(() => run.end('timeout'), timeoutSeconds * 1000);
  const run: Run = {
    log: '',
    errors: '',
    ended: undefined,
    finished,
    end(why) {
      clearTimeout(timer);
      run.ended ??= why;
      finish();
    },
  };
  qemu.stderr?.on('data', (data: Buffer) => (run.errors += data.toString()));
  qemu.stdout?.on('data', (data: Buffer) => {
    run.log += data.toString('latin1');
    const reached = stop.find(({ pattern }) => pattern.test(run.log));
    if (reached !== undefined) run.end(reached.why);
  });
  qemu.on('exit', (code, signal) => run.end(`qemu ended with ${code ?? signal}`));
  qemu.on('error', (error) => run.end(String(error)));
  return run;
}

function locate({ bytes, sizeKnown, ...write }: RawWrite, inputs: readonly GuestInput[]): Write {
  const whole = sizeKnown ? bytes : cutToSection(bytes, inputs);
  let found: Write['found'];
  for (const { name, bytes: input } of inputs) {
    const offset = input.indexOf(whole);
    if (offset >= 0) found ??= { input: name, offset };
  }
  return { ...write, size: whole.length, sha256: sha256(whole), found };
}

/** A patch that was copied before it was handed over has lost its section header; the input's tells its size. */
function cutToSection(bytes: Buffer, inputs: readonly GuestInput[]): Buffer {
  const head = bytes.subarray(0, 64);
  for (const { bytes: input } of inputs) {
    for (let at = input.indexOf(head); at >= 8; at = input.indexOf(head, at + 1)) {
      const size = input.readUInt32LE(at - 4);
      const isSection = input.readUInt32LE(at - 8) === 1 && size >= 64 && size <= bytes.length;
      if (isSection && input.subarray(at, at + size).equals(bytes.subarray(0, size))) return bytes.subarray(0, size);
    }
  }
  return bytes;
}

const ESCAPE = String.fromCodePoint(0x1b);
const TERMINAL_CODES = new RegExp(`${ESCAPE}[[c][0-9;?]*[A-Za-z]?`, 'g');

/** The serial log without carriage returns and terminal codes. */
const consoleLines = (log: string): string[] => log.replaceAll('\r', '').replaceAll(TERMINAL_CODES, '').split('\n');
