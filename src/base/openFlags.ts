/** Of open(2) on Linux, which Node does not name: a handle on the file itself, whatever it is. */
export const O_PATH = 0o10000000;
