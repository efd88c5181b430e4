/** Scenario files for tests. */

/** The text of a scenario of one case. */
export const scenarioOf = (one: object): string =>
  JSON.stringify({
    schema: 'ucodekit/scenario@1',
    id: 'T',
    title: 'T',
    teaches: 'T',
    source: 'T',
    cases: [{ name: 'T', ...one }],
  });
