import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  cacheFolder,
  dependencyOf,
  type FetchedPackage,
  fetchPackage,
  type PackageRequest,
  Unavailable,
} from '../../../scripts/debian.ts';

interface Origin {
  readonly suites?: readonly string[];
}

/**
 * Debian's kernels of three eras, each the current one of its suite: package versions age out of the archive, so naming
 * them would break the tests within weeks. The meta package names the image; from 7.x on that one is a meta package too.
 */
const KERNELS = {
  '6.1': {},
  '6.12': { suites: ['bookworm-backports'] },
  '7.x': { suites: ['trixie-backports'] },
} as const satisfies Readonly<Record<string, Origin>>;

export type KernelName = keyof typeof KERNELS;
export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

/** The version that src/loaders is asked for. */
export const MODELLED_AS: Readonly<Record<KernelName, string>> = { '6.1': '6.1', '6.12': '6.12', '7.x': '7.2' };

const XENS: Readonly<Record<'4.17' | '4.20', Origin & { readonly package: string }>> = {
  '4.17': { package: 'xen-hypervisor-4.17-amd64' },
  '4.20': { package: 'xen-hypervisor-4.20-amd64', suites: ['trixie'] },
};

export type XenName = keyof typeof XENS;
export const XEN_NAMES = Object.keys(XENS) as XenName[];

/** The release that src/xen and src/loaders are asked for: what Debian ships in the series. */
export const RELEASES: Readonly<Record<XenName, string>> = { '4.17': '4.17.7', '4.20': '4.20.3' };

/** A release of which Debian still holds the package, pinned: it may be gone tomorrow, and then its tests are skipped. */
interface PinnedGuest {
  readonly package: string;
  readonly suite: string;
}

const image = (release: string, suite: string): PinnedGuest => ({ package: `linux-image-${release}-amd64`, suite });
const binary = (release: string, suite: string): PinnedGuest => ({ package: `linux-binary-${release}-amd64`, suite });

/** Kernels at points between which a stable branch changed. */
const POINT_KERNELS = {
  '5.10.218': image('5.10.0-30', 'bullseye'),
  '5.10.262': image('5.10.0-46', 'bullseye-security'),
  '6.1.170': image('6.1.0-47', 'bookworm'),
  '6.1.192': image('6.1.0-56', 'bookworm-security'),
  '6.12.43': image('6.12.43+deb12', 'bookworm-backports'),
  '6.12.57': image('6.12.57+deb12', 'bookworm-backports'),
  '6.12.69': image('6.12.69+deb12', 'bookworm-backports'),
  '6.12.118': image('6.12.118+deb13', 'trixie-security'),
  '6.16.3': image('6.16.3+deb13', 'trixie-backports'),
  '6.16.12': image('6.16.12+deb13', 'trixie-backports'),
  '6.17.8': image('6.17.8+deb13', 'trixie-backports'),
  '6.17.13': image('6.17.13+deb13', 'trixie-backports'),
  '6.18.5': image('6.18.5+deb13', 'trixie-backports'),
  '6.18.15': image('6.18.15+deb13', 'trixie-backports'),
  '6.19.6': binary('6.19.6+deb13', 'trixie-backports'),
  '6.19.14': binary('6.19.14+deb13', 'trixie-backports'),
  '7.0.13': binary('7.0.13+deb13', 'trixie-backports'),
  '7.1.3': binary('7.1.3+deb13', 'trixie-backports'),
  '7.2.6': binary('7.2.6+deb13', 'trixie-backports'),
  '7.2.12': binary('7.2.12+deb13', 'trixie-backports'),
  '7.3.4': binary('7.3.4+deb13', 'trixie-backports'),
} as const satisfies Readonly<Record<string, PinnedGuest>>;

export type PointKernel = keyof typeof POINT_KERNELS;
export const POINT_KERNEL_NAMES = Object.keys(POINT_KERNELS) as PointKernel[];

/** Xens at points between which a branch changed, by the version that their package has. */
const POINT_XENS = {
  '4.14.5+94-ge49571868d-1': { package: 'xen-hypervisor-4.14-amd64', suite: 'bullseye-security' },
  '4.14.6-1': { package: 'xen-hypervisor-4.14-amd64', suite: 'bullseye' },
  '4.17.5+72-g01140da4e8-1': { package: 'xen-hypervisor-4.17-amd64', suite: 'bookworm' },
  '4.17.7+13-g2445b30a44-0+deb12u1': { package: 'xen-hypervisor-4.17-amd64', suite: 'bookworm-security' },
  '4.20.4+63-g7abfd2bce2-0+deb13u1': { package: 'xen-hypervisor-4.20-amd64', suite: 'trixie-security' },
} as const satisfies Readonly<Record<string, PinnedGuest>>;

export type PointXen = keyof typeof POINT_XENS;
export const POINT_XEN_NAMES = Object.keys(POINT_XENS) as PointXen[];

const fromMain = (name: string, { suites }: Origin): PackageRequest => ({
  name,
  components: ['main'],
  ...(suites === undefined ? {} : { suites }),
});

/** Path of the kernel image. @throws Unavailable without apt, network or the package. */
export function kernelFile(name: KernelName): string {
  const origin = KERNELS[name];
  let image = dependencyOf(fromMain('linux-image-amd64', origin), /^linux-image-\d/);
  if (name === '7.x') image = dependencyOf(fromMain(image, origin), /^linux-binary-\d/);
  const { root } = fetchPackage({ ...fromMain(image, origin), only: ['*/vmlinuz*'] });
  return theFile(root, /^vmlinuz/);
}

/** Path of the kernel image of exactly this release. @throws Unavailable when the archive no longer has it */
export function pointKernelFile(name: PointKernel): string {
  const { package: wanted, suite } = POINT_KERNELS[name];
  const { root } = fetchPackage({ ...fromMain(wanted, { suites: [suite] }), only: ['*/vmlinuz*'] });
  return theFile(root, /^vmlinuz/);
}

/** Path of the hypervisor of exactly this version. @throws Unavailable when the archive no longer has it */
export function pointXenFile(name: PointXen): string {
  const { package: wanted, suite } = POINT_XENS[name];
  const request = { ...fromMain(wanted, { suites: [suite] }), version: name, only: ['./boot/xen-*.gz'] };
  return unpackedXen(fetchPackage(request).root);
}

/** Path of the hypervisor as an uncompressed ELF file, which is what QEMU's multiboot loader takes. */
export function xenFile(name: XenName): string {
  return unpackedXen(xenPackage(name).root);
}

function unpackedXen(root: string): string {
  const packed = theFile(root, /^xen-.*\.gz$/);
  const file = packed.replace(/\.gz$/, '.elf');
  if (!existsSync(file)) {
    writeFileSync(`${file}.${process.pid}`, gunzipSync(readFileSync(packed)));
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

/** Path of the hypervisor as an EFI program. */
export function xenEfiFile(name: XenName): string {
  const { deb } = xenPackage(name);
  const file = join(cacheFolder(), 'boot', `${basename(deb, '.deb')}.efi`);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const take = `dpkg-deb --fsys-tarfile "$1" | tar -x --to-stdout --wildcards './boot/xen-*.efi' > "$2"`;
    execFileSync('sh', ['-c', take, 'sh', deb, `${file}.${process.pid}`]);
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

const xenPackage = (name: XenName): FetchedPackage =>
  fetchPackage({ ...fromMain(XENS[name].package, XENS[name]), only: ['./boot/xen-*.gz'] });

function theFile(root: string, pattern: RegExp): string {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.find((entry) => pattern.test(entry.name));
  if (found === undefined) throw new Unavailable(`no file like ${pattern.source} in ${root}`);
  return join(found.parentPath, found.name);
}
