/** Says at the end of a run why tests were skipped: each reason once, with the number of tests. */
import type { Reporter, TestModule } from 'vitest/node';

export const NO_REASON = 'no reason is given';

/** Lines about the skipped tests, the commonest reason first; none when nothing was skipped. */
export function skipLines(reasons: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (rows.length === 0) return [];
  const width = String(rows[0]?.[1]).length;
  return ['skipped, because:', ...rows.map(([reason, count]) => `  ${String(count).padStart(width)}  ${reason}`)];
}

export class SkipReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((one) => {
        const result = one.result();
        return (result.state === 'skipped' ? result.note?.split('\n')[0] : undefined) ?? NO_REASON;
      }),
    );
    for (const line of skipLines(reasons)) process.stdout.write(`${line}\n`);
  }
}
