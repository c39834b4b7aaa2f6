/** What the platform will not do: an answer for the HTTP status, and a sentence that says what to do. */
export class Refusal extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}
