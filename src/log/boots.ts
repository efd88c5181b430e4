/** A message may come this many lines before the banner of its own boot, and no more. */
const BANNER_DISTANCE = 2;

/** Tells the boots of one speaker apart: each begins with its banner, or with a message that is printed once in a boot. */
export class Boots {
  #count = 0;
  /** Messages of this boot that come once. */
  readonly #once = new Set<string>();
  #firstLine = Number.NEGATIVE_INFINITY;
  #hasBanner = false;

  get count(): number {
    return this.#count;
  }

  /** Whether a new boot begins with the banner on line `number`; the line before it may belong to it. */
  banner(number: number): boolean {
    const begins = this.#count === 0 || this.#hasBanner || number - this.#firstLine > BANNER_DISTANCE;
    if (begins) this.#begin(number);
    this.#hasBanner = true;
    return begins;
  }

  /** Whether a new boot begins with `message`, which is printed once in a boot, on line `number`. */
  once(message: string, number: number): boolean {
    const begins = this.#count === 0 || this.#once.has(message);
    if (begins) this.#begin(number);
    this.#once.add(message);
    return begins;
  }

  #begin(number: number): void {
    this.#count++;
    this.#once.clear();
    this.#firstLine = number;
    this.#hasBanner = false;
  }
}
