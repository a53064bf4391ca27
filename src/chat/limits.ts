/** How large a value may be, in bytes of its JSON; a tool's own `maxInputLength` and `maxOutputBytes` come before them. */
export interface Limits {
  /** What somebody says, or changes a call's input to; what a model calls a tool with. Default: 256 KiB. */
  readonly input: number;
  /** What a tool gives, or somebody in its place. Default: 4 MiB. */
  readonly result: number;
  /** The bytes of one file. Default: 20 MiB. */
  readonly file: number;
  /** What a tool emits or reports while it runs; what stands in a word or a decision beside all that. Default: 64 KiB. */
  readonly event: number;
}
