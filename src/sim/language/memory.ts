/** How the CPUs of every model see each other's stores. */
export const MEMORY = {
  model: 'sequential consistency',
  means: 'every store is seen by all CPUs at once and in program order; store buffers are not modelled',
} as const;
