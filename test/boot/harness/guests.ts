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

/** Path of the hypervisor as an uncompressed ELF file, which is what QEMU's multiboot loader takes. */
export function xenFile(name: XenName): string {
  const packed = theFile(xenPackage(name).root, /^xen-.*\.gz$/);
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
