type NotFinite = 'NaN' | 'Infinity' | '-Infinity';

/** An answer whose numbers are all finite: without the words that the API writes for those that are not. */
export type Finite<Value> = Value extends NotFinite
  ? never
  : Value extends (infer Item)[]
    ? Finite<Item>[]
    : Value extends object
      ? { [Key in keyof Value]: Finite<Value[Key]> }
      : Value;
