import { type BootLoader } from '../boot-loaders/boot-loader.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** Without `.` and empty parts; `..` never leads above the start. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * Where a file may be that a configuration names, most likely first, as absolute paths below the root of the system. `configPath` is
 * the configuration's own place there.
 */
export function filePlaces(loader: BootLoader, configPath: string, path: string): string[] {
  const beside = folderOf(configPath);
  switch (loader.id) {
    case 'xen-cfg':
    case 'systemd-boot':
      return [...new Set([normal(beside + path.replaceAll('\\', '/')), normal(path.replaceAll('\\', '/'))])];
    case 'ipxe': {
      const plain = path.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\?.*$/, '');
      const name = plain.slice(plain.lastIndexOf('/') + 1);
      return [
        ...new Set([...(plain.startsWith('/') ? [] : [normal(beside + plain)]), normal(plain), normal(beside + name)]),
      ];
    }
    case 'limine': {
      const plain = path.replace(/^\w+\([^)]*\):/, '').replace(/#.*$/, '');
      return [...new Set([normal(plain), normal(`/boot/${plain}`)])];
    }
    case 'grub2':
    case 'grub-legacy': {
      // A separate /boot is the root of its own file system, and its paths start there.
      const plain = path.replace(/^\([^)]*\)/, '');
      return [...new Set([normal(plain), normal(`/boot/${plain}`)])];
    }
    case 'syslinux':
    case 'uki':
      return [
        ...new Set(
          path.startsWith('/') ? [normal(path), normal(beside + path)] : [normal(beside + path), normal(path)],
        ),
      ];
  }
}
