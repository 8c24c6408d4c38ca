/** What a call answered instead of data; status 0: the server was not reached. */
export class ApiError extends Error {
  /** `english`: the server's own sentence. `message` is what `say` makes of it, whenever it is read: in the language
   * that is chosen then. */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly english: string,
    say: (english: string) => string = (english) => english,
  ) {
    super(english);
    this.name = 'ApiError';
    Object.defineProperty(this, 'message', { configurable: true, get: () => say(english) });
  }
}

/** What an error says, now: an ApiError's sentence goes by the language that is chosen. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
