/** Documents as indented text: the keys of the JSON in words. Text and JSON have one source. */

export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };

/** `minimumRevision` reads "minimum revision". */
const words = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const isBranch = (tree: Tree): tree is { readonly [key: string]: Tree } =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);

function leaf(tree: Tree): string {
  if (tree === null) return '-';
  if (typeof tree === 'boolean') return tree ? 'yes' : 'no';
  if (isList(tree)) return tree.length === 0 ? 'none' : tree.map(leaf).join(', ');
  return isBranch(tree) ? '...' : String(tree);
}

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree);

const isLeaf = (tree: Tree): boolean => (isList(tree) ? !tree.some(isBranch) : !isBranch(tree));

/** Each leaf on a line of its own; lists of documents as numbered branches. */
export function renderTree(tree: { readonly [key: string]: Tree }, indent = ''): string {
  const entries = Object.entries(tree);
  const width = Math.max(0, ...entries.filter(([, value]) => isLeaf(value)).map(([key]) => words(key).length)) + 1;
  return entries
    .map(([key, value]) => {
      const name = words(key);
      if (isBranch(value)) return branch(name, value, indent);
      if (isLeaf(value) || !isList(value)) return `${indent}${`${name}:`.padEnd(width)} ${leaf(value)}\n`;
      return value
        .map((item, i) => branch(`${name} ${i + 1}`, isBranch(item) ? item : { value: item }, indent))
        .join('');
    })
    .join('');
}

const branch = (name: string, value: { readonly [key: string]: Tree }, indent: string): string =>
  `${indent}${name}\n${renderTree(value, `${indent}  `)}`;
