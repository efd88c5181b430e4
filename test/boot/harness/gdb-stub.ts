import type { Socket } from 'node:net';

/** Registers of the stub's x86-64 `g` packet that matter here, by their index among the 8-byte ones. */
export const REGISTER = { rax: 0, rcx: 2, rdx: 3, rip: 16 } as const;
export type Register = keyof typeof REGISTER;

/** The text of a `g` packet: 16 hex digits a register, little-endian. */
export type RegisterFile = string;

export const registerOf = (file: RegisterFile, name: Register): bigint =>
  Buffer.from(file.slice(REGISTER[name] * 16, REGISTER[name] * 16 + 16), 'hex').readBigUInt64LE();

export function withRegister(file: RegisterFile, name: Register, value: bigint): RegisterFile {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  const at = REGISTER[name] * 16;
  return file.slice(0, at) + bytes.toString('hex') + file.slice(at + 16);
}

/** Longest read asked of the stub at once, bytes. */
const READ = 1024;

/**
 * A client of the GDB remote serial protocol, as much of it as QEMU's stub needs to be asked for breakpoints, registers and memory.
 * Packets are `$text#checksum`; each is acknowledged with `+`.
 */
export class GdbStub {
  readonly #socket: Socket;
  readonly #waiting: ((packet: string | undefined) => void)[] = [];
  readonly #arrived: string[] = [];
  #text = '';
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => {
      this.#text += data.toString('latin1');
      this.#split();
    });
    socket.on('close', () => {
      this.#closed = true;
      for (const wake of this.#waiting.splice(0)) wake(undefined);
    });
    // An error is always followed by 'close', which is where waiting callers learn of it.
    socket.on('error', () => undefined);
  }

  /** Sends one command and returns the stub's answer. */
  async command(text: string): Promise<string> {
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum = (sum + text.charCodeAt(i)) & 0xff;
    this.#socket.write(`$${text}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
    const answer = await this.#receive();
    if (answer === undefined) throw new Error('the stub closed the connection');
    return answer;
  }

  /** Guest memory from `address` on; shorter than `length` where the guest has nothing mapped. */
  async memory(address: bigint, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let at = 0; at < length; at += READ) {
      const size = Math.min(READ, length - at);
      const answer = await this.command(`m${(address + BigInt(at)).toString(16)},${size.toString(16)}`);
      if (/^E..$/.test(answer)) break;
      parts.push(Buffer.from(answer, 'hex'));
    }
    return Buffer.concat(parts);
  }

  #split(): void {
    for (;;) {
      const start = this.#text.indexOf('$');
      const end = this.#text.indexOf('#', start);
      if (start < 0 || end < 0 || this.#text.length < end + 3) return;
      const packet = this.#text.slice(start + 1, end);
      this.#text = this.#text.slice(end + 3);
      this.#socket.write('+');
      const wake = this.#waiting.shift();
      if (wake === undefined) this.#arrived.push(packet);
      else wake(packet);
    }
  }

  #receive(): Promise<string | undefined> {
    const packet = this.#arrived.shift();
    if (packet !== undefined) return Promise.resolve(packet);
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
