/** What a generated validator looks like (ajv's standalone code). */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  /** JSON pointer, with `#`, of the keyword in the schema. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
