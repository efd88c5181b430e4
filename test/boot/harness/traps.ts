import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { GdbStub, registerOf, type RegisterFile, withRegister } from './gdb-stub.ts';
import { type ModelledCpu, readAmdPatch, readIntelUpdate } from './modelled-cpu.ts';
import { MSR } from './msr.ts';
import type { Site } from './msr-sites.ts';

/** A write to an update register, with the bytes that stood at its address. */
export interface RawWrite {
  /** The stub's name for the CPU. */
  readonly cpu: string;
  readonly register: number;
  readonly revision: number;
  /** Intel asks for 16-byte alignment; real CPUs may refuse without it, and Linux does not complain. */
  readonly aligned16: boolean;
  readonly accepted: boolean;
  readonly bytes: Buffer;
  readonly sizeKnown: boolean;
}

/** The breakpoints and what happens at them. */
export class Traps {
  readonly writes: RawWrite[] = [];
  hits = 0;
  readonly #cpu: ModelledCpu;
  readonly #operations: ReadonlyMap<bigint, Site['operation']>;
  readonly #refuses: boolean;
  /** Running revision of each CPU (the stub's thread ids) that has taken an update. */
  readonly #revisions = new Map<string, number>();

  constructor(cpu: ModelledCpu, sites: readonly Site[], refuses: boolean) {
    this.#cpu = cpu;
    this.#operations = new Map(sites.map(({ address, operation }) => [address, operation]));
    this.#refuses = refuses;
  }

  async serve(path: string, hasEnded: () => boolean): Promise<void> {
    const stub = new GdbStub(await connectWhenReady(path, hasEnded));
    await stub.command('?');
    for (const address of this.#operations.keys()) await stub.command(`Z1,${address.toString(16)},1`);
    for (;;) {
      const stop = await stub.command('vCont;c');
      if (!stop.startsWith('T05')) return;
      this.hits++;
      const thread = /thread:([0-9a-f.p]+)/.exec(stop)?.[1] ?? '01';
      await stub.command(`Hg${thread}`);
      const registers = await stub.command('g');
      const answered = await this.#answer(stub, thread, registers);
      if (answered === undefined) {
        const stepped = await stub.command(`vCont;s:${thread}`);
        if (!stepped.startsWith('T05')) return;
      } else {
        // RDMSR and WRMSR are two bytes long: the trap answered, so the instruction itself is passed over.
        await stub.command(`G${withRegister(answered, 'rip', registerOf(answered, 'rip') + 2n)}`);
      }
    }
  }

  /** Registers after the access, or undefined when QEMU shall execute the instruction itself. */
  async #answer(stub: GdbStub, thread: string, registers: RegisterFile): Promise<RegisterFile | undefined> {
    const operation = this.#operations.get(registerOf(registers, 'rip'));
    if (operation === undefined)
      throw new Error(`stopped where no trap is: 0x${registerOf(registers, 'rip').toString(16)}`);
    const number = Number(registerOf(registers, 'rcx') & 0xffffffffn);
    const { vendor, platformId } = this.#cpu;
    if (operation === 'read') {
      const revision = BigInt(this.#revisions.get(thread) ?? this.#cpu.revision);
      if (number === MSR.revision) {
        return vendor === 'amd' ? withValue(registers, 0n, revision) : withValue(registers, revision, 0n);
      }
      // Bits 52:50, so 18 in the high half.
      if (number === MSR.platformId && vendor === 'intel') return withValue(registers, BigInt(platformId << 18), 0n);
      return undefined;
    }
    if (number === MSR.intelLoad || number === MSR.amdLoad) {
      const high = registerOf(registers, 'rdx') & 0xffffffffn;
      const address = (high << 32n) | (registerOf(registers, 'rax') & 0xffffffffn);
      await this.#take(stub, thread, number, address);
      return registers;
    }
    return number === MSR.revision ? registers : undefined;
  }

  async #take(stub: GdbStub, thread: string, register: number, address: bigint): Promise<void> {
    const read = register === MSR.intelLoad ? readIntelUpdate : readAmdPatch;
    const { revision, bytes, sizeKnown, fits } = await read(stub, address, this.#cpu);
    const accepted = !this.#refuses && fits && (register === MSR.amdLoad) === (this.#cpu.vendor === 'amd');
    if (accepted) this.#revisions.set(thread, revision);
    const aligned16 = (address & 15n) === 0n;
    this.writes.push({ cpu: thread, register, revision, aligned16, accepted, bytes, sizeKnown });
  }
}

/** Registers with EDX:EAX as RDMSR leaves them. */
const withValue = (registers: RegisterFile, high: bigint, low: bigint): RegisterFile =>
  withRegister(withRegister(registers, 'rdx', high), 'rax', low);

async function connectWhenReady(path: string, hasEnded: () => boolean): Promise<Socket> {
  for (;;) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect(path, () => resolve(socket));
        socket.once('error', reject);
      });
    } catch (error) {
      if (hasEnded()) throw error;
      await delay(25);
    }
  }
}
