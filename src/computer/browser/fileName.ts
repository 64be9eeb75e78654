/** Names for files that pages choose the names of. */

/** In UTF-16 units: at most 240 bytes, less than file systems take. */
const MAX_LENGTH = 80;
const MAX_EXTENSION = 16;

/** Devices on Windows, whatever follows the dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A name that means one file in a folder, on any system: no way out of it, no hidden file, no device, one line, and with
 * the end that says what kind of file it is.
 */
export function safeFileName(written: string): string {
  const name = written
    .toWellFormed()
    .replace(/[\\/:*?"<>|\p{Cc}\p{Cf}\uFFFD]/gu, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (name === '') return 'download';
  const short = name.length <= MAX_LENGTH ? name : shortened(name);
  return DEVICE.test(short) ? `_${short}` : short;
}

function shortened(name: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION ? name.slice(dot) : '';
  return (
    name
      .slice(0, MAX_LENGTH - extension.length)
      .toWellFormed()
      .replace(/[\uFFFD. ]+$/g, '') + extension
  );
}
