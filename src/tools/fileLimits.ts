/** What every place of files keeps to. */

/** In bytes. What is larger is not for an editor. */
export const MAX_FILE_BYTES = 10_000_000;
/** Of a listing, and of each of its folders. */
export const MAX_ENTRIES = 1_000;
