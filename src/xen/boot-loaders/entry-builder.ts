import { type FoundEntry, type XenModule } from './boot-loader.ts';
import { linuxWords, xenWords } from './raw-line.ts';

interface Line {
  readonly path: string;
  /** Offset of the line in the text. */
  readonly at: number;
}

/** Collects the lines of one multiboot entry; the first module is the dom0 kernel. */
export class EntryBuilder {
  private readonly modules: { module: XenModule; at: number }[] = [];
  private kernel: { path: string; words: readonly string[]; at: number } | undefined;
  private readonly title: string;
  private readonly hypervisor: Line;
  private readonly xenLine: string;
  private readonly xenDropped: string | null;
  private kernelDropped: string | null = null;

  constructor(title: string, hypervisor: Line, xenLine: string, dropped: string | null = null) {
    this.title = title;
    this.hypervisor = hypervisor;
    this.xenLine = xenLine;
    this.xenDropped = dropped;
  }

  /** Adds a module whose words are known. */
  add({ path, at }: Line, words: readonly string[], { nounzip = false, dropped = null as string | null } = {}): void {
    if (this.kernel === undefined) {
      this.kernel = { path, words, at };
      this.kernelDropped = dropped;
    } else this.modules.push({ module: { path, arguments: words, kind: 'module', nounzip }, at });
  }

  /** Adds a module with the rest of its line. */
  addLine(line: Line, rest: string, options: { nounzip?: boolean } = {}): void {
    this.add(line, linuxWords(rest), options);
  }

  finish(): FoundEntry {
    return {
      entry: {
        title: this.title,
        hypervisor: this.hypervisor.path,
        xenArguments: xenWords(this.xenLine),
        dom0: { kernel: this.kernel?.path ?? '', arguments: this.kernel?.words ?? [] },
        modules: this.modules.map(({ module }) => module),
      },
      at: {
        xen: this.hypervisor.at,
        kernel: this.kernel?.at ?? this.hypervisor.at,
        modules: this.modules.map(({ at }) => at),
      },
      xenLine: this.xenLine,
      dropped: { xen: this.xenDropped, kernel: this.kernelDropped },
      byKey: false,
    };
  }
}
