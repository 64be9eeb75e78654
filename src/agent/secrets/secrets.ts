/** What the user keeps for Claude to type without seeing it. */

export interface Secret {
  readonly name: string;
  readonly value: string;
  /** Origins of pages, such as `https://example.com`, and desktops: `virtual`, `docker`, or the address of a remote one. */
  readonly places: readonly string[];
}

/** Where secrets are kept. */
export interface SecretVault {
  /** All there are, as of now: the same list as long as nothing has changed. Never rejects. */
  read(): Promise<readonly Secret[]>;
}

/** In characters. What is shorter could not be told from other text, so it could not be kept from coming back. */
export const MIN_SECRET_LENGTH = 4;
export const MAX_SECRET_LENGTH = 256;
