import { describe, expect, test } from 'vitest';
import { type Installed, unmetDependencies } from './support/dependencies.ts';

const machine: Installed = (name, relation, than) =>
  name === 'kmod' || (name === 'libc6' && (relation === undefined || than === '2.34'));

describe('what a package depends on', () => {
  test.each([
    ['', []],
    ['kmod', []],
    ['kmod, libc6 (>= 2.34)', []],
    ['kmod:any, libc6', []],
    ['udev | kmod', []],
    ['kmod, udev, libc6 (>= 2.41)', ['udev', 'libc6 (>= 2.41)']],
    ['udev | kpartx (>= 1), kmod', ['udev | kpartx (>= 1)']],
  ])('%j', (depends, unmet) => {
    expect(unmetDependencies(depends, machine)).toEqual(unmet);
  });
});
