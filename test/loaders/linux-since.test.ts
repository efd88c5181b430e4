import { describe, expect, test } from 'vitest';
import { saysLinuxSince } from '../../src/loaders/linux-since.ts';
import { LINUX_TRAITS } from '../../src/loaders/linux-versions.ts';

describe('since when Linux does something', () => {
  test('is the main line, then the stable branches that took it over', () => {
    const said = saysLinuxSince('passesOverOtherSide');
    expect(said.startsWith(`${LINUX_TRAITS.passesOverOtherSide.since}, `)).toBe(true);
    for (const branch of ['6.18', '6.12', '6.6']) expect(said).toContain(branch);
  });

  test('is one release where no branch did', () => {
    expect(saysLinuxSince('stopsAtFirstMatch')).toBe('6.3');
  });
});
