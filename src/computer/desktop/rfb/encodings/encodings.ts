/** Numbers of the encodings that are understood (RFC 6143, 7.7 and 7.8, and the community registry). */
export const ENCODING = {
  raw: 0,
  copyRect: 1,
  rre: 2,
  coRre: 4,
  hextile: 5,
  zlib: 6,
  tight: 7,
  trle: 15,
  zrle: 16,
  desktopSize: -223,
  lastRect: -224,
  cursor: -239,
  xCursor: -240,
  /** A wish rather than an encoding: the lowest level of compression. */
  noCompression: -256,
  extendedDesktopSize: -308,
  alphaCursor: -314,
} as const;
