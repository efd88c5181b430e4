/** `host` as metrics in Prometheus' text format, for the textfile collector of node_exporter. */
import type { HostReport, HostRow } from './host.ts';

/** Backslash, quote and line feed are what a label value must escape. */
const labelValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labels = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${labelValue(value)}"`)
    .join(',');

const cpuLabels = ({ vendorId, cpu, signature, platformMask, cpus }: HostRow): string =>
  labels({ vendor: vendorId, cpu, signature, platform: platformMask ?? '', cpus });

interface Sample {
  readonly labels: string;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** One sample for each group that has the value. */
const perGroup = (groups: readonly HostRow[], valueOf: (row: HostRow) => number | null): Sample[] =>
  groups.flatMap((row) => {
    const value = valueOf(row);
    return value === null ? [] : [{ labels: cpuLabels(row), value }];
  });

const number = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** Revisions are values, not labels, so that a change does not start a new series. */
export function renderHostMetrics({ groups, guest, mixed }: HostReport): string {
  const metrics: readonly Metric[] = [
    {
      name: 'ucodekit_microcode_cpus',
      help: 'CPUs that are alike in model, platform and running revision.',
      samples: perGroup(groups, ({ count }) => count),
    },
    {
      name: 'ucodekit_microcode_revision',
      help: 'Running microcode revision.',
      samples: perGroup(groups, ({ revision }) => number(revision ?? undefined)),
    },
    {
      name: 'ucodekit_microcode_newest_known_revision',
      help: 'Newest revision in the catalogue of this program.',
      samples: perGroup(groups, ({ newestKnown }) => number(newestKnown?.revision)),
    },
    {
      name: 'ucodekit_microcode_offered_revision',
      help: 'Newest revision in the collection that was named.',
      samples: perGroup(groups, ({ available }) => number(available?.revision)),
    },
    {
      name: 'ucodekit_microcode_update_available',
      help: 'Whether the collection has a newer revision than the one that runs.',
      samples: perGroup(groups, ({ available }) => (available === null ? null : Number(available.state === 'newer'))),
    },
    {
      name: 'ucodekit_microcode_late_load_safe',
      help: 'Whether that revision may be loaded while the system runs.',
      samples: perGroup(groups, ({ available }) => (available?.state === 'newer' ? Number(available.lateSafe) : null)),
    },
    { name: 'ucodekit_microcode_mixed', help: 'Whether CPUs differ.', samples: [{ labels: '', value: Number(mixed) }] },
    {
      name: 'ucodekit_microcode_guest',
      help: 'Whether a hypervisor runs below and makes the revisions up.',
      samples: [{ labels: '', value: Number(guest) }],
    },
  ];
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, samples }) =>
      [
        `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`,
        ...samples.map((sample) => `${name}${sample.labels === '' ? '' : `{${sample.labels}}`} ${sample.value}\n`),
      ].join(''),
    )
    .join('');
}
